//! `--help` and `--version`.

use super::place;

#[test]
fn help_shows_sparks_flags_with_variables_keys_and_defaults() {
    let help = place().run(&["master", "--help"]);
    assert_eq!((help.status, help.stderr.as_str()), (Some(0), ""));
    let words = help.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "-h, --host <HOST>",
        "-p, --port <PORT>",
        "--webui-port <PORT>",
        "--properties-file <FILE>",
        "variable SPARK_MASTER_PORT; default 7077",
        "variable SPARK_MASTER_WEBUI_PORT; key spark.master.ui.port; default 8080",
        "SPARK_MASTER_OPTS",
        "Examples:",
        "neither Java nor Spark",
    ] {
        assert!(words.contains(part), "{part} is missing in {}", help.stdout);
    }
    let help = place().run(&["worker", "--help"]).stdout;
    let words = help.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "<MASTER_URL>",
        "-c, --cores <CORES>",
        "-m, --memory <SIZE>",
        "-d, --work-dir <FOLDER>",
        "-h, --host <HOST>",
        "-p, --port <PORT>",
        "variable SPARK_WORKER_CORES",
        "SPARK_WORKER_MEMORY",
        "default SPARK_HOME/work",
        "JAVA_HOME",
    ] {
        assert!(words.contains(part), "{part} is missing in {help}");
    }
}

#[test]
fn the_first_page_shows_what_to_type() {
    let help = place().run(&["--help"]);
    assert_eq!(help.status, Some(0));
    for part in [
        "hearth up",
        "hearth master",
        "hearth worker spark://HOST:7077",
        "spark-submit --master",
        "Exit status",
    ] {
        assert!(help.stdout.contains(part), "{part} is missing in {}", help.stdout);
    }
    let nothing = place().run(&[]);
    assert_eq!((nothing.status, nothing.stdout.as_str()), (Some(2), ""));
    assert!(nothing.stderr.contains("Usage: hearth"), "{}", nothing.stderr);
}

#[test]
fn the_version_is_that_of_the_package() {
    let expected = format!("hearth {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(place().run(&["--version"]).stdout, expected);
}
