//! The one binary, `hearth`.
//!
//! ```text
//!   arguments ──► settings (edge-config) ──► daemon ──► ends by itself, or by a signal ──► exit status
//!   usage: what is said of a wrong command line       failure: what is said when nothing starts
//! ```

mod arguments;
mod config;
mod daemons;
mod enter;
mod explain;
mod failure;
mod guard;
mod health;
mod http;
mod inspect;
mod kill;
mod signals;
mod start;
mod status;
mod submit;
mod up;
mod usage;

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use arguments::{Cli, Command};
use clap::Parser as _;
use failure::Failure;

fn main() -> ExitCode {
    start(&std::env::args_os().collect::<Vec<OsString>>())
}

fn start(arguments: &[OsString]) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => return usage::answer(&error, arguments),
    };
    let name = cli.command.name();
    match run(cli) {
        Ok(None) => ExitCode::SUCCESS,
        Ok(Some(line)) => start(&line),
        Err(failure) => {
            // With stderr closed there is nobody left to tell.
            let _ = writeln!(std::io::stderr(), "hearth {name}: {failure}");
            failure.exit_code()
        }
    }
}

/// Runs the command to its end, or gives the command line of the one to run in its place.
fn run(cli: Cli) -> Result<Option<Vec<OsString>>, Failure> {
    match cli.command {
        Command::Master(arguments) => daemons::master(&arguments, &cli.log),
        Command::Worker(arguments) => daemons::worker(&arguments, &cli.log),
        Command::ShuffleService(arguments) => daemons::shuffle_service(&arguments, &cli.log),
        Command::Up(arguments) => up::run(&arguments, &cli.log),
        Command::Config(arguments) => config::run(&arguments),
        Command::Submit(arguments) => submit::run(&arguments),
        Command::Status(arguments) => status::run(&arguments),
        Command::Kill(arguments) => kill::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Health(arguments) => health::run(&arguments),
        Command::Inspect(arguments) => inspect::run(&arguments),
        Command::Enter(arguments) => return enter::run(arguments, &cli.log).map(Some),
        Command::Guard => guard::run(),
    }?;
    Ok(None)
}
