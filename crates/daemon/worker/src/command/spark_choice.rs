//! What a command says of the Spark that it wants, and what a process hears of the one that it got.

use model::{Command, SparkVersion};

/// The variable that names a Spark: an application sets it with `spark.executorEnv.HEARTH_SPARK_VERSION`.
pub(super) const VARIABLE: &str = "HEARTH_SPARK_VERSION";

/// The same as an option of a driver, which hands it to its executors.
const OPTION: &str = "-Dspark.executorEnv.HEARTH_SPARK_VERSION=";

/// The Spark that a command names, of an executor by its environment, of a driver by its options before that.
pub(crate) fn named_spark(command: &Command) -> Option<&str> {
    let of_options = command.java_options.iter().filter_map(|option| option.strip_prefix(OPTION));
    let of_environment = command.environment.iter().filter(|(name, _)| name == VARIABLE);
    let named = of_options.chain(of_environment.map(|(_, value)| value.as_str()));
    named.map(str::trim).find(|named| !named.is_empty())
}

/// Takes out of a command that is launched from a Spark of its own what speaks of another one: `spark-submit` may send the
/// whole environment of its user, whose Spark lies elsewhere (`ClientEndpoint.onStart`, 3.5).
pub(super) fn settle(command: &mut Command, planned: Option<&SparkVersion>) {
    if planned.is_none() && named_spark(command).is_none() {
        return;
    }
    let value = |name: &str| command.environment.iter().find(|(key, _)| key == name).map(|(_, value)| value);
    let own_conf = value("SPARK_HOME").map(|home| format!("{home}/conf"));
    command.environment.retain(|(name, value)| match name.as_str() {
        "SPARK_HOME" | "SPARK_SCALA_VERSION" => false,
        "SPARK_CONF_DIR" => Some(value) != own_conf.as_ref(),
        _ => true,
    });
}

/// Lets a driver's application name the Spark that the driver runs on, so that its executors get the same.
pub(super) fn tell_driver(command: &mut Command, planned: Option<&SparkVersion>) {
    let is_told = command.java_options.iter().any(|option| option.starts_with(OPTION));
    if let Some(planned) = planned.filter(|_| !is_told) {
        command.java_options.push(format!("{OPTION}{planned}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(environment: &[(&str, &str)], options: &[&str]) -> Command {
        let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Command {
            environment: environment.iter().map(pair).collect(),
            java_options: options.iter().map(ToString::to_string).collect(),
            ..Command::default()
        }
    }

    #[test]
    fn the_options_name_it_before_the_environment() {
        let option = "-Dspark.executorEnv.HEARTH_SPARK_VERSION=4.0.5";
        assert_eq!(named_spark(&command(&[], &["-Dx=y"])), None);
        assert_eq!(named_spark(&command(&[], &["-Dx=y", option])), Some("4.0.5"));
        assert_eq!(named_spark(&command(&[(VARIABLE, " 3.5.7 ")], &[option])), Some("4.0.5"));
        assert_eq!(named_spark(&command(&[(VARIABLE, " 3.5.7 ")], &["-Dx=y"])), Some("3.5.7"));
        assert_eq!(named_spark(&command(&[(VARIABLE, "")], &[])), None);
    }

    #[test]
    fn folders_of_the_submitters_spark_are_not_those_of_the_chosen_one() {
        let names = |command: &Command| -> Vec<String> {
            command.environment.iter().map(|(name, _)| name.clone()).collect()
        };
        let of_user = [
            ("SPARK_HOME", "/home/u/spark"),
            ("SPARK_CONF_DIR", "/home/u/spark/conf"),
            ("SPARK_SCALA_VERSION", "2.12"),
            ("SPARK_USER", "u"),
        ];
        let planned = SparkVersion::parse("3.5.7");
        let mut chosen = command(&of_user, &[]);
        settle(&mut chosen, planned.as_ref());
        assert_eq!(names(&chosen), ["SPARK_USER"]);
        let mut own_conf = command(&[of_user[0], ("SPARK_CONF_DIR", "/etc/spark")], &[]);
        settle(&mut own_conf, planned.as_ref());
        assert_eq!(names(&own_conf), ["SPARK_CONF_DIR"], "one that was named is another matter");
        let mut left = command(&of_user, &[]);
        settle(&mut left, None);
        assert_eq!(names(&left).len(), 4, "as Spark's Worker leaves it");
    }

    #[test]
    fn an_application_that_names_its_spark_is_not_told() {
        let planned = SparkVersion::parse("3.5.7");
        let mut told = command(&[], &["-Dx=y"]);
        tell_driver(&mut told, planned.as_ref());
        assert_eq!(told.java_options, ["-Dx=y", "-Dspark.executorEnv.HEARTH_SPARK_VERSION=3.5.7"]);
        let before = told.clone();
        tell_driver(&mut told, SparkVersion::parse("4.0.5").as_ref());
        assert_eq!(told, before);
        tell_driver(&mut told, None);
        assert_eq!(told, before);
    }
}
