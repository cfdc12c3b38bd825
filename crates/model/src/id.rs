//! Identifiers: of the cluster's nouns (chosen by Spark's patterns) and of a daemon's own connections.

use std::fmt;
use std::sync::Arc;

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Wraps the text as it stands on the wire; any text is an id.
            pub fn new(text: impl Into<Arc<str>>) -> Self {
                Self(text.into())
            }

            /// The text as it stands on the wire.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_id! {
    /// A Worker, e.g. `worker-20261120121815-127.0.0.1-7078`.
    WorkerId
}
text_id! {
    /// An application, e.g. `app-20261120121822-0000`.
    ApplicationId
}
text_id! {
    /// A cluster-mode driver, e.g. `driver-20261120121822-0000`.
    DriverId
}

/// One executor of one application; its number is unique within the application and never used twice.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExecutorKey {
    /// The application that the executor works for.
    pub application: ApplicationId,
    /// The executor's number within the application, from 0.
    pub executor: u32,
}

impl fmt::Display for ExecutorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.application, self.executor)
    }
}

/// A connection, numbered by the daemon that holds it; never used twice in one process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PeerId(pub u64);

/// A question that waits for its reply: the connection it came on and the number that the asker gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ask {
    /// Where the reply goes.
    pub peer: PeerId,
    /// The asker's own number for the question.
    pub request: i64,
}
