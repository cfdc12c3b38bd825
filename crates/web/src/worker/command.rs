//! The command of an executor as `/json/` shows it.

use model::Command;

use crate::redaction::{REDACTED, Redaction};

/// As Scala writes its `Command` of the deploy protocol. Other than Spark, which shows all to everybody, values of
/// the environment and of options whose names speak of secrets are replaced.
pub(super) fn text(command: &Command, redaction: Redaction<'_>) -> String {
    let environment: Vec<String> =
        command.environment.iter().map(|(name, _)| format!("{name} -> {REDACTED}")).collect();
    let options: Vec<String> =
        command.java_options.iter().map(|option| without_secret(option, redaction)).collect();
    format!(
        "Command({},List({}),Map({}),List({}),List({}),ArraySeq({}))",
        command.main_class,
        command.arguments.join(", "),
        environment.join(", "),
        command.class_path_entries.join(", "),
        command.library_path_entries.join(", "),
        options.join(", "),
    )
}

fn without_secret(option: &str, redaction: Redaction<'_>) -> String {
    let Some((name, value)) = option.split_once('=') else { return option.to_owned() };
    format!("{name}={}", redaction.shown(name, value))
}
