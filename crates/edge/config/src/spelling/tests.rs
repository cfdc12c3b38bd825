//! Which keys are questioned, and what is proposed instead.

use super::*;

fn warned(key: &str) -> Option<String> {
    check(&Origin::Option("SPARK_MASTER_OPTS".into()), key).map(|warning| warning.0)
}

#[test]
fn a_slip_is_named_with_what_was_meant() {
    let text = warned("spark.worker.timout").unwrap();
    assert!(text.starts_with("SPARK_MASTER_OPTS: spark.worker.timout is not a key"), "{text}");
    assert!(text.ends_with("did you mean spark.worker.timeout?"), "{text}");
    assert!(
        warned("spark.deploy.spreadoutapps").unwrap().ends_with("did you mean spark.deploy.spreadOutApps?")
    );
}

#[test]
fn what_resembles_nothing_gets_no_proposal() {
    let text = warned("spark.master.entirely.different.thing").unwrap();
    assert!(text.ends_with("has no effect"), "{text}");
}

#[test]
fn known_keys_and_those_of_applications_pass() {
    for key in [
        "spark.worker.timeout",
        "spark.deploy.spreadOut",
        "spark.deploy.zookeeper.url",
        "spark.worker.resource.gpu.amount",
        "spark.executor.memroy",
        "spark.master",
    ] {
        assert_eq!(warned(key), None, "{key}");
    }
}
