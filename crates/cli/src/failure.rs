//! Why a command ended without having done its work, and the exit status that tells.

use std::process::ExitCode;

use edge_config::ConfigError;

/// A sentence for stderr, and who is to blame.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The command line is wrong.
    #[error("{0}")]
    Usage(String),
    /// A file, a variable, the machine or a peer does not let it start or go on.
    #[error("{0}")]
    Start(String),
}

impl Failure {
    /// 2 for a wrong command line, 1 for everything else.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Usage(_) => ExitCode::from(2),
            Self::Start(_) => ExitCode::FAILURE,
        }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        if error.is_usage() { Self::Usage(error.to_string()) } else { Self::Start(error.to_string()) }
    }
}

impl From<daemon_master::StartError> for Failure {
    fn from(error: daemon_master::StartError) -> Self {
        Self::Start(error.0)
    }
}

impl From<daemon_worker::StartError> for Failure {
    fn from(error: daemon_worker::StartError) -> Self {
        Self::Start(error.0)
    }
}

impl From<daemon_shuffle::StartError> for Failure {
    fn from(error: daemon_shuffle::StartError) -> Self {
        Self::Start(error.0)
    }
}
