//! The machine that runs the test.

use super::*;

#[test]
fn this_machine_answers() {
    assert!(LocalMachine.cores() >= 1);
    assert!(LocalMachine.memory_mib().unwrap() >= 64);
    assert!(!LocalMachine.host_name().is_empty());
    assert!(LocalMachine.interfaces().iter().any(|one| one.address.is_loopback()));
    assert!(LocalMachine.resolve("127.0.0.1").contains(&IpAddr::from([127, 0, 0, 1])));
    let container = LocalMachine.container();
    assert_eq!(container, Limits::of_this_process(Path::new("/")));
    // The library knows quotas too, and rounds them down as we do.
    let library = std::thread::available_parallelism().unwrap().get() as u32;
    let whole = container.cpu.map_or(u32::MAX, edge_process::cgroup::CpuQuota::whole_cores);
    assert_eq!(LocalMachine.cores().min(whole), library);
}
