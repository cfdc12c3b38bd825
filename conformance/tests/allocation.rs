//! Executors that come and go: dynamic allocation, and profiles with resources of their own.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use conformance::shuffle::Gate;
use conformance::wait::{JOB_PATIENCE, until_true};
use conformance::{Cluster, Failure, Job, Layout, Result, Sandbox, ShortCut, Spark, Subject};

/// Executors of one core, as many as there is work, and none that has been idle for two seconds.
fn dynamic(job: Job) -> Job {
    let settings = [
        ("enabled", "true"),
        ("shuffleTracking.enabled", "true"),
        ("minExecutors", "0"),
        ("executorIdleTimeout", "2s"),
        ("schedulerBacklogTimeout", "1s"),
    ];
    settings
        .iter()
        .fold(job, |job, (name, value)| job.conf(&format!("spark.dynamicAllocation.{name}"), *value))
        .conf("spark.executor.cores", "1")
}

#[test]
fn executors_come_with_the_work_and_go_with_it() -> Result<()> {
    for spark in Spark::of_matrix(ShortCut::Last)? {
        let sandbox = Sandbox::new(&format!("dynamic-{}", spark.version()))?;
        let cluster = Cluster::start(&sandbox, &spark, Layout::of(Subject::under_test(), 2))?;
        let waves = [Gate::closed(&sandbox, "waves/first")?, Gate::closed(&sandbox, "waves/second")?];
        let folder = sandbox.path("gate-waves");
        let job = Job::of_ours("dynamic", "two_waves.py").argument(folder.to_string_lossy());
        let mut job = cluster.submit(&dynamic(job))?;
        let mut seen = BTreeSet::new();
        for wave in &waves {
            fs::write(wave.folder().join("begin"), []).map_err(Failure::io("begin a wave"))?;
            wave.wait_for_started(4, &mut job)?;
            assert_eq!(sandbox.executors().len(), 4);
            assert_eq!(cores_used(&cluster)?, 4);
            seen.extend(
                sandbox.executors().iter().filter_map(|one| Some(one.argument("--executor-id")?.to_owned())),
            );
            wave.open()?;
            until_true("the idle executors to be gone", JOB_PATIENCE, || {
                let all_back = sandbox.executors().is_empty() && cores_used(&cluster)? == 0;
                Ok(all_back || !job.process.is_running()?)
            })?;
        }
        // The second wave ran on new executors: those of the first had gone while the driver was alive.
        assert_eq!(seen.len(), 8, "{seen:?}");
        assert_eq!(job.answer("RESULT", JOB_PATIENCE)?, "1001000");
        cluster.stop()?;
        sandbox.end()?;
    }
    Ok(())
}

fn cores_used(cluster: &Cluster<'_>) -> Result<u32> {
    Ok(cluster.master.state()?.workers.iter().map(|worker| worker.cores_used).sum())
}

#[test]
fn tasks_of_a_profile_with_a_gpu_get_one_each() -> Result<()> {
    for spark in Spark::of_matrix(ShortCut::Last)? {
        let sandbox = Sandbox::new(&format!("gpu-{}", spark.version()))?;
        let script = discovery_script(&sandbox, r#"{"name": "gpu", "addresses": ["3", "GPU-b"]}"#)?;
        sandbox.configure([
            ("spark.worker.resource.gpu.amount", "2"),
            ("spark.worker.resource.gpu.discoveryScript", &script.to_string_lossy()),
        ])?;
        let cluster = Cluster::start(&sandbox, &spark, Layout::of(Subject::under_test(), 2))?;
        let gate = Gate::closed(&sandbox, "gpu")?;
        let job = Job::of_ours("gpu", "gpu_stage.py").argument(gate.folder().to_string_lossy());
        let mut job = cluster.submit(&dynamic(job))?;
        // The executors of the first stage have no gpu and go when they are idle: then there is room for those that have one.
        gate.wait_for_started(4, &mut job)?;
        assert_each_gpu_given_once(&gate.notes());
        let held = cluster.master.state()?.workers;
        let held = held.iter().map(|worker| worker.resources_used["gpu"].addresses.len());
        assert_eq!(held.collect::<Vec<_>>(), [2, 2]);
        gate.open()?;
        assert_eq!(job.answer("RESULT", JOB_PATIENCE)?, "0 4 5050");
        until_true("the Workers to have their gpus back", JOB_PATIENCE, || {
            let workers = cluster.master.state()?.workers;
            Ok(workers
                .iter()
                .all(|worker| worker.resources_used.get("gpu").is_none_or(|gpus| gpus.addresses.is_empty())))
        })?;
        cluster.stop()?;
        sandbox.end()?;
    }
    Ok(())
}

/// A program that finds the made-up gpus of a Worker.
fn discovery_script(sandbox: &Sandbox, found: &str) -> Result<PathBuf> {
    let script = sandbox.path("find-gpus.sh");
    fs::write(&script, format!("#!/bin/sh\necho '{found}'\n")).map_err(Failure::io("write a script"))?;
    let executable = fs::Permissions::from_mode(0o755);
    fs::set_permissions(&script, executable).map_err(Failure::io("make a script executable"))?;
    Ok(script)
}

/// Four tasks that run at the same time noted their executor's folder, which names the Worker, and their addresses.
fn assert_each_gpu_given_once(notes: &[String]) {
    let mut given: Vec<(&str, &str)> = notes.iter().filter_map(|note| worker_and_address(note)).collect();
    given.sort_unstable();
    let expected = [("worker0", "3"), ("worker0", "GPU-b"), ("worker1", "3"), ("worker1", "GPU-b")];
    assert_eq!(given, expected, "{notes:?}");
}

/// `worker0` and `3` of `/tmp/.../work-worker0/app-20261120121815-0000/0 3`.
fn worker_and_address(note: &str) -> Option<(&str, &str)> {
    let (folder, address) = note.rsplit_once(' ')?;
    Some((folder.split_once("/work-")?.1.split('/').next()?, address))
}
