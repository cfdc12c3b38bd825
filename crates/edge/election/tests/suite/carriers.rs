//! The registers of all stores.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use conformance::{Spark, moto, zookeeper};
use edge_election::InRegister;
use edge_store::{Directory, Limits, Memory, Register, S3, S3Settings, ZooKeeper, ZooKeeperSettings};

use crate::contract::{self, Carrier};

const LIMITS: Limits = Limits { entries: Duration::from_secs(10), register: Duration::from_secs(5) };

fn carrier(register: impl Register + 'static) -> Carrier {
    Arc::new(InRegister::new(Arc::new(register)))
}

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

#[tokio::test]
async fn memory_carries_it() {
    let memory = Memory::new(LIMITS);
    contract::whole(|| carrier(memory.clone())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_directory_carries_it() {
    let folder = tempfile::tempdir().unwrap();
    contract::whole(|| carrier(Directory::open(folder.path(), LIMITS).unwrap())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_object_store_carries_it() {
    let mut server = moto::start().unwrap();
    moto::make_bucket(&server.address(), "bucket").unwrap();
    let endpoint = format!("http://{}", server.address());
    let open = |register_ms| {
        let properties = map(&[
            ("spark.hadoop.fs.s3a.endpoint", &endpoint),
            ("spark.hadoop.fs.s3a.access.key", "key"),
            ("spark.hadoop.fs.s3a.secret.key", "secret"),
        ]);
        let settings = S3Settings::new("s3a://bucket/recovery", &properties, []).unwrap();
        carrier(
            S3::open(settings, Limits { register: Duration::from_millis(register_ms), ..LIMITS }).unwrap(),
        )
    };
    contract::whole(|| open(5000)).await;
    server.freeze().unwrap();
    contract::both_are_transient(&open(300), Duration::from_secs(5)).await;
    server.thaw().unwrap();
    server.end().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn zookeeper_carries_it() {
    let server = zookeeper::start(&Spark::selected().unwrap().pop().unwrap()).unwrap();
    let settings = ZooKeeperSettings::new(&server.address(), "/spark").unwrap();
    contract::whole(|| carrier(ZooKeeper::open(settings.clone(), LIMITS))).await;
    server.end().unwrap();
}

#[tokio::test]
async fn what_is_no_lease_is_said() {
    let memory = Memory::default();
    memory.swap("lease", None, "not json".into()).await.unwrap();
    let error = carrier(memory).get().await.unwrap_err();
    assert!(!error.is_transient() && error.to_string().contains("no lease of Hearth's"), "{error}");
}
