//! A command line for people to read, without its secrets (`Utils.redactCommandLineArgs`, 3.5).

use regex::Regex;

/// The program and its arguments, each in quotes, `-D` properties that look like secrets hidden: those of which
/// `secrets` (`spark.redaction.regex`) finds the name or the value.
pub(crate) fn redacted(argv: &[String], secrets: &Regex) -> String {
    let shown: Vec<_> = argv.iter().map(|argument| format!("\"{}\"", shown(argument, secrets))).collect();
    shown.join(" ")
}

fn shown(argument: &str, secrets: &Regex) -> String {
    let property = argument.strip_prefix("-D").and_then(|property| property.split_once('='));
    match property {
        Some((key, value)) if secrets.is_match(key) || secrets.is_match(value) => {
            format!("-D{key}=*********(redacted)")
        }
        _ => argument.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(argument: &str) -> String {
        let secrets = Regex::new("(?i)secret|password|token|access[.]?key").unwrap();
        redacted(&["java".to_owned(), argument.to_owned()], &secrets)
    }

    #[test]
    fn hides_values_of_properties_that_look_like_secrets() {
        for (argument, key) in [
            ("-Dspark.ssl.keyPassword=hunter2", "spark.ssl.keyPassword"),
            ("-Dspark.hadoop.fs.s3a.access.key=AKIA", "spark.hadoop.fs.s3a.access.key"),
            ("-Dmy.opts=--API-TOKEN=xyz", "my.opts"),
        ] {
            assert_eq!(of(argument), format!("\"java\" \"-D{key}=*********(redacted)\""));
        }
    }

    #[test]
    fn shows_all_else() {
        for argument in ["-Dspark.cores.max=2", "--token=visible", "-Xmx512M", "-D", "-Dsecret"] {
            assert_eq!(of(argument), format!("\"java\" \"{argument}\""));
        }
    }
}
