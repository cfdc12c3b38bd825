//! The kinds of values: what each accepts, and what it says to anything else.

use std::borrow::Cow;
use std::path::PathBuf;

use crate::options;

mod choice;
mod quantity;
mod recovery;

pub(crate) use choice::{
    DECOMMISSION_ALLOW, ID_PATTERN, MATCHING, POLICY, PROCESS_CGROUPS, REGEX, REGEXES, SIGNAL, WORKER_ID,
};
pub use choice::{DecommissionAllow, ProcessCgroups};
pub(crate) use quantity::{AGE, BYTES, MEMORY, MILLISECONDS, SECONDS};
pub(crate) use recovery::{ELECTION, LEASE_LENGTH, RECOVERY_MODE};
pub use recovery::{ElectionMode, RecoveryMode};

/// What is wrong with a value, as the middle of a sentence: `not a port between 0 and 65535`.
pub type Problem = Cow<'static, str>;

/// A kind of value.
#[derive(Clone, Copy, Debug)]
pub struct Kind<T> {
    /// What the reference calls it.
    pub name: &'static str,
    /// A value that is one.
    pub example: &'static str,
    /// Reads it.
    pub parse: fn(&str) -> Result<T, Problem>,
}

/// A TCP port; 0 stands for any free one.
pub(crate) const PORT: Kind<u16> = Kind {
    name: "port",
    example: "7077",
    parse: |text| text.parse().map_err(|_| "not a port between 0 and 65535".into()),
};

/// A host name or an IP address (`Utils.checkHost`, 3.5: an IPv6 address stands in brackets).
pub(crate) const HOST: Kind<String> = Kind { name: "host", example: "10.0.0.5", parse: host };

/// Any text.
pub(crate) const TEXT: Kind<String> =
    Kind { name: "text", example: "text", parse: |text| Ok(text.to_owned()) };

/// Options of a JVM, such as `-Dspark.worker.timeout=30`.
pub(crate) const OPTIONS: Kind<String> = Kind {
    name: "options",
    example: "-Dspark.worker.timeout=30",
    parse: |text| options::words(text).map(|_| text.to_owned()).map_err(Problem::from),
};

/// The address of a proxy before the Master's own (`spark.ui.reverseProxyUrl`, 3.5).
pub(crate) const PROXY_URL: Kind<String> = Kind {
    name: "address",
    example: "https://proxy.example.com/spark",
    parse: |text| match text.split('/').find(|part| ["proxy", "history"].contains(part)) {
        Some(_) => {
            Err("an address with proxy or history in its path, which the Master's own pages use".into())
        }
        None => Ok(text.to_owned()),
    },
};

/// `true` or `false`, in any case (`ConfigHelpers.toBoolean`, 3.5).
pub(crate) const BOOLEAN: Kind<bool> = Kind {
    name: "boolean",
    example: "true",
    parse: |text| match text.to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err("neither true nor false".into()),
    },
};

/// A count that may be 0.
pub(crate) const COUNT: Kind<usize> = Kind {
    name: "count",
    example: "200",
    parse: |text| integer(text).and_then(|n| usize::try_from(n).map_err(|_| below(0))),
};

/// A count above 0, as Spark's `Int` holds it.
pub(crate) const POSITIVE: Kind<u32> = Kind {
    name: "count",
    example: "4",
    parse: |text| match i32::try_from(integer(text)?) {
        Ok(n) if n > 0 => Ok(n.unsigned_abs()),
        Ok(_) => Err(below(1)),
        Err(_) => Err("more than 2147483647".into()),
    },
};

/// A limit; a negative number takes it away.
pub(crate) const LIMIT: Kind<Option<u32>> = Kind {
    name: "limit",
    example: "10",
    parse: |text| match integer(text)? {
        n if n < 0 => Ok(None),
        n => u32::try_from(n).map(Some).map_err(|_| "more than 4294967295".into()),
    },
};

/// How many to keep; a number below 1 stands for all.
pub(crate) const KEPT: Kind<Option<usize>> = Kind {
    name: "limit",
    example: "5",
    parse: |text| integer(text).map(|n| usize::try_from(n).ok().filter(|n| *n > 0)),
};

/// A number from 1000 on, after which numbering begins anew (`spark.deploy.appNumberModulo`, 4.0).
pub(crate) const MODULO: Kind<u32> = Kind {
    name: "count",
    example: "10000",
    parse: |text| match i32::try_from(integer(text)?) {
        Ok(n) if n >= 1000 => Ok(n.unsigned_abs()),
        Ok(_) => Err(below(1000)),
        Err(_) => Err("more than 2147483647".into()),
    },
};

/// Texts with commas between them; blanks around each and empty ones do not count (`Utils.stringToSeq`, 3.5).
pub(crate) const TEXTS: Kind<Vec<String>> = Kind {
    name: "texts, by comma",
    example: "AWS_,SPARK_",
    parse: |text| Ok(listed(text).map(str::to_owned).collect()),
};

/// A file or a folder.
pub(crate) const PATH: Kind<PathBuf> =
    Kind { name: "path", example: "/path", parse: |text| Ok(PathBuf::from(text)) };

/// Folders with commas between them.
pub(crate) const COMMA_PATHS: Kind<Vec<PathBuf>> =
    Kind { name: "paths, by comma", example: "/disk1,/disk2", parse: |text| paths(text, ',') };

/// Folders with colons between them.
pub(crate) const COLON_PATHS: Kind<Vec<PathBuf>> =
    Kind { name: "paths, by colon", example: "/disk1:/disk2", parse: |text| paths(text, ':') };

fn integer(text: &str) -> Result<i64, Problem> {
    text.parse().map_err(|_| "not a whole number".into())
}

fn below(least: u32) -> Problem {
    format!("below {least}").into()
}

fn host(text: &str) -> Result<String, Problem> {
    let bracketed = text.starts_with('[') && text.ends_with(']');
    if text.is_empty() || text.contains(['/', '@', ' ', '?', '#', ',']) {
        return Err("not a host name or address".into());
    }
    match text.matches(':').count() {
        0 => Ok(text.to_owned()),
        1 => Err("a host with a port, where only the host belongs".into()),
        _ if bracketed => Ok(text.to_owned()),
        _ => Err("an IPv6 address without its brackets".into()),
    }
}

fn listed(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|one| !one.is_empty())
}

fn paths(text: &str, separator: char) -> Result<Vec<PathBuf>, Problem> {
    let paths: Vec<_> = text.split(separator).filter(|one| !one.is_empty()).map(PathBuf::from).collect();
    if paths.is_empty() { Err("an empty list of folders".into()) } else { Ok(paths) }
}

#[cfg(test)]
mod tests;
