//! What the machine offers: addresses, cores and memory, and what a container leaves of them.

use std::fmt::Debug;
use std::net::{IpAddr, ToSocketAddrs};
use std::path::Path;

use edge_process::cgroup::Limits;

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
    /// Cores that this process may run on, however little time a container leaves it there.
    fn cores(&self) -> u32;
    /// Its memory in MiB; none when the system does not say.
    fn memory_mib(&self) -> Option<u64>;
    /// What a container leaves of both.
    fn container(&self) -> Limits {
        Limits::default()
    }
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

    /// The affinity mask. `available_parallelism` would mix the container's limit in.
    fn cores(&self) -> u32 {
        let of_mask = rustix::thread::sched_getaffinity(None).ok().map(|mask| mask.count());
        // Masks of more than 1024 cores do not fit.
        let cores = of_mask.filter(|cores| *cores > 0).or_else(|| {
            std::thread::available_parallelism().ok().and_then(|cores| u32::try_from(cores.get()).ok())
        });
        cores.unwrap_or(1)
    }

    fn memory_mib(&self) -> Option<u64> {
        let info = rustix::system::sysinfo();
        let bytes = info.totalram * u64::from(info.mem_unit);
        (bytes > 0).then_some(bytes / 1024 / 1024)
    }

    fn container(&self) -> Limits {
        Limits::of_this_process(Path::new("/"))
    }
}

#[cfg(test)]
mod tests;
