//! Where state lasts and who leads.

use std::path::PathBuf;

use edge_config::{Election, RecoveryPlace};

use crate::case;

#[test]
fn nothing_is_remembered_unless_it_is_asked_for() {
    assert!(case().quiet_master().recovery.is_none());
    assert!(case().defaults("spark.deploy.recoveryMode none\n").quiet_master().recovery.is_none());
}

#[test]
fn the_variable_of_images_names_a_place_and_says_that_it_is_to_be_used() {
    let named = || case().variable("SPARK_RECOVERY_DIR", "/var/lib/spark");
    let settings = named().quiet_master().recovery.unwrap();
    assert_eq!(settings.place, RecoveryPlace::Directory(PathBuf::from("/var/lib/spark")));
    assert!(named().defaults("spark.deploy.recoveryMode NONE\n").quiet_master().recovery.is_none());
    // The key alone asks for nothing, as in Spark.
    let line = "spark.deploy.recoveryDirectory /var/lib/spark\n";
    assert!(case().defaults(line).quiet_master().recovery.is_none());
}

#[test]
fn a_directory_is_of_one_master() {
    let lines = "spark.deploy.recoveryMode FILESYSTEM\nspark.deploy.recoveryDirectory /var/lib/spark\n";
    let settings = case().defaults(lines).quiet_master().recovery.unwrap();
    assert_eq!(settings.place, RecoveryPlace::Directory(PathBuf::from("/var/lib/spark")));
    assert_eq!(settings.election, Election::Alone);
    assert_eq!(settings.timeout_ms, 60_000);
    let lines = format!("{lines}spark.worker.timeout 20\n");
    assert_eq!(case().defaults(&lines).quiet_master().recovery.unwrap().timeout_ms, 20_000);
    let lines = format!("{lines}spark.deploy.recoveryTimeout 5\nspark.hearth.election store\n");
    let settings = case().defaults(&lines).quiet_master().recovery.unwrap();
    assert_eq!(settings.timeout_ms, 5_000);
    assert_eq!(settings.election, Election::Store { length_ms: 1_200 });
}

#[test]
fn a_bucket_comes_with_hadoops_keys() {
    let options = "-Dspark.deploy.recoveryMode=FILESYSTEM -Dspark.deploy.recoveryDirectory=s3a://states/prod \
                   -Dspark.hadoop.fs.s3a.endpoint=http://127.0.0.1:9000 -Dspark.hadoop.fs.s3a.path.style.access=true";
    let settings = case().variable("SPARK_MASTER_OPTS", options).quiet_master().recovery.unwrap();
    let RecoveryPlace::ObjectStore { url, options } = settings.place else { panic!("{:?}", settings.place) };
    assert_eq!(url, "s3a://states/prod");
    let options: Vec<_> = options.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let expected = [
        ("spark.hadoop.fs.s3a.endpoint", "http://127.0.0.1:9000"),
        ("spark.hadoop.fs.s3a.path.style.access", "true"),
    ];
    assert_eq!(options, expected);
    assert_eq!(settings.election, Election::Store { length_ms: 1_200 });
}

#[test]
fn event_logs_in_a_bucket_are_a_place_too() {
    let lines =
        "spark.eventLog.dir s3a://events/spark-events\nspark.hadoop.fs.s3a.endpoint http://127.0.0.1:9000\n";
    assert!(case().defaults(lines).quiet_master().event_logs.is_none(), "they are not enabled");
    let lines = format!("{lines}spark.eventLog.enabled true\n");
    let place = case().defaults(&lines).quiet_master().event_logs.unwrap();
    let RecoveryPlace::ObjectStore { url, options } = place else { panic!("{place:?}") };
    assert_eq!((url.as_str(), options.len()), ("s3a://events/spark-events", 1));
    let lines = "spark.eventLog.enabled true\nspark.eventLog.dir file:/var/spark-events\n";
    assert!(case().defaults(lines).quiet_master().event_logs.is_none(), "a folder is everybody's own");
}

#[test]
fn zookeeper_has_sparks_own_keys() {
    let lines = "spark.deploy.recoveryMode ZOOKEEPER\nspark.deploy.zookeeper.url zk1:2181,zk2:2181\n";
    let settings = case().defaults(lines).quiet_master().recovery.unwrap();
    let place = RecoveryPlace::ZooKeeper { servers: "zk1:2181,zk2:2181".into(), dir: "/spark".into() };
    assert_eq!(settings.place, place);
    let lines = format!("{lines}spark.hearth.election kubernetes\nspark.hearth.election.leaseLength 3s\n");
    let settings = case().defaults(&lines).quiet_master().recovery.unwrap();
    let lease = "spark-master".to_owned();
    assert_eq!(settings.election, Election::Kubernetes { lease, namespace: None, length_ms: 3_000 });
}

#[test]
fn what_cannot_be_kept_is_said_with_what_to_do() {
    let error = |lines: &str| case().defaults(lines).master_error();
    let said = error("spark.deploy.recoveryMode FILESYSTEM\n");
    assert!(said.contains("spark.deploy.recoveryDirectory is not set"), "{said}");
    let said =
        error("spark.deploy.recoveryMode FILESYSTEM\nspark.deploy.recoveryDirectory hdfs://nn/spark\n");
    assert!(said.contains("hdfs is no place for it") && said.contains("s3a://BUCKET/PREFIX"), "{said}");
    let said = error("spark.deploy.recoveryMode ZOOKEEPER\n");
    assert!(said.contains("spark.deploy.zookeeper.url is not set"), "{said}");
    for (mode, instead) in [("ROCKSDB", "FILESYSTEM"), ("CUSTOM", "ZOOKEEPER"), ("S3", "FILESYSTEM")] {
        let said = error(&format!("spark.deploy.recoveryMode {mode}\n"));
        assert!(said.contains(mode) && said.contains(instead), "{said}");
    }
    let said = error("spark.hearth.election.leaseLength 100ms\n");
    assert!(said.contains("300ms"), "{said}");
}
