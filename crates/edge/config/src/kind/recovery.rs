//! Where state lasts and who leads.

use super::{Kind, MILLISECONDS};

/// `spark.deploy.recoveryMode`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecoveryMode {
    /// Nowhere.
    None,
    /// In a directory or an object store.
    Filesystem,
    /// In ZooKeeper.
    Zookeeper,
}

/// A mode. Spark takes an unknown one for NONE in silence.
pub(crate) const RECOVERY_MODE: Kind<RecoveryMode> = Kind {
    name: "NONE, FILESYSTEM or ZOOKEEPER",
    example: "FILESYSTEM",
    parse: |text| match text.to_ascii_uppercase().as_str() {
        "NONE" => Ok(RecoveryMode::None),
        "FILESYSTEM" => Ok(RecoveryMode::Filesystem),
        "ZOOKEEPER" => Ok(RecoveryMode::Zookeeper),
        "ROCKSDB" => {
            Err("a mode of the JVM's Master alone: FILESYSTEM keeps the same in a directory, without a \
                          database (what lies in RocksDB is not read)"
                .into())
        }
        "CUSTOM" => {
            Err("a mode that loads classes of yours into a JVM: use FILESYSTEM, with a directory or \
                         s3a://BUCKET/PREFIX, or ZOOKEEPER"
                .into())
        }
        _ => Err("none of NONE, FILESYSTEM and ZOOKEEPER".into()),
    },
};

/// `spark.hearth.election`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ElectionMode {
    /// By the place where state lasts.
    Auto,
    /// This Master leads at once.
    Alone,
    /// By a lease beside the state.
    Store,
    /// By a Lease object of Kubernetes.
    Kubernetes,
}

pub(crate) const ELECTION: Kind<ElectionMode> = Kind {
    name: "auto, alone, store or kubernetes",
    example: "auto",
    parse: |text| match text.to_ascii_lowercase().as_str() {
        "auto" => Ok(ElectionMode::Auto),
        "alone" => Ok(ElectionMode::Alone),
        "store" => Ok(ElectionMode::Store),
        "kubernetes" => Ok(ElectionMode::Kubernetes),
        _ => Err("none of auto, alone, store and kubernetes".into()),
    },
};

/// The least that a lease can last: below it a slow disk or request looks like a death.
const SHORTEST_LEASE_MS: u64 = 300;

pub(crate) const LEASE_LENGTH: Kind<u64> = Kind {
    name: "milliseconds",
    example: "1s",
    parse: |text| match (MILLISECONDS.parse)(text)? {
        length_ms if length_ms < SHORTEST_LEASE_MS => Err("less than 300ms".into()),
        length_ms => Ok(length_ms),
    },
};
