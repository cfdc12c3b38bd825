//! A Lease of Kubernetes (`coordination.k8s.io/v1`): the API server compares its `resourceVersion`.
//!
//! A replacement of a Lease that is not there makes one, whatever version it names. So a version here is of one object: its
//! `uid` goes along, which the API server compares too, and no leader that was frozen brings back a Lease that was removed.
//!
//! The standard fields say what `kubectl get lease` shows; what they are too coarse for stands in annotations. Labels and
//! annotations that others set stay. The lease's length in whole seconds is rounded up, and only shown.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use edge_store::{Doing, Limits, StoreError, Swap, Task, Version, chain, within};
use k8s_openapi::api::coordination::v1::Lease as Object;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::MicroTime;
use k8s_openapi::jiff::Timestamp;
use kube::api::{Api, PostParams};
use kube::{Client, Config, Error as Trouble};
use model::Lease;

use crate::LeaseCarrier;

const ADDRESS: &str = "hearth/address";
const PAGE: &str = "hearth/page";
const LENGTH: &str = "hearth/length-ms";
const TERM: &str = "hearth/term";
const RENEWALS: &str = "hearth/renewals";

/// How long a lease of somebody else's holds that does not say it: Kubernetes' own default.
const FOREIGN_LENGTH_MS: u64 = 15_000;

/// The `uid` of no object.
const NOBODY: &str = "00000000-0000-0000-0000-000000000000";

/// What to do where the API server refuses.
const RIGHTS: &str = "Let this Pod's ServiceAccount get, create and update leases of coordination.k8s.io in that \
                      namespace (a Role and a RoleBinding).";

/// Which Lease, and how the API server is reached.
#[derive(Clone, Debug)]
pub struct KubernetesSettings {
    config: Config,
    namespace: String,
    name: String,
}

impl KubernetesSettings {
    /// A Lease of this name; the API server of `KUBECONFIG`, of `~/.kube/config`, or of the cluster that this process
    /// runs in. The namespace is the one that those say, unless one is given.
    ///
    /// # Errors
    /// A permanent one, when none of them leads to a cluster.
    pub async fn infer(namespace: Option<&str>, name: &str) -> Result<Self, StoreError> {
        let config = Config::infer().await.map_err(|error| {
            Task::new(Doing::Open, name, "Kubernetes").permanent(
                error,
                "Run inside a Pod with a ServiceAccount, or name a kubeconfig in KUBECONFIG.",
            )
        })?;
        Ok(Self::with(config, namespace, name))
    }

    /// A Lease of this name, on an API server that is given.
    pub fn with(config: Config, namespace: Option<&str>, name: &str) -> Self {
        let namespace = namespace.unwrap_or(&config.default_namespace).to_owned();
        Self { config, namespace, name: name.to_owned() }
    }
}

/// A Lease of Kubernetes.
#[derive(Clone)]
pub struct KubernetesLease {
    api: Api<Object>,
    name: Arc<str>,
    place: Arc<str>,
    limits: Limits,
    /// The object as we last saw it, so that what others put there stays.
    last: Arc<Mutex<Option<Object>>>,
}

impl std::fmt::Debug for KubernetesLease {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("KubernetesLease").field("place", &self.place).finish_non_exhaustive()
    }
}

impl KubernetesLease {
    /// Makes the client; nothing is sent yet. Has to be called where tokio runs.
    ///
    /// # Errors
    /// A permanent one, when the settings make no client.
    pub fn open(settings: KubernetesSettings, limits: Limits) -> Result<Self, StoreError> {
        let KubernetesSettings { mut config, namespace, name } = settings;
        let place = format!("namespace {namespace} of Kubernetes at {}", config.cluster_url);
        config.connect_timeout = Some(limits.register);
        config.read_timeout = Some(limits.register);
        config.reset_reader_on_write = true;
        config.write_timeout = Some(limits.register);
        // A request that is sent again is refused because of its own first time.
        config.default_retry = false;
        let client = Client::try_from(config).map_err(|error| {
            Task::new(Doing::Open, &name, &place)
                .permanent(error, "See the kubeconfig, or the Pod's ServiceAccount.")
        })?;
        let api = Api::namespaced(client, &namespace);
        Ok(Self { api, name: name.into(), place: place.into(), limits, last: Arc::default() })
    }

    fn remember(&self, object: Object) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(object);
    }

    /// The object that has this version, as far as we know it; only its name and what is compared else.
    fn base(&self, expected: Option<&Version>) -> Object {
        let mut object = Object::default();
        if let Some(expected) = expected {
            let last = self.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
            object = last.filter(|last| version_of(last).as_ref() == Some(expected)).unwrap_or_default();
            let (resource, uid) = expected.as_str().rsplit_once('@').unwrap_or((expected.as_str(), NOBODY));
            object.metadata.resource_version = Some(resource.to_owned());
            object.metadata.uid = Some(uid.to_owned());
        }
        object.metadata.name = Some(self.name.to_string());
        object
    }
}

