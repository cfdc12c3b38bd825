//! Wrong command lines: one sentence that names the value and what to do, and exit status 2.

use super::place;

fn sentence(arguments: &[&str]) -> String {
    place().with_spark_and_java().run(arguments).sentence(2).to_owned()
}

#[test]
fn an_unknown_flag_or_command_is_named_with_what_is_near() {
    assert_eq!(
        sentence(&["master", "--prot", "7077"]),
        "hearth master: unknown flag '--prot'; perhaps '--port' is meant; 'hearth master --help' tells more"
    );
    assert_eq!(
        sentence(&["worker", "--quux", "spark://a:1"]),
        "hearth worker: unknown flag '--quux'; 'hearth worker --help' tells more"
    );
    assert_eq!(
        sentence(&["mastr"]),
        "hearth: unknown command 'mastr'; perhaps 'master' is meant; 'hearth --help' tells more"
    );
}

#[test]
fn a_bad_value_of_a_flag_is_named() {
    assert_eq!(
        sentence(&["worker", "--memory", "lots", "spark://127.0.0.1:7077"]),
        "hearth worker: --memory is 'lots': not an amount of memory; write e.g. 512m or 2g"
    );
    assert!(sentence(&["worker", "-m", "512", "spark://127.0.0.1:7077"]).contains("counts bytes"));
    assert_eq!(
        sentence(&["worker", "-c", "0", "spark://127.0.0.1:7077"]),
        "hearth worker: --cores is '0': below 1; write e.g. 4"
    );
    assert_eq!(
        sentence(&["master", "--port", "-1"]),
        "hearth master: --port is '-1': not a port between 0 and 65535; write e.g. 7077"
    );
    assert!(sentence(&["up", "--memory", "lots"]).starts_with("hearth up: --memory is 'lots'"));
    assert!(sentence(&["up", "--workers", "0"]).contains("cannot be '0'"));
    assert!(sentence(&["master", "--log-format", "xml"]).contains("cannot be 'xml'; it may be text, json"));
    assert!(sentence(&["master", "--port"]).contains("--port <PORT> needs a value"));
}

#[test]
fn a_master_url_that_is_none_is_named() {
    let text = sentence(&["worker", "http://127.0.0.1:7077"]);
    assert!(text.starts_with("hearth worker: 'http://127.0.0.1:7077' is not a master URL"), "{text}");
    assert!(text.contains("write spark://HOST:PORT"), "{text}");
    assert!(sentence(&["worker", "spark://127.0.0.1"]).contains("has no port"));
    assert_eq!(
        sentence(&["worker"]),
        "hearth worker: <MASTER_URL> is missing; 'hearth worker --help' tells more"
    );
    assert!(sentence(&["worker", "spark://a:1", "spark://b:1"]).contains("one argument too many"));
}
