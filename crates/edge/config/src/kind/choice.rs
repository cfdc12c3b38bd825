//! Values out of a set of words, and patterns.

use model::{BadIdPattern, BadSparkMatching, IdArgument, IdPattern, SparkMatching, WorkerSelectionPolicy};
use regex::Regex;
use rustix::process::Signal;

use super::{Kind, Problem, listed};

/// Who may take Workers out of service with a POST to the Master's page
/// (`spark.master.ui.decommission.allow.mode`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecommissionAllow {
    /// Whoever asks from an address of the Master's own machine.
    Local,
    /// Everybody.
    Allow,
    /// Nobody.
    Deny,
}

pub(crate) const DECOMMISSION_ALLOW: Kind<DecommissionAllow> = Kind {
    name: "LOCAL, ALLOW or DENY",
    example: "LOCAL",
    parse: |text| match text.to_ascii_uppercase().as_str() {
        "LOCAL" => Ok(DecommissionAllow::Local),
        "ALLOW" => Ok(DecommissionAllow::Allow),
        "DENY" => Ok(DecommissionAllow::Deny),
        _ => Err("none of LOCAL, ALLOW and DENY".into()),
    },
};

/// Whether processes have control groups of their own (`spark.hearth.worker.processCgroups`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProcessCgroups {
    /// Where the container has a memory limit and lets the Worker make groups.
    Auto,
    /// Without them the Worker does not start.
    On,
    /// Never.
    Off,
}

pub(crate) const PROCESS_CGROUPS: Kind<ProcessCgroups> = Kind {
    name: "auto, on or off",
    example: "auto",
    parse: |text| match text.to_ascii_lowercase().as_str() {
        "auto" => Ok(ProcessCgroups::Auto),
        "on" => Ok(ProcessCgroups::On),
        "off" => Ok(ProcessCgroups::Off),
        _ => Err("none of auto, on and off".into()),
    },
};

/// A policy of `spark.deploy.workerSelectionPolicy`.
pub(crate) const POLICY: Kind<WorkerSelectionPolicy> = Kind {
    name: "policy",
    example: "CORES_FREE_DESC",
    parse: |text| {
        text.parse().map_err(|_| {
            let names = WorkerSelectionPolicy::ALL.map(WorkerSelectionPolicy::name).join(", ");
            format!("none of {names}").into()
        })
    },
};

/// A way of `spark.hearth.sparkMatching`.
pub(crate) const MATCHING: Kind<SparkMatching> = Kind {
    name: "EXACT, LINE or ANY",
    example: "LINE",
    parse: |text| text.parse().map_err(|_: BadSparkMatching| "none of EXACT, LINE and ANY".into()),
};

/// A pattern for ids of applications or drivers: a time and a number.
pub(crate) const ID_PATTERN: Kind<IdPattern> = Kind {
    name: "pattern",
    example: "app-%s-%04d",
    parse: |text| id_pattern(text, &[IdArgument::Text("20261120121815"), IdArgument::Number(1)]),
};

/// A pattern for ids of Workers: a time, a host and a port.
pub(crate) const WORKER_ID: Kind<IdPattern> = Kind {
    name: "pattern",
    example: "worker-%s-%s-%d",
    parse: |text| {
        let (time, host) = (IdArgument::Text("20261120121815"), IdArgument::Text("127.0.0.1"));
        id_pattern(text, &[time, host, IdArgument::Number(7078)])
    },
};

fn id_pattern(text: &str, sample: &[IdArgument<'_>]) -> Result<IdPattern, Problem> {
    let pattern: IdPattern = text.parse().map_err(|bad: BadIdPattern| bad.reason().to_owned())?;
    pattern.check(sample).map_err(|bad| bad.reason().to_owned())?;
    Ok(pattern)
}

/// A regular expression.
pub(crate) const REGEX: Kind<Regex> =
    Kind { name: "regular expression", example: "(?i)secret|password", parse: regex };

/// Regular expressions with commas between them, each of which has to match the whole of a text.
pub(crate) const REGEXES: Kind<Vec<Regex>> = Kind {
    name: "regular expressions, by comma",
    example: "hdfs://.*,s3a://ours/.*",
    parse: |text| listed(text).map(|one| regex(one).and_then(|_| regex(&format!("^(?:{one})$")))).collect(),
};

fn regex(text: &str) -> Result<Regex, Problem> {
    Regex::new(text).map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => "too large a regular expression".into(),
        // The last line of the message says what is wrong, those before it draw where.
        error => {
            let told = error.to_string();
            let last = told.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            Problem::from(format!("not a regular expression that is understood here: {last}"))
        }
    })
}

/// A signal by its name without `SIG`, as its number. Those that cannot be caught are none.
pub(crate) const SIGNAL: Kind<i32> = Kind {
    name: "signal",
    example: "PWR",
    parse: |text| {
        let signal = match text.strip_prefix("SIG").unwrap_or(text) {
            "HUP" => Signal::HUP,
            "INT" => Signal::INT,
            "USR1" => Signal::USR1,
            "USR2" => Signal::USR2,
            "ALRM" => Signal::ALARM,
            "TERM" => Signal::TERM,
            "CHLD" => Signal::CHILD,
            "CONT" => Signal::CONT,
            "TSTP" => Signal::TSTP,
            "TTIN" => Signal::TTIN,
            "TTOU" => Signal::TTOU,
            "URG" => Signal::URG,
            "WINCH" => Signal::WINCH,
            "IO" | "POLL" => Signal::IO,
            "PWR" => Signal::POWER,
            "KILL" | "STOP" => return Err("a signal that no process can catch".into()),
            _ => return Err("not the name of a signal such as PWR or USR2".into()),
        };
        Ok(signal.as_raw())
    },
};
