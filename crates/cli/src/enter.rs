//! `hearth enter`: the entry point of a container, which plays the part that SPARK_MODE names.
//!
//! ```text
//!   SPARK_MODE=master | worker | shuffle     this process becomes that daemon
//!   SPARK_MODE=history | submit | jupyter    Spark's or Jupyter's own program takes its place
//!   enter PROGRAM ARGUMENTS                  that program takes its place, whatever SPARK_MODE says
//! ```

mod token;

use std::ffi::{OsStr, OsString};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use clap::Args;
use edge_config::Environment;

use crate::arguments::LogArguments;
use crate::failure::Failure;

/// The command's name.
pub(crate) const NAME: &str = "enter";

pub(crate) const ABOUT: &str = "\
The entry point of a container: runs what SPARK_MODE names, with the variables that Spark's images know. A program \
that is named runs instead.";

pub(crate) const EXAMPLES: &str = "\
  SPARK_MODE=master    SPARK_MASTER_HOST, SPARK_MASTER_PORT, SPARK_MASTER_WEBUI_PORT, SPARK_RECOVERY_DIR
  SPARK_MODE=worker    SPARK_MASTER_URL (or SPARK_MASTER, or SPARK_MASTER_HOST and SPARK_MASTER_PORT), SPARK_WORKER_CORES,
                       SPARK_WORKER_MEMORY, SPARK_WORKER_PORT, SPARK_WORKER_WEBUI_PORT
  SPARK_MODE=shuffle   SPARK_SHUFFLE_SERVICE_PORT, SPARK_LOCAL_DIRS
  SPARK_MODE=history   Spark's history server
  SPARK_MODE=submit    spark-submit, with the arguments given here
  SPARK_MODE=jupyter   JupyterLab on JUPYTER_PORT (8888), for whoever knows JUPYTER_TOKEN, or what JUPYTER_TOKEN_FILE holds;
                       where there is no such file, one is made with a token that nobody can guess
  of all of them       SPARK_LOCAL_HOSTNAME, SPARK_PUBLIC_DNS

Arguments that begin with a dash go to what SPARK_MODE names: `hearth enter --webui-port 9090`.";

/// What `SPARK_MODE` can be.
const MODES: [&str; 6] = ["master", "worker", "shuffle", "history", "submit", "jupyter"];

#[derive(Debug, Args)]
pub(crate) struct EnterArguments {
    /// A program with its arguments; or arguments for what SPARK_MODE names
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENTS")]
    arguments: Vec<OsString>,
}

