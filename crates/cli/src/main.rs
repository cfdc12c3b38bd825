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

use arguments::{Cli, Command, LogArguments};
use clap::Parser as _;
use edge_config::Environment;
use enter::Part;
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
    let ended = match cli.command {
        Command::Enter(entered) => match enter::part(entered, &Environment::of_process()) {
            Ok(Part::Ours(line)) => return start(&line),
            Ok(Part::Program { line, variables }) => Err(enter::exec(&line, variables)),
            Err(failure) => Err(failure),
        },
        command => run(command, &cli.log),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // With stderr closed there is nobody left to tell.
            let _ = writeln!(std::io::stderr(), "hearth {name}: {failure}");
            failure.exit_code()
        }
    }
}

fn run(command: Command, log: &LogArguments) -> Result<(), Failure> {
    match command {
        Command::Master(arguments) => daemons::master(&arguments, log),
        Command::Worker(arguments) => daemons::worker(&arguments, log),
        Command::ShuffleService(arguments) => daemons::shuffle_service(&arguments, log),
        Command::Up(arguments) => up::run(&arguments, log),
        Command::Config(arguments) => config::run(&arguments),
        Command::Submit(arguments) => submit::run(&arguments),
        Command::Status(arguments) => status::run(&arguments),
        Command::Kill(arguments) => kill::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Inspect(arguments) => inspect::run(&arguments),
        Command::Guard => guard::run(),
        // It has become something else by now.
        Command::Enter(_) => Ok(()),
    }
}
