//! Limits of memory, as far as the daemon has to do with them. What the kernel does is shown by `edge-process`, and with
//! real Spark by `conformance/tests/containers.rs`.

use std::fs;
use std::path::PathBuf;

use daemon_worker::Worker;
use edge_config::{ContainerMemory, ProcessCgroups};
use model::ExecutorState;
use wire_deploy::Family;

use crate::support::{Master, Sandbox};

/// The control groups that Workers of this process, and of those that run beside it, have now.
fn nests() -> Vec<PathBuf> {
    let groups = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let own = groups.lines().find_map(|line| line.split_once(":memory:")).map_or("/", |(_, path)| path);
    let folder = PathBuf::from(format!("/sys/fs/cgroup/memory{own}"));
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("hearth-")).collect()
}

#[tokio::test]
async fn groups_that_must_be_are_there_or_the_worker_does_not_start() {
    let sandbox = Sandbox::new();
    let mut master = Master::start(Family::Scala213).await;
    let mut settings = sandbox.settings(&master.address, "2.13");
    settings.process_cgroups = ProcessCgroups::On;
    match Worker::start(settings).await {
        Ok(worker) => {
            master.let_in(&worker).await;
            let made = nests();
            // Without a number nobody can say what its limit would be.
            master.launch(master.executor(0, "0"));
            assert_eq!(master.state().await.0, ExecutorState::Running);
            assert_eq!(master.state().await.0, ExecutorState::Exited);
            worker.stop().await;
            let left = nests();
            assert!(made.is_empty() || made.iter().any(|nest| !left.contains(nest)), "{made:?} {left:?}");
        }
        Err(error) => {
            let reason = error.to_string();
            assert!(reason.starts_with("spark.hearth.worker.processCgroups is on, but "), "{reason}");
            assert!(reason.contains("set spark.hearth.worker.processCgroups to auto or off"), "{reason}");
        }
    }
}

#[tokio::test]
async fn the_master_hears_what_the_container_leaves() {
    let sandbox = Sandbox::new();
    let mut master = Master::start(Family::Scala213).await;
    let mut settings = sandbox.settings(&master.address, "2.13");
    settings.container_memory = Some(ContainerMemory { limit_mib: 5120, for_processes_mib: 4992 });
    settings.process_cgroups = ProcessCgroups::Off;
    let worker = Worker::start(settings).await.unwrap();
    let registration = master.let_in(&worker).await;
    assert_eq!(registration.memory_limit_mib, Some(4992));
    // Limits without groups bind nobody, but do not keep anybody from running either.
    let mut launch = master.executor(0, "7");
    launch.terms.memory_limit_mib = Some(896);
    master.launch(launch);
    assert_eq!(master.state().await.0, ExecutorState::Running);
    assert_eq!(master.state().await.1.as_deref(), Some("Command exited with code 7"));
    worker.stop().await;
}
