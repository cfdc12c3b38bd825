//! A command line for people to read, without its secrets (`Utils.redactCommandLineArgs`).

/// The program and its arguments, each in quotes, `-D` properties that look like secrets hidden.
pub(crate) fn redacted(argv: &[String]) -> String {
    let shown: Vec<_> = argv.iter().map(|argument| format!("\"{}\"", shown(argument))).collect();
    shown.join(" ")
}

fn shown(argument: &str) -> String {
    let property = argument.strip_prefix("-D").and_then(|property| property.split_once('='));
    match property {
        Some((key, value)) if is_sensitive(key) || is_sensitive(value) => {
            format!("-D{key}=*********(redacted)")
        }
        _ => argument.to_owned(),
    }
}

/// The default of `spark.redaction.regex` in 4.x; that of 3.x lacks `credential`.
fn is_sensitive(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    ["secret", "password", "token", "access.key", "accesskey", "credential"]
        .iter()
        .any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::redacted;

    fn of(argument: &str) -> String {
        redacted(&["java".to_owned(), argument.to_owned()])
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
