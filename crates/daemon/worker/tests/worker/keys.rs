//! Keys of the configuration that a Worker obeys while it runs.

use std::fs;
use std::path::{Path, PathBuf};

use edge_config::{CleanupSettings, ShuffleOfWorker, ShuffleSettings, WorkerSettings};
use model::message::{ToMaster, ToWorker};
use model::{ExecutorState, LogRolling, RollBy};
use rustix::process::{Signal, getpid, kill_process};
use wire_deploy::Family;

use crate::support::{Master, Sandbox, until};

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_signal_decommissions() {
    let sandbox = Sandbox::new();
    let (mut master, worker) = Master::with_worker_that(&sandbox, Family::Scala213, |settings| {
        settings.decommission_signal = Some(Signal::USR2.as_raw());
    })
    .await;
    kill_process(getpid(), Signal::USR2).unwrap();
    while !matches!(master.received().await, ToMaster::WorkerDecommissioning { .. }) {}
    master.launch(master.executor(0, "forever"));
    // Messages are handled in their order: once this one is refused, the launch was too.
    master.ask(ToWorker::DecommissionWorker).await.unwrap_err();
    assert!(worker.snapshot().await.unwrap().executors.is_empty());
    worker.stop().await;
}

#[tokio::test]
async fn old_folders_are_cleaned_and_those_in_use_stay() {
    let sandbox = Sandbox::new();
    for folder in ["work/app-0/0", "work/driver-0"] {
        fs::create_dir_all(sandbox.path(folder)).unwrap();
        fs::write(sandbox.path(folder).join("stdout"), "old").unwrap();
    }
    let (mut master, worker) = Master::with_worker_that(&sandbox, Family::Scala213, |settings| {
        settings.cleanup = Some(CleanupSettings { interval_ms: 500, application_ttl_ms: 0 });
    })
    .await;
    master.launch(master.executor(0, "forever"));
    assert_eq!(master.state().await.0, ExecutorState::Running);
    until("the cleanup", || names(&sandbox.path("work")) == ["app-1"]).await;
    worker.stop().await;
}

#[tokio::test]
async fn logs_roll_as_they_are_told_to() {
    let sandbox = Sandbox::new();
    let (mut master, worker) = Master::with_worker_that(&sandbox, Family::Scala213, |settings| {
        let by = RollBy::Size { bytes: 1_000 };
        settings.log_rolling = Some(LogRolling { by, retained_files: Some(2), compress: true });
    })
    .await;
    master.launch(master.executor(0, "chatty"));
    while master.state().await.0 != ExecutorState::Exited {}
    let rolled: Vec<_> = names(&sandbox.path("work/app-1/0"))
        .into_iter()
        .filter(|name| name.starts_with("stdout--"))
        .collect();
    assert!(!rolled.is_empty() && rolled.iter().all(|name| name.ends_with(".gz")), "{rolled:?}");
    worker.stop().await;
}

/// A scratch folder as a Worker leaves it that was killed.
fn left_behind(sandbox: &Sandbox) -> PathBuf {
    let folder = sandbox.path("local/spark-of-a-dead-worker");
    fs::create_dir_all(folder.join("executor-1")).unwrap();
    fs::write(folder.join("executor-1/shuffle.data"), "bytes").unwrap();
    fs::write(folder.join(".worker-lives"), "").unwrap();
    folder
}

#[tokio::test]
async fn what_a_killed_worker_left_goes_at_the_next_start() {
    let sandbox = Sandbox::new();
    let folder = left_behind(&sandbox);
    let (_master, worker) = Master::with_worker(&sandbox, Family::Scala213).await;
    until("its removal", || !folder.exists()).await;
    worker.stop().await;
}

#[tokio::test]
async fn what_a_shuffle_service_may_still_serve_stays() {
    let inside = |settings: &WorkerSettings| {
        ShuffleOfWorker::Inside(ShuffleSettings {
            port: 0,
            threads: 1,
            index_cache_bytes: 1 << 20,
            max_chunks: usize::MAX,
            fetches_rdds: false,
            local_dirs: settings.local_dirs.clone(),
            store: None,
        })
    };
    let outside = |_: &WorkerSettings| ShuffleOfWorker::Outside;
    for shuffle in [&inside as &dyn Fn(&WorkerSettings) -> ShuffleOfWorker, &outside] {
        let sandbox = Sandbox::new();
        let folder = left_behind(&sandbox);
        let (_master, worker) = Master::with_worker_that(&sandbox, Family::Scala213, |settings| {
            settings.shuffle = shuffle(settings);
        })
        .await;
        // To stop is to wait for all removals.
        worker.stop().await;
        assert!(folder.join("executor-1/shuffle.data").exists());
    }
}
