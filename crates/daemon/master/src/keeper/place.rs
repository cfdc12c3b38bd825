//! The place where state lasts, as the settings name it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use edge_config::RecoveryPlace;
use edge_store::{
    Directory, Limits, Register, S3, S3Settings, Store, StoreError, ZooKeeper, ZooKeeperSettings,
};

/// A place, by its two contracts.
#[derive(Clone, Debug)]
pub(crate) struct Opened {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) register: Arc<dyn Register>,
}

impl Opened {
    fn both<T: Store + Register + 'static>(place: T) -> Self {
        let place = Arc::new(place);
        Self { store: place.clone(), register: place }
    }
}

/// Opens it; `lease` is how long a verb of the register may take.
///
/// # Errors
/// Where the settings cannot work.
pub(crate) fn open(place: &RecoveryPlace, lease: Duration) -> Result<Opened, StoreError> {
    let limits = Limits { register: lease, ..Limits::default() };
    Ok(match place {
        RecoveryPlace::Directory(root) => Opened::both(Directory::open(root, limits)?),
        RecoveryPlace::ObjectStore { url, options } => {
            let environment = std::env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
            let settings = S3Settings::new(url, options, &environment.collect())?;
            Opened::both(S3::open(settings, limits)?)
        }
        RecoveryPlace::ZooKeeper { servers, dir } => {
            let keys = [("spark.deploy.zookeeper.url", servers), ("spark.deploy.zookeeper.dir", dir)];
            let keys: BTreeMap<_, _> = keys.map(|(key, value)| (key.to_owned(), value.clone())).into();
            Opened::both(ZooKeeper::open(ZooKeeperSettings::new(&keys)?, limits))
        }
    })
}
