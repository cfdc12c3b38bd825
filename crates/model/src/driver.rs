//! What a submission says of the driver that a cluster is to run.

use crate::{Command, SparkVersion};

/// A cluster-mode driver as it is submitted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DriverDescription {
    /// The application's jar: a path or URL.
    pub jar_url: String,
    /// Memory of the driver's process.
    pub memory_mib: u32,
    /// Cores of the driver's process.
    pub cores: u32,
    /// Whether to start it again when it fails.
    pub supervise: bool,
    /// How it is launched.
    pub command: Command,
    /// Custom resources that it needs: name and amount.
    pub resources: Vec<(String, u32)>,
    /// The Spark that its submitter says it is of; none where it says nothing, as over RPC.
    pub spark: Option<SparkVersion>,
}

impl DriverDescription {
    /// The class that the submitter named: the command's own is a wrapper around it, whose third argument it is
    /// (`JsonProtocol.writeDriverInfo`, 3.5).
    pub fn main_class(&self) -> &str {
        self.command.arguments.get(2).unwrap_or(&self.command.main_class)
    }
}
