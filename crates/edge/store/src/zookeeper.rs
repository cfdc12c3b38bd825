//! ZooKeeper: entries and registers as nodes below `DIR/hearth`, beside what Spark's own Masters keep in `DIR`.
//!
//! Nodes are open to anyone, as Spark's are. A session that is lost is replaced at the next verb; none of our nodes hangs
//! on one.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use zookeeper_client::{Acls, Client, CreateMode, CreateOptions, Error as Trouble};

use crate::error::Task;
use crate::limits::{Limits, within};
use crate::name::{ENTRIES, check_entry, check_register, flat, is_leftover, unflat};
use crate::{Created, Doing, Register, Store, StoreError, Swap, Version};

/// Where ZooKeeper is, as an operator names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZooKeeperSettings {
    hosts: String,
    /// Without a slash at its end.
    dir: String,
}

impl ZooKeeperSettings {
    /// Takes `spark.deploy.zookeeper.url` (`host:2181,host:2181`, or with `/a/folder` behind them) and
    /// `spark.deploy.zookeeper.dir`.
    ///
    /// # Errors
    /// Permanent ones, when there is no URL or the directory is no path.
    pub fn new(url: &str, dir: &str) -> Result<Self, StoreError> {
        let task = Task::new(Doing::Open, "the store", "ZooKeeper");
        if url.is_empty() {
            let remedy = "Set spark.deploy.zookeeper.url to HOST:PORT,HOST:PORT.";
            return Err(task.permanent("nobody said where it is", remedy));
        }
        let dir = dir.trim_end_matches('/');
        let is_path = dir.split('/').skip(1).all(|part| !matches!(part, "" | "." | ".."));
        if !(dir.is_empty() || dir.starts_with('/') && is_path) {
            let why = format!("spark.deploy.zookeeper.dir is {dir}, which is no path");
            return Err(task.permanent(why, "Set it to a path such as /spark."));
        }
        Ok(Self { hosts: url.to_owned(), dir: dir.to_owned() })
    }

    /// Where ours lie.
    fn folder(&self) -> String {
        format!("{}/hearth", self.dir)
    }

    /// Where a JVM's Master keeps what it remembers (`ZooKeeperPersistenceEngine`, 3.5).
    fn jvm_folder(&self) -> String {
        format!("{}/master_status", self.dir)
    }
}

/// Nodes of a ZooKeeper ensemble.
#[derive(Clone, Debug)]
pub struct ZooKeeper {
    settings: Arc<ZooKeeperSettings>,
    place: Arc<str>,
    limits: Limits,
    client: Arc<Mutex<Option<Client>>>,
}

const OPEN: CreateOptions<'static> = CreateMode::Persistent.with_acls(Acls::anyone_all());

impl ZooKeeper {
    /// The longest entry or value, in bytes. ZooKeeper takes packets up to `jute.maxbuffer`, 1 MiB less one byte unless
    /// its operator set another, and a packet holds the path as well. What is longer is cut off by the server without a
    /// word, so it is refused here.
    pub const MAX_BYTES: usize = 1_000_000;

    /// Makes the client; nothing is sent yet.
    pub fn open(settings: ZooKeeperSettings, limits: Limits) -> Self {
        let place = format!("zookeeper {}{}", settings.hosts, settings.folder()).into();
        Self { settings: Arc::new(settings), place, limits, client: Arc::default() }
    }

    fn entries(&self) -> String {
        format!("{}/{ENTRIES}", self.settings.folder())
    }

    fn entry(&self, name: &str) -> String {
        format!("{}/{}", self.entries(), flat(name))
    }

    fn register(&self, name: &str) -> String {
        format!("{}/{name}", self.settings.folder())
    }

    /// The client of a living session, our folders made.
    async fn connected(&self) -> Result<Client, Trouble> {
        let held = self.held().clone();
        if let Some(client) = held {
            return Ok(client);
        }
        let client = Client::connector()
            .with_session_timeout(self.limits.entries.max(Duration::from_secs(4)))
            // A server that says nothing for so long is left for another one.
            .with_connection_timeout(self.limits.register)
            .connect(&self.settings.hosts)
            .await?;
        client.mkdir(&self.entries(), &OPEN).await?;
        *self.held() = Some(client.clone());
        Ok(client)
    }

    fn held(&self) -> MutexGuard<'_, Option<Client>> {
        self.client.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something in a session, within its time. After trouble with the session the next verb begins a new one, maybe
    /// with another server of the ensemble.
    async fn run<T, F>(
        &self,
        limit: Duration,
        task: Task<'_>,
        work: impl FnOnce(Client) -> F + Send,
    ) -> Result<T, StoreError>
    where
        T: Send,
        F: Future<Output = Result<T, Trouble>> + Send,
    {
        let whole = async {
            let client = self.connected().await.map_err(|error| failed(task, &error))?;
            work(client).await.map_err(|error| failed(task, &error))
        };
        let result = within(limit, task, whole).await;
        if result.is_err() {
            *self.held() = None;
        }
        result
    }
}

/// What an error means where it is not an answer to the verb.
fn failed(task: Task<'_>, error: &Trouble) -> StoreError {
    match error {
        Trouble::NoAuth | Trouble::AuthFailed | Trouble::InvalidAcl => task.permanent(
            error,
            "Give everyone all rights below spark.deploy.zookeeper.dir, as Spark does, or name another directory.",
        ),
        Trouble::NoNode => task.permanent(
            "there is no such folder",
            "Make the folder that spark.deploy.zookeeper.url ends with; if somebody removed Hearth's own, start the \
             Master again.",
        ),
        Trouble::BadArguments(_) => task.permanent(
            error,
            "Set spark.deploy.zookeeper.url to HOST:PORT,HOST:PORT and spark.deploy.zookeeper.dir to a path.",
        ),
        Trouble::QuotaExceeded => task.permanent(error, "Raise the quota below spark.deploy.zookeeper.dir."),
        _ => task.transient(error),
    }
}

