//! `hearth health`: whether a page says that all is well, for health checks of containers that have no other program.

use clap::Args;
use ureq::Agent;

use crate::failure::Failure;
use crate::http::{agent, said};
use crate::submit::print;

pub(crate) const ABOUT: &str = "\
Asks a page over HTTP and tells by its exit status whether the answer was a good one (200 to 299): for health checks of \
containers, which need no other program for it.";

pub(crate) const EXAMPLES: &str = "\
Examples:
  hearth health                                 this machine's Master: does it live?
  hearth health http://127.0.0.1:8081/readyz    the Worker: is it registered with a Master?
  hearth health http://127.0.0.1:7338/healthz   the shuffle service

Exit status: 0 when all is well; 1 when it is not, or nobody answers; 2 when the command line is wrong.";

/// Whom to ask.
#[derive(Debug, Args)]
pub(crate) struct HealthArguments {
    /// What to fetch: /healthz of a daemon's page tells whether it lives, /readyz whether it does what it is there for
    #[arg(value_name = "URL", default_value = "http://127.0.0.1:8080/healthz")]
    url: String,
}

/// Asks, and shows what was said.
pub(crate) fn run(arguments: &HealthArguments) -> Result<(), Failure> {
    let url = &arguments.url;
    if !url.starts_with("http://") {
        let text = format!("'{url}' is not an address to ask: write http://HOST:PORT/healthz");
        return Err(Failure::Usage(text));
    }
    print(ask(&agent(), url)?.trim_end())
}

fn ask(agent: &Agent, url: &str) -> Result<String, Failure> {
    let answer = agent.get(url).call();
    let mut answer = answer.map_err(|error| Failure::Start(format!("{url} {}", said(&error))))?;
    let text = answer.body_mut().read_to_string().unwrap_or_default();
    match answer.status().is_success() {
        true => Ok(text),
        false => Err(Failure::Start(format!("{url} answers {}: {}", answer.status(), text.trim_end()))),
    }
}
