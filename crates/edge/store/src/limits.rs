//! How long a verb may take.

use std::future::Future;
use std::time::Duration;

use crate::StoreError;
use crate::error::Task;

/// How long a verb may take until it ends with a transient error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For a verb of a [`Store`](crate::Store).
    pub entries: Duration,
    /// For a verb of a [`Register`](crate::Register): short, since a leader that cannot renew has to know it soon.
    pub register: Duration,
}

impl Default for Limits {
    /// Five seconds, and one second.
    fn default() -> Self {
        Self { entries: Duration::from_secs(5), register: Duration::from_secs(1) }
    }
}

/// What the work says, or a transient error when it takes too long.
pub(crate) async fn within<T>(
    limit: Duration,
    task: Task<'_>,
    work: impl Future<Output = Result<T, StoreError>> + Send,
) -> Result<T, StoreError> {
    match tokio::time::timeout(limit, work).await {
        Ok(result) => result,
        Err(_) => Err(task.transient(format!("no answer within {} ms", limit.as_millis()))),
    }
}
