//! Containers, as far as limits of memory and CPU make one: control groups of the kernel, version 1 or 2.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Failure, Result, Sandbox};

/// Groups of a test, removed when it is dropped.
#[derive(Debug)]
pub struct Container {
    groups: Vec<PathBuf>,
}

/// Where version 1 has its hierarchies, and version 2 its only one.
const MOUNT: &str = "/sys/fs/cgroup";

impl Container {
    /// Groups with these limits; none, with the reason on stderr, where this process may not make any.
    pub fn with_limits(sandbox: &Sandbox, memory_mib: u64, millicores: Option<u64>) -> Result<Option<Self>> {
        let name = sandbox.path("").file_name().unwrap_or_default().to_owned();
        let bytes = (memory_mib << 20).to_string();
        let quota = millicores.map(|millicores| (millicores * 100).to_string());
        let mut made = Self { groups: Vec::new() };
        let is_v1 = Path::new(MOUNT).join("memory").is_dir();
        let done = if is_v1 {
            made.group(&own_group("memory"), &name, &[("memory.limit_in_bytes", &bytes)]).and_then(|()| {
                match &quota {
                    Some(quota) => made.group(
                        &own_group("cpu"),
                        &name,
                        &[("cpu.cfs_period_us", "100000"), ("cpu.cfs_quota_us", quota)],
                    ),
                    None => Ok(()),
                }
            })
        } else {
            let cpu = quota.map_or_else(|| "max 100000".to_owned(), |quota| format!("{quota} 100000"));
            made.group(Path::new(MOUNT), &name, &[("memory.max", &bytes), ("cpu.max", &cpu)])
        };
        match done {
            Ok(()) => Ok(Some(made)),
            Err(reason) => {
                skip(&reason);
                Ok(None)
            }
        }
    }

    fn group(
        &mut self,
        parent: &Path,
        name: &OsString,
        limits: &[(&str, &str)],
    ) -> std::result::Result<(), String> {
        let group = parent.join(name);
        fs::create_dir(&group).map_err(|error| format!("{}: {error}", group.display()))?;
        self.groups.push(group.clone());
        for (file, value) in limits {
            let file = group.join(file);
            fs::write(&file, value).map_err(|error| format!("{}: {error}", file.display()))?;
        }
        Ok(())
    }

    /// The same command, run within the limits.
    pub fn wrap(&self, command: &Command) -> Command {
        let mut script = String::new();
        for group in &self.groups {
            script.push_str(&format!("echo $$ > '{}/cgroup.procs' && ", group.display()));
        }
        script.push_str("exec \"$@\"");
        let mut wrapped = Command::new("sh");
        wrapped.args(["-c", &script, "sh"]).arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => wrapped.env(name, value),
                None => wrapped.env_remove(name),
            };
        }
        if let Some(folder) = command.get_current_dir() {
            wrapped.current_dir(folder);
        }
        wrapped
    }

    /// Removes the groups, which nobody may be in any more.
    pub fn remove(self) -> Result<()> {
        for group in &self.groups {
            fs::remove_dir(group).map_err(Failure::io(format!("remove {}", group.display())))?;
        }
        Ok(())
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        for group in &self.groups {
            // Where a test failed somebody may still be in it: then it stays, empty soon.
            let _ = fs::remove_dir(group);
        }
    }
}

/// The group of a hierarchy of version 1 that this process is in: what it may make lies below.
fn own_group(controller: &str) -> PathBuf {
    let groups = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let own = groups.lines().find_map(|line| {
        let (controllers, path) = line.split_once(':')?.1.split_once(':')?;
        controllers.split(',').any(|one| one == controller).then(|| path.trim_start_matches('/').to_owned())
    });
    let folder = Path::new(MOUNT).join(controller);
    let own = folder.join(own.unwrap_or_default());
    // In a container the path is the host's, and the mount shows the container's own group.
    if own.is_dir() { own } else { folder }
}

#[expect(clippy::print_stderr, reason = "whoever reads the test's output should know what was not shown")]
fn skip(reason: &str) {
    eprintln!("SKIPPED: no control group can be made here, so nothing is shown of containers: {reason}");
}
