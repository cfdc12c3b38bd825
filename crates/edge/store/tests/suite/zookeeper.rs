//! ZooKeeper: the server that lies among the jars of the Sparks under test.

use std::time::Duration;

use conformance::service::Service;
use conformance::{Spark, zookeeper};
use edge_store::{Limits, Store as _, ZooKeeper, ZooKeeperSettings};

use crate::contract;

fn opened(address: &str, dir: &str, limits: Limits) -> ZooKeeper {
    ZooKeeper::open(ZooKeeperSettings::new(address, dir).unwrap(), limits)
}

const PATIENT: Limits = Limits { entries: Duration::from_secs(30), register: Duration::from_secs(10) };

const SHORT: Limits = Limits { entries: Duration::from_millis(400), register: Duration::from_millis(400) };

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_keeps_the_contract() {
    for spark in Spark::selected().unwrap() {
        let server = zookeeper::start(&spark).unwrap();
        let store = opened(&server.address(), "/spark", PATIENT);
        contract::whole(|| opened(&server.address(), "/spark/", PATIENT)).await;
        assert!(zookeeper_place(&store).ends_with("/spark/hearth"));
        comes_back(server).await;
    }
}

fn zookeeper_place(store: &ZooKeeper) -> &str {
    edge_store::Store::place(store)
}

/// Sessions are lost while the server hangs or is away.
async fn comes_back(mut server: Service) {
    let short = opened(&server.address(), "/elsewhere", SHORT);
    contract::recovers(&short).await;
    let patient = opened(&server.address(), "/elsewhere", PATIENT);
    let names = patient.list().await.unwrap();
    server.freeze().unwrap();
    contract::all_verbs_are_transient(&short, Duration::from_secs(10)).await;
    server.thaw().unwrap();
    contract::recovers(&short).await;
    server.kill().unwrap();
    contract::all_verbs_are_transient(&short, Duration::from_secs(10)).await;
    server.start_again().unwrap();
    contract::recovers(&short).await;
    contract::recovers(&patient).await;
    let later = patient.list().await.unwrap();
    assert!(names.iter().all(|name| later.contains(name)), "{names:?} {later:?}");
    server.end().unwrap();
}

#[tokio::test]
async fn a_chroot_that_nobody_made_is_said() {
    let server = zookeeper::start(&Spark::selected().unwrap().remove(0)).unwrap();
    let store = opened(&format!("{}/nobody/made/this", server.address()), "/spark", PATIENT);
    let error = store.create("1", "x".into()).await.unwrap_err();
    assert!(!error.is_transient() && error.to_string().contains("spark.deploy.zookeeper.url"), "{error}");
    server.end().unwrap();
}

#[test]
fn settings_that_make_no_sense_are_said() {
    let none = ZooKeeperSettings::new("", "/spark").unwrap_err();
    assert!(none.to_string().contains("spark.deploy.zookeeper.url"), "{none}");
    let path = ZooKeeperSettings::new("a:1", "spark/../x").unwrap_err();
    assert!(path.to_string().contains("spark/../x"), "{path}");
}
