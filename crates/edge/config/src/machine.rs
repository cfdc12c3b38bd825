//! What the machine offers: addresses, cores and memory.

use std::fmt::Debug;
use std::fs;
use std::net::{IpAddr, ToSocketAddrs};
use std::path::Path;

/// An address of a network interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// The interface's name.
    pub name: String,
    /// One of its addresses.
    pub address: IpAddr,
}

/// A machine, asked only for what no setting says.
pub trait Machine: Debug {
    /// Its host name.
    fn host_name(&self) -> String;
    /// The addresses of a host name, as the system's resolver has them.
    fn resolve(&self, host: &str) -> Vec<IpAddr>;
    /// The addresses of its interfaces, in the system's order.
    fn interfaces(&self) -> Vec<Interface>;
    /// Cores that this process may use.
    fn cores(&self) -> u32;
    /// Memory in MiB that this process may use; none when the system does not say.
    fn memory_mib(&self) -> Option<u64>;
}

/// The machine that this process runs on.
#[derive(Clone, Copy, Debug)]
pub struct LocalMachine;

impl Machine for LocalMachine {
    fn host_name(&self) -> String {
        rustix::system::uname().nodename().to_string_lossy().into_owned()
    }

    fn resolve(&self, host: &str) -> Vec<IpAddr> {
        (host, 0).to_socket_addrs().map(|found| found.map(|one| one.ip()).collect()).unwrap_or_default()
    }

    fn interfaces(&self) -> Vec<Interface> {
        let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
        interfaces.into_iter().map(|one| Interface { address: one.ip(), name: one.name }).collect()
    }

    fn cores(&self) -> u32 {
        std::thread::available_parallelism().map_or(1, |cores| u32::try_from(cores.get()).unwrap_or(u32::MAX))
    }

    /// The machine's memory or the container's limit, whichever is less, as a JVM of today counts it.
    fn memory_mib(&self) -> Option<u64> {
        let info = rustix::system::sysinfo();
        let physical = info.totalram * u64::from(info.mem_unit);
        let limit = cgroup_limit(Path::new("/sys/fs/cgroup"), Path::new("/proc/self/cgroup"));
        let bytes = limit.map_or(physical, |limit| limit.min(physical));
        (bytes > 0).then_some(bytes / 1024 / 1024)
    }
}

/// The least memory limit of this process's control groups, v1 or v2, in bytes.
fn cgroup_limit(mount: &Path, membership: &Path) -> Option<u64> {
    let groups = fs::read_to_string(membership).unwrap_or_default();
    groups.lines().filter_map(|line| group_limit(mount, line)).min()
}

/// A line of `/proc/self/cgroup` is `ID:CONTROLLERS:PATH`; v2 has no controllers there.
fn group_limit(mount: &Path, line: &str) -> Option<u64> {
    let mut parts = line.splitn(3, ':').skip(1);
    let (controllers, path) = (parts.next()?, parts.next()?);
    let (mount, file) = if controllers.is_empty() {
        (mount.to_owned(), "memory.max")
    } else if controllers.split(',').any(|one| one == "memory") {
        (mount.join("memory"), "memory.limit_in_bytes")
    } else {
        return None;
    };
    // In a container the path may be the host's, while the mount shows only the container's own group.
    Path::new(path.trim_start_matches('/'))
        .ancestors()
        .filter_map(|group| fs::read_to_string(mount.join(group).join(file)).ok())
        .filter_map(|text| text.trim().parse().ok())
        .min()
}

#[cfg(test)]
mod tests;
