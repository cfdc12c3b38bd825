//! Where a Master's state lasts and who leads, as far as it is set.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::effective::Effective;
use crate::error::{ConfigError, Origin};
use crate::kind::{ElectionMode, RecoveryMode};
use crate::sources::Sources;
use crate::table::{self, About, Daemons};

/// What a Master that remembers is started with.
#[derive(Clone, Debug)]
pub struct RecoverySettings {
    /// Where its state lasts.
    pub place: RecoveryPlace,
    /// Who leads.
    pub election: Election,
    /// `spark.deploy.recoveryTimeout`, else `spark.worker.timeout`: how long a new leader waits for answers.
    pub timeout_ms: u64,
}

/// Where state lasts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecoveryPlace {
    /// A directory of this machine.
    Directory(PathBuf),
    /// A bucket.
    ObjectStore {
        /// `s3a://BUCKET/PREFIX`
        url: String,
        /// The keys `spark.hadoop.fs.s3a.*`. May hold secrets.
        options: BTreeMap<String, String>,
    },
    /// ZooKeeper.
    ZooKeeper {
        /// `HOST:PORT,HOST:PORT`
        servers: String,
        /// The node below which everything lies.
        dir: String,
    },
}

/// Who leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Election {
    /// This Master, at once.
    Alone,
    /// Whoever holds a lease beside the state.
    Store {
        /// `spark.hearth.election.leaseLength`
        length_ms: u64,
    },
    /// Whoever holds a Lease object.
    Kubernetes {
        /// `spark.hearth.election.kubernetes.lease`
        lease: String,
        /// `spark.hearth.election.kubernetes.namespace`; none for the pod's own.
        namespace: Option<String>,
        /// `spark.hearth.election.leaseLength`
        length_ms: u64,
    },
}

/// Whether a directory is named as images do it: that it is to be used says the variable itself.
pub(crate) fn is_named_by_variable(effective: &mut Effective<'_>) -> bool {
    effective.find(&table::RECOVERY_DIRECTORY.about).is_some_and(|found| found.origin == Origin::Variable)
}

/// None where the mode is NONE.
pub(crate) fn settings(effective: &mut Effective<'_>) -> Result<Option<RecoverySettings>, ConfigError> {
    let length_ms = effective.value(&table::ELECTION_LEASE_LENGTH)?;
    let mode = match effective.given(&table::MODE)? {
        Some(mode) => mode,
        None if is_named_by_variable(effective) => RecoveryMode::Filesystem,
        None => RecoveryMode::None,
    };
    let place = match mode {
        RecoveryMode::None => return Ok(None),
        RecoveryMode::Filesystem => file_system(effective)?,
        RecoveryMode::Zookeeper => RecoveryPlace::ZooKeeper {
            servers: needed(effective, &table::ZOOKEEPER_URL, "ZOOKEEPER")?,
            dir: effective.given(&table::ZOOKEEPER_DIR)?.unwrap_or_else(|| "/spark".to_owned()),
        },
    };
    let election = election(effective, &place, length_ms)?;
    let timeout_ms = match effective.given(&table::RECOVERY_TIMEOUT)? {
        Some(timeout_ms) => timeout_ms,
        None => effective.value(&table::WORKER_TIMEOUT)?,
    };
    Ok(Some(RecoverySettings { place, election, timeout_ms }))
}

impl RecoveryPlace {
    /// The place that a URL names, with this machine's keys for it; without a URL that of its Master.
    ///
    /// # Errors
    /// When there is none, or the first value, file or key that is wrong.
    pub fn find(sources: &Sources<'_>, url: Option<&str>) -> Result<Self, ConfigError> {
        let mut effective = Effective::gather(sources, Daemons::Master)?;
        if let Some(url) = url {
            return at_url(&effective, url);
        }
        let found = settings(&mut effective)?.map(|settings| settings.place);
        found.ok_or_else(|| ConfigError::Missing {
            what: "spark.deploy.recoveryMode is NONE, so this machine's Master keeps no state".to_owned(),
            advice: "name a directory, s3a://BUCKET/PREFIX or zk://HOST:PORT/DIR".to_owned(),
        })
    }
}

/// Where applications write event logs, if that is a bucket.
pub(crate) fn event_logs(effective: &mut Effective<'_>) -> Result<Option<RecoveryPlace>, ConfigError> {
    let folder = effective.given(&table::EVENT_LOG_DIR)?;
    let folder = folder.filter(|folder| folder.starts_with("s3a://") || folder.starts_with("s3://"));
    match (effective.value(&table::EVENT_LOG_ENABLED)?, folder) {
        (true, Some(folder)) => at_url(effective, &folder).map(Some),
        _ => Ok(None),
    }
}

fn file_system(effective: &mut Effective<'_>) -> Result<RecoveryPlace, ConfigError> {
    let directory = needed(effective, &table::RECOVERY_DIRECTORY, "FILESYSTEM")?;
    at_url(effective, &directory)
}

fn at_url(effective: &Effective<'_>, url: &str) -> Result<RecoveryPlace, ConfigError> {
    let Some((scheme, rest)) = url.split_once("://") else { return Ok(RecoveryPlace::Directory(url.into())) };
    match scheme {
        "file" => Ok(RecoveryPlace::Directory(rest.into())),
        "s3a" | "s3" => {
            let prefix = "spark.hadoop.fs.s3a.";
            let keys: Vec<_> = effective.keys_under(prefix).map(|key| format!("{prefix}{key}")).collect();
            let options = keys.iter().filter_map(|key| Some((key.clone(), effective.key(key)?.value)));
            Ok(RecoveryPlace::ObjectStore { options: options.collect(), url: url.to_owned() })
        }
        "zk" => {
            let (servers, dir) = rest.split_once('/').unwrap_or((rest, "spark"));
            Ok(RecoveryPlace::ZooKeeper { servers: servers.to_owned(), dir: format!("/{dir}") })
        }
        _ => Err(ConfigError::Missing {
            what: format!("state is to be kept in '{url}', and {scheme} is no place for it"),
            advice: "give a local directory or s3a://BUCKET/PREFIX".to_owned(),
        }),
    }
}

fn needed(
    effective: &mut Effective<'_>,
    setting: &table::Setting<String>,
    mode: &str,
) -> Result<String, ConfigError> {
    let About { key, .. } = setting.about;
    effective.given(setting)?.filter(|value| !value.is_empty()).ok_or_else(|| ConfigError::Missing {
        what: format!("spark.deploy.recoveryMode is {mode} and {key} is not set"),
        advice: format!("set {key}"),
    })
}

fn election(
    effective: &mut Effective<'_>,
    place: &RecoveryPlace,
    length_ms: u64,
) -> Result<Election, ConfigError> {
    Ok(match effective.value(&table::ELECTION_MODE)? {
        ElectionMode::Alone => Election::Alone,
        ElectionMode::Auto if matches!(place, RecoveryPlace::Directory(_)) => Election::Alone,
        ElectionMode::Auto | ElectionMode::Store => Election::Store { length_ms },
        ElectionMode::Kubernetes => Election::Kubernetes {
            lease: effective.value(&table::ELECTION_KUBERNETES_LEASE)?,
            namespace: effective.given(&table::ELECTION_KUBERNETES_NAMESPACE)?,
            length_ms,
        },
    })
}
