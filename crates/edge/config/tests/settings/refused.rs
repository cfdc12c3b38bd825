//! Errors and warnings: each one sentence that names who, what, where and what to do.

use super::{case, shown};

#[test]
fn a_bad_value_names_file_line_key_and_example() {
    let case = case().defaults("# ours\n\nspark.worker.timeout abc\n");
    let file = case.path("conf/spark-defaults.conf");
    let expected = "line 3: spark.worker.timeout is 'abc': not a number of seconds; write e.g. 60";
    assert_eq!(case.master_error(), format!("{} {expected}", shown(&file)));
    assert!(!case.master().unwrap_err().is_usage());
}

#[test]
fn a_bad_option_names_its_variable() {
    let error = case().variable("SPARK_MASTER_OPTS", "-Dspark.deploy.spreadOutApps=maybe").master_error();
    assert_eq!(
        error,
        "SPARK_MASTER_OPTS: spark.deploy.spreadOutApps is 'maybe': neither true nor false; write e.g. true"
    );
    let error = case().variable("SPARK_MASTER_PORT", "http").master_error();
    assert_eq!(error, "SPARK_MASTER_PORT is 'http': not a port between 0 and 65535; write e.g. 7077");
}

#[test]
fn a_bad_flag_is_a_mistake_of_usage() {
    let case = case().ready_for_a_worker().flag("--memory", "lots");
    let error = case.worker().unwrap_err();
    assert!(error.is_usage());
    assert_eq!(error.to_string(), "--memory is 'lots': not an amount of memory; write e.g. 512m or 2g");
    let error =
        super::case().ready_for_a_worker().flag("MASTER_URL", "http://master:7077").worker().unwrap_err();
    assert!(error.is_usage());
    assert!(error.to_string().starts_with("'http://master:7077' is not a master URL"), "{error}");
}

#[test]
fn a_properties_file_that_is_none_is_named() {
    let case = case().file("broken.conf", "spark.a 1\nspark.b \\u00zz\n");
    let (missing, broken) = (case.path("missing.conf"), case.path("broken.conf"));
    let folder = case.folder.path().to_owned();
    let case = case.flag("--properties-file", shown(&missing));
    let error = case.master_error();
    assert!(error.starts_with(shown(&missing)) && error.contains("No such file"), "{error}");
    let case = case.flag("--properties-file", shown(&broken));
    assert!(case.master_error().contains("broken.conf: line 2: a malformed \\uXXXX escape"));
    let case = case.flag("--properties-file", shown(&folder));
    assert!(case.master_error().contains("a folder, not a file"), "{}", case.master_error());
}

#[test]
fn a_slip_in_a_key_is_a_warning() {
    let case = case().defaults("spark.deploy.retainedAplications 5\nspark.executor.memory 2g\n");
    let (_, warnings) = case.master().unwrap();
    assert_eq!(warnings.len(), 1);
    let text = &warnings[0].0;
    assert!(
        text.contains("spark-defaults.conf line 1: spark.deploy.retainedAplications is not a key"),
        "{text}"
    );
    assert!(text.ends_with("did you mean spark.deploy.retainedApplications?"), "{text}");
}

#[test]
fn keys_that_are_not_obeyed_are_named_to_the_daemon_that_would() {
    let text = "spark.shuffle.service.verifyBlockPathsAtRead false\nspark.deploy.recoveryCompressionCodec zstd\nspark.deploy.recoveryMode none\n";
    let (_, warnings) = case().defaults(text).master().unwrap();
    assert_eq!(warnings.len(), 1);
    assert!(
        warnings[0]
            .0
            .contains("line 2: spark.deploy.recoveryCompressionCodec has no effect: what is remembered"),
        "{warnings:?}"
    );
    let (_, warnings) = case().defaults(text).ready_for_a_worker().worker().unwrap();
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0].0.contains("line 1: spark.shuffle.service.verifyBlockPathsAtRead"), "{warnings:?}");
}

#[test]
fn a_safeguard_that_would_be_missing_is_refused() {
    let error = case().defaults("spark.authenticate true").master_error();
    assert!(
        error.contains("line 1: spark.authenticate is 'true': this build cannot authenticate"),
        "{error}"
    );
    assert!(error.ends_with("remove the key, or set it to false"), "{error}");
    let error = case().variable("SPARK_MASTER_OPTS", "-Dspark.acls.enable=true").master_error();
    assert!(error.contains("'true': this build checks no access lists"), "{error}");
    case().defaults("spark.authenticate false\nspark.acls.enable False").quiet_master();
}

#[test]
fn no_message_shows_a_secret() {
    let case = case()
        .variable(
            "SPARK_DAEMON_JAVA_OPTS",
            "-Dspark.master.secretToken=hush -Dspark.authenticate.secret=hush",
        )
        .defaults("spark.worker.password=hush\n");
    let (_, warnings) = case.master().unwrap();
    assert_eq!(warnings.len(), 2);
    assert!(!format!("{warnings:?}").contains("hush"));
    let error = case.variable("SPARK_MASTER_OPTS", "-Dspark.authenticate.secret='hush").master_error();
    assert!(error.starts_with("SPARK_MASTER_OPTS: a quote is opened") && !error.contains("hush"), "{error}");
}
