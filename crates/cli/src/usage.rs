//! What is said of a command line that cannot be understood: one sentence, and where to read more.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::arguments::Command;

/// Prints help or version where that was asked for; else the sentence, with exit status 2.
pub(crate) fn answer(error: &Error, arguments: &[OsString]) -> ExitCode {
    match error.kind() {
        // A closed stdout or stderr leaves nobody to tell.
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let _ = error.print();
            ExitCode::SUCCESS
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = error.print();
            ExitCode::from(2)
        }
        _ => {
            let _ = writeln!(std::io::stderr(), "{}", sentence(error, arguments));
            ExitCode::from(2)
        }
    }
}

fn sentence(error: &Error, arguments: &[OsString]) -> String {
    let command = arguments.iter().skip(1).find_map(|argument| {
        let argument = argument.to_str()?;
        Command::NAMES.into_iter().find(|name| *name == argument)
    });
    let program = command.map_or_else(|| "hearth".to_owned(), |command| format!("hearth {command}"));
    format!("{program}: {}; '{program} --help' tells more", what(error))
}

fn what(error: &Error) -> String {
    let said = |kind| context(error, kind);
    let argument = said(ContextKind::InvalidArg);
    let mut text = match error.kind() {
        ErrorKind::UnknownArgument if argument.starts_with('-') => format!("unknown flag '{argument}'"),
        ErrorKind::UnknownArgument => format!("'{argument}' is one argument too many"),
        ErrorKind::InvalidSubcommand => format!("unknown command '{}'", said(ContextKind::InvalidSubcommand)),
        ErrorKind::MissingRequiredArgument => format!("{argument} is missing"),
        ErrorKind::InvalidValue if said(ContextKind::InvalidValue).is_empty() => {
            format!("{argument} needs a value")
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            format!("{argument} cannot be '{}'", said(ContextKind::InvalidValue))
        }
        _ => first_line(error),
    };
    let suggested = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand].map(said);
    if let Some(suggested) = suggested.iter().find(|suggested| !suggested.is_empty()) {
        let _ = write!(text, "; perhaps '{suggested}' is meant");
    } else if error.kind() == ErrorKind::InvalidValue {
        let valid = said(ContextKind::ValidValue);
        if !valid.is_empty() {
            let _ = write!(text, "; it may be {valid}");
        }
    } else if error.kind() == ErrorKind::ValueValidation
        && let Some(source) = std::error::Error::source(error)
    {
        let _ = write!(text, ": {source}");
    }
    text
}

fn context(error: &Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(one)) => one.clone(),
        Some(ContextValue::Strings(several)) => several.join(", "),
        _ => String::new(),
    }
}

fn first_line(error: &Error) -> String {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}
