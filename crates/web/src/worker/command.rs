//! The command of an executor as `/json/` shows it.

use model::Command;

/// What stands in the place of what may be a secret (`Utils.REDACTION_REPLACEMENT_TEXT`, 3.5).
const REDACTED: &str = "*********(redacted)";

/// As Scala writes its `Command` of the deploy protocol. Other than Spark, which shows all to everybody, values of
/// the environment and of options whose names speak of secrets are replaced.
pub(super) fn text(command: &Command) -> String {
    let environment: Vec<String> =
        command.environment.iter().map(|(name, _)| format!("{name} -> {REDACTED}")).collect();
    let options: Vec<String> = command.java_options.iter().map(|option| without_secret(option)).collect();
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

/// By the default of `spark.redaction.regex`, 3.5.
fn without_secret(option: &str) -> String {
    let Some((name, _)) = option.split_once('=') else { return option.to_owned() };
    let lower = name.to_ascii_lowercase();
    let speaks =
        ["secret", "password", "token", "accesskey", "access.key"].iter().any(|word| lower.contains(word));
    if speaks { format!("{name}={REDACTED}") } else { option.to_owned() }
}
