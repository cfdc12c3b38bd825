//! A Worker with a Master that the test plays: registration, executors, drivers, pages, the end.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends at the first surprise"
)]
#![allow(unreachable_pub, missing_docs, reason = "the support module is seen by this file alone")]

mod drivers;
mod keys;
mod limits;
mod pages;
mod sparks;
mod support;

use std::fs;

use daemon_worker::Worker;
use model::message::ToWorker;
use model::{ApplicationId, ExecutorState, ResourceInformation, RpcAddress};
use support::{Master, Sandbox, get, lives, until};
use tokio::net::TcpListener;
use wire_deploy::Family;

const RUNNING: (ExecutorState, Option<String>, Option<i32>) = (ExecutorState::Running, None, None);

async fn runs_to_its_end(family: Family) {
    let sandbox = Sandbox::new();
    let (mut master, worker) = Master::with_worker(&sandbox, family).await;
    master.launch(master.executor(0, "7"));
    assert_eq!(master.state().await, RUNNING);
    let (state, message, exit_status) = master.state().await;
    assert_eq!((state, exit_status), (ExecutorState::Exited, Some(7)));
    assert_eq!(message.as_deref(), Some("Command exited with code 7"));

    let stdout = sandbox.read("work/app-1/0/stdout");
    assert!(stdout.contains("-Xmx512M Main --executor-id 0\n"), "{stdout}");
    let scratch = sandbox.scratch();
    assert_eq!(scratch.len(), 1);
    assert!(stdout.contains(&format!("dirs: {}\n", scratch[0].display())), "{stdout}");
    let stderr = sandbox.read("work/app-1/0/stderr");
    let head = format!("Spark Executor Command: \"{}\" \"-cp\" ", sandbox.path("java").display());
    assert!(stderr.starts_with(&head), "{stderr}");
    assert!(stderr.ends_with(&format!("\n{}\n\n", "=".repeat(40))), "{stderr}");

    master.send(ToWorker::ApplicationFinished { application: ApplicationId::new("app-1") });
    until("the scratch folder's removal", || sandbox.scratch().is_empty()).await;
    assert!(sandbox.path("work/app-1/0/stdout").exists(), "logs stay");
    worker.stop().await;
}

#[tokio::test]
async fn an_executor_runs_to_its_end_in_the_older_family() {
    runs_to_its_end(Family::Scala212).await;
}

#[tokio::test]
async fn an_executor_runs_to_its_end_in_the_newer_family() {
    runs_to_its_end(Family::Scala213).await;
}

#[tokio::test]
async fn an_executor_is_killed_on_request() {
    let sandbox = Sandbox::new();
    let (mut master, worker) = Master::with_worker(&sandbox, Family::Scala212).await;
    let launch = master.executor(0, "forever");
    master.launch(launch.clone());
    assert_eq!(master.state().await, RUNNING);
    until("the process", || sandbox.path("work/app-1/0/pid").exists()).await;
    let view = worker.snapshot().await.unwrap();
    assert_eq!((view.cores_used, view.memory_used_mib, view.executors.len()), (1, 512, 1));
    master.kill(launch.executor);
    let (state, _, exit_status) = master.state().await;
    assert_eq!((state, exit_status), (ExecutorState::Killed, Some(143)));
    assert!(!lives(&sandbox.read("work/app-1/0/pid")));
    let view = worker.snapshot().await.unwrap();
    assert_eq!((view.cores_used, view.executors.len(), view.finished_executors.len()), (0, 0, 1));
    worker.stop().await;
}

/// The request to end it comes while its folders are being made.
#[tokio::test]
async fn an_executor_that_is_killed_before_it_runs_ends() {
    let sandbox = Sandbox::new();
    let (mut master, worker) = Master::with_worker(&sandbox, Family::Scala213).await;
    let launch = master.executor(0, "forever");
    master.launch(launch.clone());
    master.kill(launch.executor);
    loop {
        let (state, ..) = master.state().await;
        if state.is_finished() {
            assert_eq!(state, ExecutorState::Killed);
            break;
        }
    }
    assert!(worker.snapshot().await.unwrap().executors.is_empty());
    worker.stop().await;
}

#[tokio::test]
async fn a_question_is_refused_and_not_left_open() {
    let sandbox = Sandbox::new();
    let (mut master, worker) = Master::with_worker(&sandbox, Family::Scala212).await;
    let refusal = master.ask(ToWorker::DecommissionWorker).await.unwrap_err();
    assert!(refusal.contains("a Worker answers no questions"), "{refusal}");
    worker.stop().await;
}

#[tokio::test]
async fn the_end_leaves_nothing() {
    let sandbox = Sandbox::new();
    let (mut master, worker) = Master::with_worker(&sandbox, Family::Scala213).await;
    for number in 0..3 {
        master.launch(master.executor(number, "forever"));
        assert_eq!(master.state().await, RUNNING);
    }
    let pid = |number: u32| sandbox.path(&format!("work/app-1/{number}/pid"));
    until("the processes", || (0..3).all(|number| fs::read(pid(number)).is_ok_and(|text| !text.is_empty())))
        .await;
    let (rpc, page) = (worker.address().to_string(), worker.web_ui_url().replace("http://", ""));
    assert_eq!(sandbox.scratch().len(), 1, "one for the application");
    worker.stop().await;
    master.hung_up().await;
    for number in 0..3 {
        assert!(!lives(&fs::read_to_string(pid(number)).unwrap()));
    }
    assert_eq!(fs::read_dir(sandbox.path("local")).unwrap().count(), 0, "scratch folders are gone");
    for port in [rpc, page] {
        // Between fork and exec, the children of tests that run beside this one have a copy of the socket.
        let closed = || std::net::TcpStream::connect(&port).is_err();
        until("the port's end", closed).await;
    }
}