/// What this process becomes.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    /// A command of ours, as a command line.
    Ours(Vec<OsString>),
    /// Another program, with variables that it needs besides.
    Program { line: Vec<OsString>, variables: Vec<(&'static str, String)> },
}

/// Gives the command line of ours that is to run; another program takes this one's place at once.
pub(crate) fn run(arguments: EnterArguments, log: &LogArguments) -> Result<Vec<OsString>, Failure> {
    match part(arguments, &Environment::of_process())? {
        Part::Ours(line) => Ok(line.into_iter().chain(log.line()).collect()),
        Part::Program { line, variables } => Err(exec(&line, variables)),
    }
}

/// Finds out which.
fn part(arguments: EnterArguments, environment: &Environment) -> Result<Part, Failure> {
    let arguments = arguments.arguments;
    if arguments.first().is_some_and(|first| !is_option(first)) {
        return Ok(Part::Program { line: arguments, variables: Vec::new() });
    }
    let modes = || MODES.join(", ");
    let mode = environment.value("SPARK_MODE").ok_or_else(|| {
        Failure::Usage(format!(
            "SPARK_MODE is not set: set it to one of {}, or name a program to run",
            modes()
        ))
    })?;
    let spark = |program: &str| match environment.value("SPARK_HOME") {
        Some(home) => format!("{}/bin/{program}", home.trim_end_matches('/')).into(),
        None => OsString::from(program),
    };
    match mode {
        "master" => Ok(Part::Ours(line(["hearth", "master"], arguments))),
        "worker" => worker(arguments, environment),
        "shuffle" => Ok(Part::Ours(line(["hearth", "shuffle-service"], arguments))),
        "history" => {
            let class = OsString::from("org.apache.spark.deploy.history.HistoryServer");
            Ok(program(line([spark("spark-class"), class], arguments)))
        }
        "submit" => Ok(program(submission(spark("spark-submit"), arguments, environment))),
        "jupyter" => jupyter(arguments, environment),
        other => Err(Failure::Usage(format!("SPARK_MODE is '{other}', which is none of {}", modes()))),
    }
}

/// Lets the other program take this one's place; comes back only where it cannot.
fn exec(line: &[OsString], variables: Vec<(&'static str, String)>) -> Failure {
    let Some((program, arguments)) = line.split_first() else {
        return Failure::Usage("there is no program to run".to_owned());
    };
    let error = Command::new(program).args(arguments).envs(variables).exec();
    Failure::Start(format!("cannot run {}: {error}", program.display()))
}

fn is_option(argument: &OsStr) -> bool {
    argument.as_encoded_bytes().starts_with(b"-")
}

fn line<Word: Into<OsString>, const N: usize>(head: [Word; N], tail: Vec<OsString>) -> Vec<OsString> {
    head.into_iter().map(Into::into).chain(tail).collect()
}

fn program(line: Vec<OsString>) -> Part {
    Part::Program { line, variables: Vec::new() }
}

fn worker(arguments: Vec<OsString>, environment: &Environment) -> Result<Part, Failure> {
    let mut line = line(["hearth", "worker"], arguments);
    let is_url = |argument: &OsString| argument.as_encoded_bytes().starts_with(b"spark://");
    if !line.iter().any(is_url) {
        let none = "a Worker needs its Master: set SPARK_MASTER_URL=spark://HOST:7077";
        line.push(master_url(environment).ok_or_else(|| Failure::Usage(none.to_owned()))?.into());
    }
    Ok(Part::Ours(line))
}

/// Where the Master is, as the variables say it that images have had for it.
fn master_url(environment: &Environment) -> Option<String> {
    let urls = ["SPARK_MASTER_URL", "SPARK_MASTER"].into_iter().filter_map(|name| environment.value(name));
    let host = || {
        let host = environment.value("SPARK_MASTER_HOST")?;
        // Kubernetes sets SPARK_MASTER_PORT=tcp://10.96.0.7:7077 for a Service of that name.
        let port =
            environment.value("SPARK_MASTER_PORT").filter(|port| !port.contains('/')).unwrap_or("7077");
        Some(format!("spark://{host}:{port}"))
    };
    urls.map(str::to_owned).next().or_else(host)
}

/// `spark-submit`, to the cluster of the variables where the arguments name none.
fn submission(program: OsString, arguments: Vec<OsString>, environment: &Environment) -> Vec<OsString> {
    let names_master = arguments.iter().any(|argument| argument == "--master");
    match master_url(environment).filter(|_| !names_master) {
        Some(url) => line([program, "--master".into(), url.into()], arguments),
        None => line([program], arguments),
    }
}

/// Whoever reaches a notebook runs what he likes: without a token there is none.
fn jupyter(arguments: Vec<OsString>, environment: &Environment) -> Result<Part, Failure> {
    match (environment.value("JUPYTER_TOKEN"), environment.value("JUPYTER_TOKEN_FILE")) {
        (Some(_), _) => {}
        (None, Some(file)) => token::keep(Path::new(file))?,
        (None, None) => {
            let text = "JUPYTER_TOKEN is not set: a notebook that anybody may use is not started; set JUPYTER_TOKEN, \
                        or JUPYTER_TOKEN_FILE to a file that holds it or is to hold one";
            return Err(Failure::Usage(text.to_owned()));
        }
    }
    let port = environment.value("JUPYTER_PORT").unwrap_or("8888");
    let head = ["jupyter", "lab", "--ip=0.0.0.0", "--no-browser"].map(OsString::from);
    let port = OsString::from(format!("--port={port}"));
    let line = head.into_iter().chain([port]).chain(arguments).collect();
    // What a notebook's SparkSession begins with, unless it says otherwise itself.
    let url = master_url(environment).filter(|_| environment.value("PYSPARK_SUBMIT_ARGS").is_none());
    let variables = url.map(|url| ("PYSPARK_SUBMIT_ARGS", format!("--master {url} pyspark-shell")));
    Ok(Part::Program { line, variables: variables.into_iter().collect() })
}

#[cfg(test)]
mod tests;
