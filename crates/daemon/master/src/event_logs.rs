//! The folder of applications' event logs in a bucket: there is none before something is in it, and applications end that
//! do not find it.

use std::time::Duration;

use edge_config::RecoveryPlace;
use edge_store::{Limits, StoreError};
use tokio::task::JoinHandle;
use tokio::time::sleep;
use tracing::{info, warn};

use crate::keeper::place::open_s3;

/// How long until it is tried again, at first and at most.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// Tries until the folder is there: a bucket that is missing today may be made tomorrow. Nothing waits for it.
pub(crate) fn make(place: &RecoveryPlace) -> Option<JoinHandle<()>> {
    let RecoveryPlace::ObjectStore { url, options } = place else { return None };
    let store = open_s3(url, options, Limits::default()).map_err(|error| told(&error)).ok()?;
    let url = url.clone();
    Some(tokio::spawn(async move {
        let mut pause = PAUSES.0;
        while let Err(error) = store.keep_folder().await {
            told(&error);
            sleep(pause).await;
            pause = (pause * 2).min(PAUSES.1);
        }
        info!(target: "Master", "Event logs of applications go to {url}");
    }))
}

fn told(error: &StoreError) {
    warn!(target: "Master", "Applications may not find the folder of their event logs: {error}");
}
