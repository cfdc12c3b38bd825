//! A directory.

use edge_store::{Directory, Limits};

use crate::contract;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn it_keeps_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("recovery");
    contract::whole(|| Directory::open(&root, Limits::default()).unwrap()).await;
}
