//! Parts, as variables and arguments name them.

use std::os::unix::fs::PermissionsExt as _;

use std::ffi::OsString;

use edge_config::Environment;

use super::{EnterArguments, Part, part};

fn played(variables: &[(&str, &str)], arguments: &[&str]) -> Result<Part, String> {
    let mut environment = Environment::default();
    for (name, value) in variables {
        environment.set(*name, *value);
    }
    let arguments = EnterArguments { arguments: arguments.iter().map(OsString::from).collect() };
    part(arguments, &environment).map_err(|failure| failure.to_string())
}

fn ours(line: &str) -> Result<Part, String> {
    Ok(Part::Ours(line.split(' ').map(OsString::from).collect()))
}

fn program(line: &str) -> Result<Part, String> {
    let line = line.split(' ').map(OsString::from).collect();
    Ok(Part::Program { line, variables: Vec::new() })
}

#[test]
fn daemons_are_named_by_the_mode_and_take_arguments() {
    assert_eq!(played(&[("SPARK_MODE", "master")], &[]), ours("hearth master"));
    let mode = [("SPARK_MODE", "shuffle")];
    assert_eq!(played(&mode, &["--webui-port", "0"]), ours("hearth shuffle-service --webui-port 0"));
}

#[test]
fn a_worker_finds_its_master_in_any_of_the_variables_that_images_have_had() {
    let worker = |variables: &[(&str, &str)], arguments: &[&str]| {
        played(&[&[("SPARK_MODE", "worker")], variables].concat(), arguments)
    };
    let expected = ours("hearth worker spark://m:7077");
    assert_eq!(worker(&[("SPARK_MASTER_URL", "spark://m:7077")], &[]), expected);
    assert_eq!(worker(&[("SPARK_MASTER", "spark://m:7077")], &[]), expected);
    assert_eq!(worker(&[("SPARK_MASTER_HOST", "m")], &[]), expected);
    let link = [("SPARK_MASTER_HOST", "m"), ("SPARK_MASTER_PORT", "tcp://10.0.0.1:7077")];
    assert_eq!(worker(&link, &[]), expected);
    let port = [("SPARK_MASTER_HOST", "m"), ("SPARK_MASTER_PORT", "7078")];
    assert_eq!(worker(&port, &["--cores", "2"]), ours("hearth worker --cores 2 spark://m:7078"));
    let given = [("SPARK_MASTER_URL", "spark://other:1")];
    assert_eq!(
        worker(&given, &["--cores", "2", "spark://m:7077"]),
        ours("hearth worker --cores 2 spark://m:7077")
    );
    let none = worker(&[("SPARK_MASTER_URL", "")], &[]).unwrap_err();
    assert!(none.contains("SPARK_MASTER_URL=spark://HOST:7077"), "{none}");
}

#[test]
fn sparks_own_programs_are_those_of_its_home() {
    let home = ("SPARK_HOME", "/opt/spark/");
    assert_eq!(
        played(&[("SPARK_MODE", "history"), home], &[]),
        program("/opt/spark/bin/spark-class org.apache.spark.deploy.history.HistoryServer")
    );
    let submit = [("SPARK_MODE", "submit"), home, ("SPARK_MASTER", "spark://m:7077")];
    assert_eq!(
        played(&submit, &["--class", "A", "a.jar"]),
        program("/opt/spark/bin/spark-submit --master spark://m:7077 --class A a.jar")
    );
    assert_eq!(
        played(&submit, &["--master", "local", "a.py"]),
        program("/opt/spark/bin/spark-submit --master local a.py")
    );
}

#[test]
fn a_notebook_has_a_token_and_its_cluster() {
    let refused = played(&[("SPARK_MODE", "jupyter"), ("JUPYTER_TOKEN", "")], &[]).unwrap_err();
    assert!(refused.contains("JUPYTER_TOKEN is not set"), "{refused}");
    let notebook =
        [("SPARK_MODE", "jupyter"), ("JUPYTER_TOKEN", "secret"), ("SPARK_MASTER", "spark://m:7077")];
    let Ok(Part::Program { line, variables }) = played(&notebook, &["--ServerApp.root_dir=/notebooks"])
    else {
        panic!()
    };
    let line: Vec<_> = line.iter().map(|word| word.to_string_lossy()).collect();
    let expected =
        ["jupyter", "lab", "--ip=0.0.0.0", "--no-browser", "--port=8888", "--ServerApp.root_dir=/notebooks"];
    assert_eq!(line, expected, "the token is nothing for a list of processes");
    assert_eq!(variables, [("PYSPARK_SUBMIT_ARGS", "--master spark://m:7077 pyspark-shell".to_owned())]);
}

#[test]
fn a_token_file_is_made_once_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    let path = file.to_str().unwrap();
    // Compose hands on what is not set as something empty.
    let notebook = [("SPARK_MODE", "jupyter"), ("JUPYTER_TOKEN", ""), ("JUPYTER_TOKEN_FILE", path)];
    played(&notebook, &[]).unwrap();
    let token = std::fs::read_to_string(&file).unwrap();
    assert!(token.len() == 48 && token.bytes().all(|byte| byte.is_ascii_hexdigit()), "{token}");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    played(&notebook, &[]).unwrap();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), token, "it is kept");

    std::fs::write(&file, " \n").unwrap();
    let refused = played(&notebook, &[]).unwrap_err();
    assert!(refused.contains("is empty") && refused.contains(path), "{refused}");
    let nowhere = folder.path().join("no/token");
    let refused =
        played(&[("SPARK_MODE", "jupyter"), ("JUPYTER_TOKEN_FILE", nowhere.to_str().unwrap())], &[]);
    assert!(refused.unwrap_err().contains("cannot keep a token in"));
}

#[test]
fn a_program_that_is_named_runs_whatever_the_mode_is() {
    assert_eq!(
        played(&[("SPARK_MODE", "master")], &["spark-submit", "--version"]),
        program("spark-submit --version")
    );
    assert_eq!(played(&[], &["bash"]), program("bash"));
}

#[test]
fn what_is_no_mode_is_said_with_those_that_there_are() {
    let none = played(&[], &[]).unwrap_err();
    assert!(none.contains("SPARK_MODE is not set") && none.contains("jupyter"), "{none}");
    let other = played(&[("SPARK_MODE", "slave")], &[]).unwrap_err();
    assert!(other.contains("'slave'") && other.contains("master, worker"), "{other}");
}
