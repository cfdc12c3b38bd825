//! A Worker with several Sparks.

use std::fs;

use daemon_worker::Worker;
use edge_config::SparkHome;
use model::message::{ToMaster, ToWorker};
use model::{Command, DriverDescription, DriverId, DriverState, ExecutorState, SparkVersion, Terms};
use wire_deploy::Family;

use crate::support::{Master, Sandbox, get};

/// A Worker with 4.3.0, which is the usual one, and 3.5.7.
async fn started(sandbox: &Sandbox) -> (Master, Worker) {
    let mut master = Master::start(Family::Scala213).await;
    let mut settings = sandbox.settings(&master.address, "2.13");
    let other = sandbox.path("other");
    fs::create_dir_all(other.join("jars")).unwrap();
    fs::write(other.join("jars/spark-core_2.12-3.5.7.jar"), "").unwrap();
    settings.sparks.insert(0, SparkHome::open(&other).unwrap());
    let worker = Worker::start(settings).await.unwrap();
    let registration = master.let_in(&worker).await;
    assert_eq!(registration.sparks.iter().map(SparkVersion::as_str).collect::<Vec<_>>(), ["3.5.7", "4.3.0"]);
    assert_eq!(registration.memory_limit_mib, None);
    (master, worker)
}

fn terms(version: &str) -> Terms {
    Terms { spark: SparkVersion::parse(version), memory_limit_mib: None }
}

#[tokio::test]
async fn an_executor_is_launched_from_the_spark_that_the_master_names() {
    let sandbox = Sandbox::new();
    let (mut master, worker) = started(&sandbox).await;
    for (number, version, folder) in [(0, "3.5.7", "other"), (1, "4.3.0", "spark"), (2, "", "spark")] {
        let mut launch = master.executor(number, "0");
        launch.terms = terms(version);
        master.launch(launch);
        assert_eq!(master.state().await.0, ExecutorState::Running);
        assert_eq!(master.state().await.0, ExecutorState::Exited);
        let stdout = sandbox.read(&format!("work/app-1/{number}/stdout"));
        let jars = format!("{}/jars/*", sandbox.path(folder).display());
        assert!(stdout.contains(&jars), "{stdout}");
        assert!(
            stdout.contains(&format!("spark: {} {version}\n", sandbox.path(folder).display())),
            "{stdout}"
        );
    }
    let json = get(&worker, "/json/").await;
    assert!(json.contains("\"sparkversions\" : [ \"3.5.7\", \"4.3.0\" ]"), "{json}");
    assert!(get(&worker, "/").await.contains("<dt>Sparks</dt><dd>3.5.7, 4.3.0</dd>"));
    worker.stop().await;
}

#[tokio::test]
async fn one_that_is_not_there_is_refused_with_those_that_are() {
    let sandbox = Sandbox::new();
    let (mut master, worker) = started(&sandbox).await;
    let mut launch = master.executor(0, "0");
    launch.terms = terms("4.0.5");
    master.launch(launch);
    let (state, message, _) = master.state().await;
    assert_eq!(state, ExecutorState::Failed);
    let sentence = "Spark 4.0.5 is not on this Worker, which has 3.5.7, 4.3.0";
    assert!(message.unwrap().starts_with(sentence));
    master.send(ToWorker::LaunchDriver {
        driver: DriverId::new("driver-1"),
        description: Box::new(DriverDescription { memory_mib: 256, cores: 1, ..Default::default() }),
        resources: Vec::new(),
        terms: terms("4.0.5"),
    });
    let (state, exception) = end_of_driver(&mut master).await;
    assert_eq!(state, DriverState::Error);
    assert!(exception.unwrap().starts_with(sentence));
    worker.stop().await;
}

#[tokio::test]
async fn a_driver_names_its_spark_to_its_executors() {
    let sandbox = Sandbox::new();
    let (mut master, worker) = started(&sandbox).await;
    let command = Command {
        main_class: "Wrapper".to_owned(),
        environment: vec![("STUB".to_owned(), "0".to_owned())],
        ..Command::default()
    };
    let description = DriverDescription { memory_mib: 256, cores: 1, command, ..Default::default() };
    let (driver, resources) = (DriverId::new("driver-1"), Vec::new());
    let description = Box::new(description);
    master.send(ToWorker::LaunchDriver { driver, description, resources, terms: terms("3.5.7") });
    assert_eq!(end_of_driver(&mut master).await, (DriverState::Finished, None));
    let stdout = sandbox.read("work/driver-1/stdout");
    assert!(stdout.contains(" -Dspark.executorEnv.HEARTH_SPARK_VERSION=3.5.7 "), "{stdout}");
    assert!(stdout.contains(&format!("{}/jars/*", sandbox.path("other").display())), "{stdout}");
    worker.stop().await;
}

async fn end_of_driver(master: &mut Master) -> (DriverState, Option<String>) {
    loop {
        if let ToMaster::DriverStateChanged { state, exception, .. } = master.received().await {
            return (state, exception);
        }
    }
}
