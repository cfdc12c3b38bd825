//! The limits that processes of this Worker live within: a control group for each, and the container for all.

use std::path::Path;
use std::sync::Arc;

use edge_config::{ProcessCgroups, WorkerSettings};
use edge_process::cgroup::{Group, Groups, SharedLimit};
use tracing::{info, warn};

const SWITCH: &str = "spark.hearth.worker.processCgroups";

/// What limits the processes of one Worker.
#[derive(Debug)]
pub(crate) struct Confinement {
    groups: Option<Groups>,
    shared_limit: Option<Arc<SharedLimit>>,
    /// Whether a process without a group may run.
    is_required: bool,
}

impl Confinement {
    /// Makes what the settings ask for. Waits for the kernel.
    ///
    /// # Errors
    /// When groups must be, and cannot.
    pub(crate) fn open(settings: &WorkerSettings) -> Result<Self, String> {
        if let Some(container) = settings.container_memory {
            info!(
                target: "Worker",
                "The container's memory limit is {} MiB: what is started here may take {} MiB of it together",
                container.limit_mib,
                container.for_processes_mib
            );
        }
        let is_required = settings.process_cgroups == ProcessCgroups::On;
        let wanted = match settings.process_cgroups {
            ProcessCgroups::On => true,
            ProcessCgroups::Auto => settings.container_memory.is_some(),
            ProcessCgroups::Off => false,
        };
        let groups = if wanted { groups(is_required)? } else { None };
        // After that: with groups of version 2 this process has moved.
        let shared_limit = settings.container_memory.and_then(|_| SharedLimit::find(Path::new("/")));
        Ok(Self { groups, shared_limit: shared_limit.map(Arc::new), is_required })
    }

    /// A group for a process that was admitted with so much memory; none where it was admitted without a number.
    ///
    /// # Errors
    /// When it must be, and cannot.
    pub(crate) fn group(&self, name: &str, limit_mib: Option<u32>) -> Result<Option<Arc<Group>>, String> {
        let (Some(groups), Some(limit_mib)) = (&self.groups, limit_mib) else { return Ok(None) };
        match groups.make(name, limit_mib) {
            Ok(group) => Ok(Some(Arc::new(group))),
            Err(error) if self.is_required => {
                Err(format!("{error}. It may not run without a control group of its own ({SWITCH} is on)"))
            }
            Err(error) => {
                warn!(target: "Worker", "{name} has no control group of its own: {error}");
                Ok(None)
            }
        }
    }

    /// The limit of the container, where it has one.
    pub(crate) fn shared_limit(&self) -> Option<Arc<SharedLimit>> {
        self.shared_limit.clone()
    }

    /// Removes what Workers that were killed left behind. Waits for the kernel.
    pub(crate) fn remove_abandoned(&self) {
        self.groups.iter().for_each(Groups::remove_abandoned);
    }
}

fn groups(is_required: bool) -> Result<Option<Groups>, String> {
    match Groups::open(Path::new("/")) {
        Ok(groups) => {
            info!(
                target: "Worker",
                "Executors and drivers have control groups of their own below {}, each with the memory that it was admitted \
                 with",
                groups.folder().display()
            );
            Ok(Some(groups))
        }
        Err(error) if is_required => Err(format!(
            "{SWITCH} is on, but executors and drivers cannot have control groups of their own: {error}. Let this user \
             write to the Worker's control group (in a container, mount /sys/fs/cgroup writable), or set {SWITCH} to auto or \
             off"
        )),
        Err(error) => {
            info!(
                target: "Worker",
                "Executors and drivers have no control groups of their own: {error}. One that takes more memory than it was \
                 admitted with takes it from the others"
            );
            Ok(None)
        }
    }
}
