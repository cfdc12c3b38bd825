//! An object store: moto.

use std::collections::BTreeMap;
use std::time::Duration;

use conformance::moto;
use edge_store::{Limits, S3, S3Settings, Store as _};

use crate::contract;

/// The properties of a store at an address.
pub(crate) fn properties(address: &str) -> BTreeMap<String, String> {
    let pairs = [
        ("endpoint", format!("http://{address}")),
        ("access.key", "key".to_owned()),
        ("secret.key", "secret".to_owned()),
        ("path.style.access", "true".to_owned()),
    ];
    pairs.into_iter().map(|(key, value)| (format!("spark.hadoop.fs.s3a.{key}"), value)).collect()
}

pub(crate) fn opened(url: &str, address: &str, limits: Limits) -> S3 {
    S3::open(S3Settings::new(url, &properties(address), []).unwrap(), limits).unwrap()
}

/// As in earnest, but for a machine that is busy.
const PATIENT: Limits = Limits { entries: Duration::from_secs(30), register: Duration::from_secs(10) };

const SHORT: Limits = Limits { entries: Duration::from_millis(400), register: Duration::from_millis(400) };

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_keeps_the_contract() {
    let mut server = moto::start().unwrap();
    moto::make_bucket(&server.address(), "bucket").unwrap();
    contract::whole(|| opened("s3a://bucket/a/prefix", &server.address(), PATIENT)).await;
    // The whole bucket, and a neighbour whose name begins alike.
    let whole = opened("s3a://bucket", &server.address(), PATIENT);
    assert_eq!(whole.list().await.unwrap(), Vec::<String>::new());

    let store = opened("s3a://bucket/a", &server.address(), SHORT);
    contract::recovers(&store).await;
    server.freeze().unwrap();
    contract::all_verbs_are_transient(&store, Duration::from_secs(10)).await;
    server.thaw().unwrap();
    contract::recovers(&opened("s3a://bucket/a", &server.address(), PATIENT)).await;
    server.kill().unwrap();
    contract::all_verbs_are_transient(&store, Duration::from_secs(10)).await;
    server.start_again().unwrap();
    moto::make_bucket(&server.address(), "bucket").unwrap();
    contract::recovers(&store).await;

    let none = opened("s3a://nobody-made-this/a", &server.address(), PATIENT);
    for error in [none.create("1", "x".into()).await.unwrap_err(), none.list().await.unwrap_err()] {
        assert!(!error.is_transient() && error.to_string().contains("Make the bucket"), "{error}");
    }
    server.end().unwrap();
}
