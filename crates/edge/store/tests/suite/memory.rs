//! The store in memory, and its faults.

use std::time::Duration;

use bytes::Bytes;
use edge_store::{Created, Fault, Limits, Memory, Register, Store, Swap};

use crate::contract;

#[tokio::test]
async fn it_keeps_the_contract() {
    let memory = Memory::default();
    contract::whole(|| memory.clone()).await;
}

#[tokio::test]
async fn faults_come_as_ordered() {
    let limit = Duration::from_millis(20);
    let memory = Memory::new(Limits { entries: limit, register: limit });
    let long = Duration::from_secs(3600);
    memory.meet([Fault::FailBefore, Fault::FailAfter, Fault::Conflict409, Fault::Forbidden]);
    assert!(memory.create("1", Bytes::new()).await.unwrap_err().is_transient());
    assert!(memory.create("2", Bytes::new()).await.unwrap_err().is_transient());
    assert!(memory.swap("lease", None, Bytes::new()).await.unwrap_err().is_transient());
    assert!(!memory.create("3", Bytes::new()).await.unwrap_err().is_transient());
    assert_eq!(memory.list().await.unwrap(), ["2"]);
    memory.meet([Fault::Delay(long), Fault::DelayedAnswer(long), Fault::Delay(Duration::from_millis(1))]);
    assert!(memory.create("4", Bytes::new()).await.unwrap_err().to_string().contains("within 20 ms"));
    assert!(memory.create("5", Bytes::new()).await.unwrap_err().is_transient());
    assert_eq!(memory.create("6", Bytes::new()).await.unwrap(), Created::Created);
    assert_eq!(memory.list().await.unwrap(), ["2", "5", "6"]);
    memory.always(Some(Fault::FailBefore));
    contract::all_verbs_are_transient(&memory, Duration::from_secs(5)).await;
    memory.always(None);
    contract::recovers(&memory).await;
    assert_ne!(memory.swap("lease", None, Bytes::new()).await.unwrap(), Swap::Conflict);
}