/// Writes a lease into an object.
fn encode(object: &mut Object, lease: &Lease, now: Timestamp) {
    let annotations = object.metadata.annotations.get_or_insert_default();
    for (key, value) in [
        (ADDRESS, lease.address.clone()),
        (PAGE, lease.page.clone()),
        (LENGTH, lease.length_ms.to_string()),
        (TERM, lease.term.to_string()),
        (RENEWALS, lease.renewals.to_string()),
    ] {
        annotations.insert(key.to_owned(), value);
    }
    let spec = object.spec.get_or_insert_default();
    if spec.holder_identity.as_deref() != Some(&lease.holder) || spec.acquire_time.is_none() {
        spec.acquire_time = Some(MicroTime(now));
    }
    spec.holder_identity = Some(lease.holder.clone());
    spec.lease_duration_seconds = i32::try_from(lease.length_ms.div_ceil(1000).max(1)).ok();
    spec.lease_transitions = i32::try_from(lease.term).ok();
    spec.renew_time = Some(MicroTime(now));
}

/// Reads a lease out of an object. One without our annotations is one that somebody else made: a chart, in advance, or
/// another kind of Master, whose times are then heeded.
fn decode(object: &Object) -> Lease {
    let none = BTreeMap::new();
    let annotations = object.metadata.annotations.as_ref().unwrap_or(&none);
    let text = |key: &str| annotations.get(key).cloned().unwrap_or_default();
    let number = |key: &str| annotations.get(key).and_then(|text| text.parse::<u64>().ok());
    let spec = object.spec.clone().unwrap_or_default();
    let shown = |value: Option<i32>| value.and_then(|value| u64::try_from(value).ok());
    Lease {
        holder: spec.holder_identity.unwrap_or_default(),
        address: text(ADDRESS),
        page: text(PAGE),
        length_ms: number(LENGTH)
            .or(shown(spec.lease_duration_seconds).map(|seconds| seconds * 1000))
            .unwrap_or(FOREIGN_LENGTH_MS),
        term: number(TERM).or(shown(spec.lease_transitions)).unwrap_or_default(),
        renewals: number(RENEWALS).unwrap_or_default(),
    }
}

/// `RESOURCE_VERSION@UID`
fn version_of(object: &Object) -> Option<Version> {
    let resource = object.metadata.resource_version.as_deref()?;
    Some(Version::from(format!("{resource}@{}", object.metadata.uid.as_deref()?)))
}

fn version(task: Task<'_>, object: &Object) -> Result<Version, StoreError> {
    version_of(object).ok_or_else(|| task.transient("the answer has no resourceVersion or no uid"))
}

/// What an error means where it is not an answer to the verb.
fn failed(task: Task<'_>, error: &Trouble) -> StoreError {
    match error {
        Trouble::Api(status) => {
            let why =
                format!("the API server answered {} {}: {}", status.code, status.reason, status.message);
            match status.code {
                401 => task.permanent(
                    why,
                    "Give this Pod a ServiceAccount whose token is mounted, or see the kubeconfig.",
                ),
                403 => task.permanent(why, RIGHTS),
                404 => task.permanent(why, "Make that namespace, or name another one."),
                400 | 422 => task.permanent(why, "Give the Lease a name that Kubernetes takes."),
                _ => task.transient(why),
            }
        }
        _ => task.transient(chain(error)),
    }
}

#[async_trait]
impl LeaseCarrier for KubernetesLease {
    fn place(&self) -> &str {
        &self.place
    }

    async fn get(&self) -> Result<Option<(Lease, Version)>, StoreError> {
        let object_name = format!("Lease {}", self.name);
        let task = Task::new(Doing::Get, &object_name, &self.place);
        within(self.limits.register, task, async {
            match self.api.get(&self.name).await {
                Ok(object) => {
                    let found = (decode(&object), version(task, &object)?);
                    self.remember(object);
                    Ok(Some(found))
                }
                Err(Trouble::Api(status)) if status.code == 404 => Ok(None),
                Err(error) => Err(failed(task, &error)),
            }
        })
        .await
    }

    async fn swap(&self, expected: Option<&Version>, lease: &Lease) -> Result<Swap, StoreError> {
        let object_name = format!("Lease {}", self.name);
        let task = Task::new(Doing::Swap, &object_name, &self.place);
        let mut object = self.base(expected);
        encode(&mut object, lease, Timestamp::now());
        within(self.limits.register, task, async {
            let parameters = PostParams::default();
            let written = match expected {
                None => self.api.create(&parameters, &object).await,
                Some(_) => self.api.replace(&self.name, &parameters, &object).await,
            };
            match written {
                Ok(object) => {
                    let version = version(task, &object)?;
                    self.remember(object);
                    Ok(Swap::Swapped(version))
                }
                Err(Trouble::Api(status)) if status.code == 409 => Ok(Swap::Conflict),
                // Somebody removed it since.
                Err(Trouble::Api(status)) if status.code == 404 && expected.is_some() => Ok(Swap::Conflict),
                Err(error) => Err(failed(task, &error)),
            }
        })
        .await
    }
}

#[cfg(test)]
mod tests;