#[tokio::test]
async fn what_cannot_be_launched_has_failed() {
    let sandbox = Sandbox::new();
    let (mut master, worker) = Master::with_worker(&sandbox, Family::Scala212).await;
    fs::create_dir_all(sandbox.path("work/app-1/0")).unwrap();
    master.launch(master.executor(0, "0"));
    let (state, message, exit_status) = master.state().await;
    assert_eq!((state, exit_status), (ExecutorState::Failed, None));
    let folder = sandbox.path("work/app-1/0");
    let message = message.unwrap();
    assert!(message.contains(&format!("Failed to create directory {}", folder.display())), "{message}");

    fs::remove_file(sandbox.path("java")).unwrap();
    master.launch(master.executor(1, "0"));
    let (state, message, _) = master.state().await;
    assert_eq!(state, ExecutorState::Failed);
    let message = message.unwrap();
    assert!(message.contains(&format!("no program at '{}'", sandbox.path("java").display())), "{message}");
    worker.stop().await;
}

#[tokio::test]
async fn custom_resources_are_named_in_a_file() {
    let sandbox = Sandbox::new();
    let (mut master, worker) = Master::with_worker(&sandbox, Family::Scala213).await;
    let mut launch = master.executor(0, "0");
    launch.resources = vec![ResourceInformation { name: "gpu".to_owned(), addresses: vec!["2".to_owned()] }];
    master.launch(launch);
    assert_eq!(master.state().await, RUNNING);
    assert_eq!(master.state().await.0, ExecutorState::Exited);
    let stdout = sandbox.read("work/app-1/0/stdout");
    let file = stdout.lines().next().unwrap().split(" --resourcesFile ").nth(1).unwrap();
    assert_eq!(
        fs::read_to_string(file).unwrap(),
        r#"[{"id":{"componentName":"spark.executor","resourceName":"gpu"},"addresses":["2"]}]"#
    );
    worker.stop().await;
}

#[tokio::test]
async fn the_page_shows_state_and_logs() {
    let sandbox = Sandbox::new();
    let (mut master, worker) = Master::with_worker(&sandbox, Family::Scala212).await;
    master.launch(master.executor(0, "0"));
    assert_eq!(master.state().await, RUNNING);
    assert_eq!(master.state().await.0, ExecutorState::Exited);

    let page = get(&worker, "/").await;
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("app-1"), "{page}");
    let json = get(&worker, "/json/").await;
    assert!(json.contains(r#""finishedexecutors""#) && json.contains(&master.address.spark_url()), "{json}");

    let log = "appId=app-1&executorId=0&logType=stdout";
    let text = get(&worker, &format!("/log/?{log}&offset=0&byteLength=9")).await;
    let head = format!("==== Bytes 0-9 of {} of ", sandbox.read("work/app-1/0/stdout").len());
    assert!(text.contains(&head) && text.ends_with("stdout ====\narguments"), "{text}");
    assert!(get(&worker, &format!("/logPage/?{log}")).await.contains("--executor-id 0"));

    for (address, status) in [
        ("/nope", "404"),
        ("/log/?appId=app-1&executorId=9&logType=stdout", "404"),
        ("/log/?appId=..&executorId=0&logType=stdout", "400"),
        ("/log/?appId=app-1%2F0&executorId=0&logType=stdout", "400"),
        ("/log/?appId=app-1&executorId=0&logType=pid", "400"),
        ("/log/", "400"),
    ] {
        let answer = get(&worker, address).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{address}: {answer}");
    }
    worker.stop().await;
}

#[tokio::test]
async fn a_worker_that_is_refused_says_why() {
    let sandbox = Sandbox::new();
    let mut master = Master::start(Family::Scala212).await;
    let mut worker = Worker::start(sandbox.settings(&master.address, "2.12")).await.unwrap();
    master.registration().await;
    master.send(ToWorker::RegisterWorkerFailed { message: "no room here".to_owned() });
    let reason = worker.ended().await.unwrap_err();
    assert!(reason.contains("no room here"), "{reason}");
    assert_eq!(worker.ended().await, Err(reason), "it says so as often as it is asked");
    assert!(worker.snapshot().await.is_none());
    worker.stop().await;
}

#[tokio::test]
async fn what_hinders_the_start_is_named() {
    let sandbox = Sandbox::new();
    let nobody = RpcAddress::new("127.0.0.1", 1);
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut settings = sandbox.settings(&nobody, "2.12");
    settings.port = taken.local_addr().unwrap().port();
    let reason = Worker::start(settings.clone()).await.unwrap_err().to_string();
    assert!(reason.contains(&settings.port.to_string()), "{reason}");

    let mut settings = sandbox.settings(&nobody, "2.12");
    settings.work_dir = sandbox.path("java").join("work");
    let reason = Worker::start(settings.clone()).await.unwrap_err().to_string();
    assert!(
        reason.contains(settings.work_dir.to_str().unwrap()) && reason.contains("--work-dir"),
        "{reason}"
    );
}

#[tokio::test]
async fn a_worker_without_a_master_stops_at_once() {
    let sandbox = Sandbox::new();
    let worker = Worker::start(sandbox.settings(&RpcAddress::new("127.0.0.1", 1), "2.13")).await.unwrap();
    assert!(get(&worker, "/").await.starts_with("HTTP/1.1 200"));
    worker.stop().await;
}
