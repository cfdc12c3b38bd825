//! An application may leave the settings of TLS to each node: then the Worker's own `spark.ssl.*` take the place of its
//! own (`Worker.maybeUpdateSSLSettings`, 3.5).

use model::Command;

const PREFIX: &str = "-Dspark.ssl.";
const SWITCH: &str = "-Dspark.ssl.useNodeLocalConf=";

/// The command with this node's settings, where it asks for them.
pub(super) fn apply(command: &mut Command, of_node: &[(String, String)]) {
    let asked = command.java_options.iter().find_map(|option| option.strip_prefix(SWITCH));
    if asked.is_some_and(|value| value.eq_ignore_ascii_case("true")) {
        command.java_options.retain(|option| !option.starts_with(PREFIX));
        let own = of_node.iter().filter(|(key, _)| key.starts_with("spark.ssl."));
        command.java_options.extend(own.map(|(key, value)| format!("-D{key}={value}")));
        command.java_options.push(format!("{SWITCH}true"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nodes_settings_replace_those_of_an_application_that_wants_it() {
        let of_node = [("spark.ssl.keyStore", "/node"), ("spark.ui.port", "1")];
        let of_node = of_node.map(|(key, value)| (key.to_owned(), value.to_owned()));
        let applied = |options: &[&str]| {
            let java_options = options.iter().map(ToString::to_string).collect();
            let mut command = Command { java_options, ..Command::default() };
            apply(&mut command, &of_node);
            command.java_options
        };
        let wants = applied(&["-Dspark.ssl.keyStore=/app", "-Dx=y", "-Dspark.ssl.useNodeLocalConf=true"]);
        assert_eq!(wants, ["-Dx=y", "-Dspark.ssl.keyStore=/node", "-Dspark.ssl.useNodeLocalConf=true"]);
        let other = ["-Dspark.ssl.keyStore=/app", "-Dspark.ssl.useNodeLocalConf=false"];
        assert_eq!(applied(&other), other);
    }
}
