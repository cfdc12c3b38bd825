//! An object store that speaks S3 and knows conditional writes.
//!
//! ```text
//!   PREFIX/log/A/B     an entry, written with If-None-Match: *
//!   PREFIX/NAME        a register, written with If-Match: its entity tag
//! ```
//!
//! Stores make entity tags of the content, so a register's object begins with a line of chance: no two have the same tag.
//! Nothing is asked twice here but what was answered with 409, which says that it took no effect.

mod http;
mod settings;

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::TryStreamExt as _;
use object_store::aws::{AmazonS3, S3ConditionalPut};
use object_store::path::Path;
use object_store::{
    Error as Trouble, ObjectStore, ObjectStoreExt as _, PutMode, PutOptions, PutPayload, RetryConfig,
    UpdateVersion,
};

use crate::error::Task;
use crate::limits::{Limits, within};
use crate::name::{ENTRIES, check_entry, check_register};
use crate::{Created, Doing, Register, Store, StoreError, Swap, Version};

pub use settings::S3Settings;

/// How long the line of chance at the beginning of a register is, its line feed included.
const NONCE: usize = 17;

/// A name that begins with a dot is passed over by Spark's history server.
const FOLDER_MARK: &str = ".keep";

/// What to do about a register that cannot be understood.
const NOT_OURS: &str = "Remove this object, or name another prefix in spark.deploy.recoveryDirectory.";

/// A prefix in a bucket.
#[derive(Clone, Debug)]
pub struct S3 {
    client: Arc<AmazonS3>,
    place: String,
    prefix: Path,
    limits: Limits,
    worked: Arc<AtomicBool>,
}

impl S3 {
    /// Makes the client; nothing is sent yet.
    ///
    /// # Errors
    /// Permanent ones, when a setting makes no sense or TLS has nothing to trust.
    pub fn open(settings: S3Settings, limits: Limits) -> Result<Self, StoreError> {
        let S3Settings { place, prefix, builder, tls, metadata, .. } = settings;
        let task = Task::new(Doing::Open, "the store", &place);
        let connector =
            http::Connector::new(limits.register.mul_f64(0.8), tls, &metadata).map_err(|why| {
                task.permanent(why, "Install ca-certificates, or name a file of them in SSL_CERT_FILE.")
            })?;
        let once = RetryConfig { max_retries: 0, ..RetryConfig::default() };
        let client = builder
            .with_http_connector(connector)
            .with_retry(once)
            .with_conditional_put(S3ConditionalPut::ETagMatch)
            .build()
            .map_err(|error| task.permanent(error, "See the properties spark.hadoop.fs.s3a.*."))?;
        Ok(Self { client: Arc::new(client), place, prefix, limits, worked: Arc::default() })
    }

    /// Sees to it that something is below the prefix: for those who take it for a folder, and find none where nothing is.
    ///
    /// # Errors
    /// When the store refuses or cannot be reached.
    pub async fn keep_folder(&self) -> Result<(), StoreError> {
        let task = Task::new(Doing::Create, FOLDER_MARK, &self.place);
        let mark = self.prefix.clone().join(FOLDER_MARK);
        self.run(self.limits.entries, task, async {
            match self.client.put_opts(&mark, PutPayload::new(), options(PutMode::Create)).await {
                Ok(_) | Err(Trouble::AlreadyExists { .. }) => Ok(()),
                Err(error) => Err(self.error(task, &error)),
            }
        })
        .await
    }

    fn entry(&self, name: &str) -> Path {
        name.split('/').fold(self.entries(), Path::join)
    }

    fn entries(&self) -> Path {
        self.prefix.clone().join(ENTRIES)
    }