/// Refuses what ZooKeeper could not take.
fn check_length(task: Task<'_>, bytes: &Bytes) -> Result<(), StoreError> {
    if bytes.len() <= ZooKeeper::MAX_BYTES {
        return Ok(());
    }
    let why = format!("it has {} bytes, and ZooKeeper takes {}", bytes.len(), ZooKeeper::MAX_BYTES);
    Err(task.permanent(why, "Use a directory or an object store for so much."))
}

#[async_trait]
impl Store for ZooKeeper {
    fn place(&self) -> &str {
        &self.place
    }

    fn max_bytes(&self) -> Option<usize> {
        Some(Self::MAX_BYTES)
    }

    async fn create(&self, name: &str, bytes: Bytes) -> Result<Created, StoreError> {
        let task = Task::new(Doing::Create, name, &self.place);
        check_entry(task)?;
        check_length(task, &bytes)?;
        let path = self.entry(name);
        self.run(self.limits.entries, task, |client| async move {
            match client.create(&path, &bytes, &OPEN).await {
                Ok(_) => Ok(Created::Created),
                Err(Trouble::NodeExists) => Ok(Created::Exists),
                Err(error) => Err(error),
            }
        })
        .await
    }

    async fn read(&self, name: &str) -> Result<Option<Bytes>, StoreError> {
        let task = Task::new(Doing::Read, name, &self.place);
        check_entry(task)?;
        let path = self.entry(name);
        self.run(self.limits.entries, task, |client| async move {
            // The server that we are connected to may not know yet what another one wrote.
            client.sync("/").await?;
            match client.get_data(&path).await {
                Ok((data, _)) => Ok(Some(Bytes::from(data))),
                Err(Trouble::NoNode) => Ok(None),
                Err(error) => Err(error),
            }
        })
        .await
    }

    async fn list(&self) -> Result<Vec<String>, StoreError> {
        let task = Task::new(Doing::List, "the entries", &self.place);
        let path = self.entries();
        let mut names = self
            .run(self.limits.entries, task, |client| async move {
                client.sync("/").await?;
                client.list_children(&path).await
            })
            .await?;
        for name in &mut names {
            *name = unflat(name);
        }
        names.sort_unstable();
        Ok(names)
    }

    async fn delete(&self, name: &str) -> Result<(), StoreError> {
        let task = Task::new(Doing::Delete, name, &self.place);
        check_entry(task)?;
        let path = self.entry(name);
        self.run(self.limits.entries, task, |client| async move {
            match client.delete(&path, None).await {
                Ok(()) | Err(Trouble::NoNode) => Ok(()),
                Err(error) => Err(error),
            }
        })
        .await
    }

    async fn leftovers(&self) -> Result<Vec<(String, Bytes)>, StoreError> {
        let task = Task::new(Doing::List, "what a JVM's Master left", &self.place);
        let folder = self.settings.jvm_folder();
        self.run(self.limits.entries, task, |client| async move {
            client.sync("/").await?;
            let mut names = match client.list_children(&folder).await {
                Err(Trouble::NoNode) => return Ok(Vec::new()),
                names => names?,
            };
            names.retain(|name| is_leftover(name));
            names.sort_unstable();
            let mut left = Vec::new();
            for name in names {
                let (data, _) = client.get_data(&format!("{folder}/{name}")).await?;
                left.push((name, Bytes::from(data)));
            }
            Ok(left)
        })
        .await
    }
}

#[async_trait]
impl Register for ZooKeeper {
    fn place(&self) -> &str {
        &self.place
    }

    async fn get(&self, name: &str) -> Result<Option<(Bytes, Version)>, StoreError> {
        let task = Task::new(Doing::Get, name, &self.place);
        check_register(task)?;
        let path = self.register(name);
        self.run(self.limits.register, task, |client| async move {
            client.sync("/").await?;
            match client.get_data(&path).await {
                Ok((data, stat)) => Ok(Some((Bytes::from(data), Version::from(stat.version.to_string())))),
                Err(Trouble::NoNode) => Ok(None),
                Err(error) => Err(error),
            }
        })
        .await
    }

    async fn swap(&self, name: &str, expected: Option<&Version>, bytes: Bytes) -> Result<Swap, StoreError> {
        let task = Task::new(Doing::Swap, name, &self.place);
        check_register(task)?;
        check_length(task, &bytes)?;
        let path = self.register(name);
        let expected = match expected {
            None => None,
            Some(version) => match version.as_str().parse::<i32>() {
                Ok(version) => Some(version),
                Err(_) => return Ok(Swap::Conflict),
            },
        };
        self.run(self.limits.register, task, |client| async move {
            let done = match expected {
                None => client.create(&path, &bytes, &OPEN).await.map(|(stat, _)| stat),
                Some(version) => client.set_data(&path, &bytes, Some(version)).await,
            };
            match done {
                Ok(stat) => Ok(Swap::Swapped(Version::from(stat.version.to_string()))),
                Err(Trouble::NodeExists | Trouble::BadVersion) => Ok(Swap::Conflict),
                Err(Trouble::NoNode) if expected.is_some() => Ok(Swap::Conflict),
                Err(error) => Err(error),
            }
        })
        .await
    }
}
