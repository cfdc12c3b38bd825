//! Drivers of cluster mode.

use std::fs;
use std::time::Duration;

use daemon_worker::Worker;
use model::message::{ToMaster, ToWorker};
use model::{Command, DriverDescription, DriverId, DriverState, Terms};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use wire_deploy::Family;

use crate::support::{Master, Sandbox, lives, until};

fn id() -> DriverId {
    DriverId::new("driver-1")
}

/// A driver whose stub does what `stub` says.
fn driver(jar_url: &str, stub: &str) -> DriverDescription {
    DriverDescription {
        jar_url: jar_url.to_owned(),
        memory_mib: 256,
        cores: 1,
        command: Command {
            main_class: "Wrapper".to_owned(),
            arguments: vec!["{{WORKER_URL}}".to_owned(), "{{USER_JAR}}".to_owned(), "Main".to_owned()],
            environment: vec![("STUB".to_owned(), stub.to_owned())],
            ..Command::default()
        },
        ..DriverDescription::default()
    }
}

fn launch(master: &Master, description: DriverDescription) {
    let description = Box::new(description);
    master.send(ToWorker::LaunchDriver {
        driver: id(),
        description,
        resources: Vec::new(),
        terms: Terms::default(),
    });
}

/// How the driver ended.
async fn end(master: &mut Master) -> (DriverState, Option<String>) {
    loop {
        if let ToMaster::DriverStateChanged { driver, state, exception } = master.received().await {
            assert_eq!(driver, id());
            return (state, exception);
        }
    }
}

async fn is_idle(worker: &Worker) -> bool {
    let view = worker.snapshot().await.unwrap();
    view.drivers.is_empty() && view.cores_used == 0
}

#[tokio::test]
async fn a_driver_runs_with_its_jar() {
    let sandbox = Sandbox::new();
    let (mut master, worker) = Master::with_worker(&sandbox, Family::Scala213).await;
    fs::write(sandbox.path("app.jar"), "jar").unwrap();
    launch(&master, driver(&format!("file:{}", sandbox.path("app.jar").display()), "0"));
    assert_eq!(end(&mut master).await, (DriverState::Finished, None));
    let jar = sandbox.path("work/driver-1/app.jar");
    assert!(jar.exists());
    let stdout = sandbox.read("work/driver-1/stdout");
    let end = format!(" Wrapper spark://Worker@{} {} Main\n", worker.address(), jar.display());
    assert!(stdout.contains(&end), "{stdout}");
    assert!(stdout.contains("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED"), "{stdout}");
    assert!(sandbox.read("work/driver-1/stderr").starts_with("Launch Command: \""));
    assert!(is_idle(&worker).await);
    worker.stop().await;
}

#[tokio::test]
async fn a_driver_without_a_jar_is_given_its_folder() {
    let sandbox = Sandbox::new();
    let (mut master, worker) = Master::with_worker(&sandbox, Family::Scala213).await;
    launch(&master, driver("", "0"));
    assert_eq!(end(&mut master).await, (DriverState::Finished, None));
    let folder = sandbox.path("work/driver-1");
    assert!(sandbox.read("work/driver-1/stdout").contains(&format!(" {} Main\n", folder.display())));
    worker.stop().await;
}

#[tokio::test]
async fn a_jar_that_cannot_be_had_is_an_error_that_says_so() {
    let sandbox = Sandbox::new();
    let (mut master, worker) = Master::with_worker(&sandbox, Family::Scala212).await;
    launch(&master, driver("hdfs://nn/app.jar", "0"));
    let (state, exception) = end(&mut master).await;
    assert_eq!(state, DriverState::Error);
    assert!(exception.unwrap().contains("hdfs://nn/app.jar"));
    let finished = worker.snapshot().await.unwrap().finished_drivers;
    assert_eq!(finished[0].state, DriverState::Error);
    worker.stop().await;
}

#[tokio::test]
async fn a_kill_ends_the_download() {
    let sandbox = Sandbox::new();
    let (mut master, worker) = Master::with_worker(&sandbox, Family::Scala213).await;
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    launch(&master, driver(&format!("http://{}/app.jar", server.local_addr().unwrap()), "0"));
    let (mut request, _) = server.accept().await.unwrap();
    assert_ne!(request.read(&mut [0; 4096]).await.unwrap(), 0, "it asks, and is never answered");
    master.send(ToWorker::KillDriver { driver: id() });
    assert_eq!(end(&mut master).await, (DriverState::Killed, None));
    assert_eq!(request.read(&mut [0; 4096]).await.unwrap(), 0, "it has hung up");
    assert_eq!(fs::read_dir(sandbox.path("work/driver-1")).unwrap().count(), 0);
    worker.stop().await;
}

#[tokio::test]
async fn a_supervised_driver_that_fails_starts_again_until_it_is_killed() {
    let sandbox = Sandbox::new();
    let (mut master, worker) = Master::with_worker(&sandbox, Family::Scala213).await;
    launch(&master, DriverDescription { supervise: true, ..driver("", "3") });
    let runs = || {
        fs::read_to_string(sandbox.path("work/driver-1/stdout"))
            .map_or(0, |text| text.matches("arguments:").count())
    };
    until("the second run", || runs() == 2).await;
    let drivers = worker.snapshot().await.unwrap().drivers;
    assert_eq!(drivers[0].state, DriverState::Running);
    master.send(ToWorker::KillDriver { driver: id() });
    assert_eq!(end(&mut master).await, (DriverState::Killed, None));
    worker.stop().await;
}

#[tokio::test]
async fn a_driver_that_does_not_listen_is_killed_after_its_time() {
    let sandbox = Sandbox::new();
    let (mut master, worker) = Master::with_worker_that(&sandbox, Family::Scala213, |settings| {
        settings.driver_terminate_timeout_ms = 50;
    })
    .await;
    launch(&master, driver("", "deaf"));
    until("the driver", || {
        fs::read_to_string(sandbox.path("work/driver-1/stdout")).is_ok_and(|text| text.contains("\ndeaf\n"))
    })
    .await;
    let pid = sandbox.read("work/driver-1/pid");
    master.send(ToWorker::KillDriver { driver: id() });
    let killed = tokio::time::timeout(Duration::from_secs(9), end(&mut master)).await;
    assert_eq!(killed.expect("sooner than an executor's 10 s"), (DriverState::Killed, None));
    assert!(!lives(&pid));
    worker.stop().await;
}

#[tokio::test]
async fn a_full_disk_is_an_error_of_what_was_to_run_and_the_worker_lives_on() {
    let sandbox = Sandbox::new();
    let (mut master, worker) = Master::with_worker(&sandbox, Family::Scala213).await;
    fs::create_dir_all(sandbox.path("work/driver-1")).unwrap();
    let stderr = sandbox.path("work/driver-1/stderr");
    std::os::unix::fs::symlink("/dev/full", &stderr).unwrap();
    launch(&master, driver("", "0"));
    let (state, exception) = end(&mut master).await;
    assert_eq!(state, DriverState::Error);
    let exception = exception.unwrap();
    for words in [stderr.to_str().unwrap(), "No space left on device", "--work-dir"] {
        assert!(exception.contains(words), "{exception}");
    }
    fs::remove_file(stderr).unwrap();
    launch(&master, driver("", "0"));
    assert_eq!(end(&mut master).await, (DriverState::Finished, None));
    worker.stop().await;
}
