//! Where state lasts and what carries the lease, as the settings name them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use core_election::Timing;
use edge_config::{Election, RecoveryPlace, RecoverySettings};
use edge_election::{InRegister, KubernetesLease, KubernetesSettings, LeaseCarrier};
use edge_store::{
    Directory, Limits, Register, S3, S3Settings, Store, StoreError, ZooKeeper, ZooKeeperSettings,
};
use tracing::warn;

/// Where state lasts, and who leads by what; no election for a Master that leads alone.
#[derive(Debug)]
pub(crate) struct Places {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) election: Option<(Arc<dyn LeaseCarrier>, Timing)>,
}

/// Opens both.
///
/// # Errors
/// Where the settings cannot work.
pub(crate) async fn open(settings: &RecoverySettings) -> Result<Places, StoreError> {
    let timing = match settings.election {
        Election::Alone => Timing::default(),
        Election::Store { length_ms } | Election::Kubernetes { length_ms, .. } => timing(length_ms),
    };
    let limits = Limits { register: Duration::from_millis(timing.request_ms), ..Limits::default() };
    let (store, register) = open_place(&settings.place, limits)?;
    let carrier: Arc<dyn LeaseCarrier> = match &settings.election {
        Election::Alone => return Ok(Places { store, election: None }),
        Election::Store { .. } => Arc::new(InRegister::new(register)),
        Election::Kubernetes { lease, namespace, .. } => {
            let settings = KubernetesSettings::infer(namespace.as_deref(), lease).await?;
            Arc::new(KubernetesLease::open(settings, limits)?)
        }
    };
    Ok(Places { store, election: Some((carrier, timing)) })
}

/// How often a lease of that length is renewed and looked at, and when a request is given up: the defaults in proportion.
fn timing(length_ms: u64) -> Timing {
    let usual = Timing::default();
    let of_usual = |part_ms: u64| (length_ms * part_ms / usual.length_ms).max(1);
    Timing {
        length_ms,
        renew_every_ms: of_usual(usual.renew_every_ms),
        poll_every_ms: of_usual(usual.poll_every_ms),
        request_ms: of_usual(usual.request_ms),
    }
}

pub(crate) type Both = (Arc<dyn Store>, Arc<dyn Register>);

pub(crate) fn open_place(place: &RecoveryPlace, limits: Limits) -> Result<Both, StoreError> {
    Ok(match place {
        RecoveryPlace::Directory(root) => both(Directory::open(root, limits)?),
        RecoveryPlace::ObjectStore { url, options } => both(open_s3(url, options, limits)?),
        RecoveryPlace::ZooKeeper { servers, dir } => {
            both(ZooKeeper::open(ZooKeeperSettings::new(servers, dir)?, limits))
        }
    })
}

/// A prefix in a bucket, with this process's variables for it.
pub(crate) fn open_s3(
    url: &str,
    options: &BTreeMap<String, String>,
    limits: Limits,
) -> Result<S3, StoreError> {
    let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
        Some((name.into_string().ok()?, value.into_string().ok()?))
    };
    let settings = S3Settings::new(url, options, std::env::vars_os().filter_map(text))?;
    settings.notes().iter().for_each(|note| warn!(target: "Master", "{note}"));
    S3::open(settings, limits)
}

fn both<T: Store + Register + 'static>(place: T) -> Both {
    let place = Arc::new(place);
    (place.clone(), place)
}