    /// Does something within its time, and remembers whether anything ever worked.
    async fn run<T>(
        &self,
        limit: Duration,
        task: Task<'_>,
        work: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> Result<T, StoreError> {
        let result = within(limit, task, work).await;
        if result.is_ok() {
            self.worked.store(true, Ordering::Relaxed);
        }
        result
    }

    /// What the client's error means where it is not an answer to the verb.
    fn error(&self, task: Task<'_>, error: &Trouble) -> StoreError {
        let mut inner: Option<&(dyn Error + 'static)> = Some(error);
        while let Some(one) = inner {
            match one.downcast_ref::<http::Answer>() {
                Some(http::Answer::Transient(why)) => return task.transient(why),
                Some(http::Answer::Permanent { why, remedy }) => {
                    return task.permanent(why, format!("{remedy}."));
                }
                Some(answer @ http::Answer::NoCredentials(_)) if !self.worked.load(Ordering::Relaxed) => {
                    return task.permanent(
                        answer,
                        "Set spark.hadoop.fs.s3a.access.key and secret.key, or AWS_ACCESS_KEY_ID and \
                         AWS_SECRET_ACCESS_KEY.",
                    );
                }
                Some(answer @ http::Answer::NoCredentials(_)) => return task.transient(answer),
                None => inner = one.source(),
            }
        }
        task.transient(format!("the store's answer cannot be understood: {error}"))
    }
}

fn options(mode: PutMode) -> PutOptions {
    PutOptions { mode, ..PutOptions::default() }
}

#[async_trait]
impl Store for S3 {
    fn place(&self) -> &str {
        &self.place
    }

    async fn create(&self, name: &str, bytes: Bytes) -> Result<Created, StoreError> {
        let task = Task::new(Doing::Create, name, &self.place);
        check_entry(task)?;
        self.run(self.limits.entries, task, async {
            let put = self.client.put_opts(&self.entry(name), bytes.into(), options(PutMode::Create)).await;
            match put {
                Ok(_) => Ok(Created::Created),
                Err(Trouble::AlreadyExists { .. }) => Ok(Created::Exists),
                Err(error) => Err(self.error(task, &error)),
            }
        })
        .await
    }

    async fn read(&self, name: &str) -> Result<Option<Bytes>, StoreError> {
        let task = Task::new(Doing::Read, name, &self.place);
        check_entry(task)?;
        self.run(self.limits.entries, task, async {
            let got = async { self.client.get(&self.entry(name)).await?.bytes().await };
            match got.await {
                Ok(bytes) => Ok(Some(bytes)),
                Err(Trouble::NotFound { .. }) => Ok(None),
                Err(error) => Err(self.error(task, &error)),
            }
        })
        .await
    }

    async fn list(&self) -> Result<Vec<String>, StoreError> {
        let task = Task::new(Doing::List, "the entries", &self.place);
        self.run(self.limits.entries, task, async {
            let entries = self.entries();
            let found = self.client.list(Some(&entries)).try_collect::<Vec<_>>().await;
            let found = found.map_err(|error| self.error(task, &error))?;
            let name = |path: &Path| -> Option<String> {
                Some(path.as_ref().strip_prefix(entries.as_ref())?.trim_start_matches('/').to_owned())
            };
            let mut names: Vec<String> = found.iter().filter_map(|object| name(&object.location)).collect();
            names.sort_unstable();
            Ok(names)
        })
        .await
    }

    async fn delete(&self, name: &str) -> Result<(), StoreError> {
        let task = Task::new(Doing::Delete, name, &self.place);
        check_entry(task)?;
        self.run(self.limits.entries, task, async {
            match self.client.delete(&self.entry(name)).await {
                Ok(()) | Err(Trouble::NotFound { .. }) => Ok(()),
                Err(error) => Err(self.error(task, &error)),
            }
        })
        .await
    }
}

#[async_trait]
impl Register for S3 {
    fn place(&self) -> &str {
        &self.place
    }

    async fn get(&self, name: &str) -> Result<Option<(Bytes, Version)>, StoreError> {
        let task = Task::new(Doing::Get, name, &self.place);
        check_register(task)?;
        self.run(self.limits.register, task, async {
            let got = async {
                let got = self.client.get(&self.prefix.clone().join(name)).await?;
                let tag = got.meta.e_tag.clone();
                Ok((got.bytes().await?, tag))
            };
            let (bytes, tag) = match got.await {
                Ok(got) => got,
                Err(Trouble::NotFound { .. }) => return Ok(None),
                Err(error) => return Err(self.error(task, &error)),
            };
            let tag = tag.ok_or_else(|| task.transient("the answer has no entity tag"))?;
            if bytes.get(NONCE - 1) != Some(&b'\n') {
                return Err(task.permanent("this is not a value that Hearth wrote", NOT_OURS));
            }
            Ok(Some((bytes.slice(NONCE..), Version::from(tag))))
        })
        .await
    }

    async fn swap(&self, name: &str, expected: Option<&Version>, bytes: Bytes) -> Result<Swap, StoreError> {
        let task = Task::new(Doing::Swap, name, &self.place);
        check_register(task)?;
        let mode = match expected {
            None => PutMode::Create,
            Some(version) => {
                PutMode::Update(UpdateVersion { e_tag: Some(version.as_str().to_owned()), version: None })
            }
        };
        let nonce = Bytes::from(format!("{:016x}\n", fastrand::u64(..)));
        self.run(self.limits.register, task, async {
            let value = PutPayload::from_iter([nonce, bytes]);
            match self.client.put_opts(&self.prefix.clone().join(name), value, options(mode)).await {
                Ok(put) => match put.e_tag {
                    Some(tag) => Ok(Swap::Swapped(Version::from(tag))),
                    None => Err(task.transient("the answer has no entity tag")),
                },
                Err(Trouble::AlreadyExists { .. } | Trouble::Precondition { .. }) => Ok(Swap::Conflict),
                Err(error) => Err(self.error(task, &error)),
            }
        })
        .await
    }
}
