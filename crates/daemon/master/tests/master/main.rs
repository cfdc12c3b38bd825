//! A Master as its peers see it: a Worker and a driver over real sockets, pages over HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod pages;
mod stand;

use daemon_master::Master;
use edge_config::MasterSettings;
use edge_net::NetEvent;
use model::message::{Reply, ToDriver, ToMaster, ToWorker};
use model::{ExecutorKey, ExecutorState};
use wire_deploy::{Family, Message};

use crate::stand::{driver, get, next, settings, worker};

#[tokio::test]
async fn an_application_runs_on_a_worker_and_ends() {
    let master = Master::start(settings()).await.unwrap();
    let mut worker = worker(&master, Family::Scala212).await;
    assert!(matches!(
        worker.receive().await,
        Message::ToWorker(ToWorker::RegisteredWorker { duplicate: false, .. })
    ));

    let mut driver = driver(&master, Family::Scala213).await;
    let Message::ToDriver(ToDriver::RegisteredApplication { application, .. }) = driver.receive().await
    else {
        panic!("the application was not taken")
    };
    let Message::ToWorker(ToWorker::LaunchExecutor(launch)) = worker.receive().await else {
        panic!("no executor")
    };
    assert_eq!((launch.cores, launch.executor.executor), (2, 0));
    assert!(matches!(
        driver.receive().await,
        Message::ToDriver(ToDriver::ExecutorAdded { executor: 0, cores: 2, .. })
    ));

    let running = ToMaster::ExecutorStateChanged {
        executor: ExecutorKey { application: application.clone(), executor: 0 },
        state: ExecutorState::Running,
        message: None,
        exit_status: None,
    };
    worker.network.ask(worker.master, 7, &Message::ToMaster(running));
    let answered = next(&mut worker.events).await;
    assert!(matches!(answered, Some(NetEvent::Answered { token: 7, reply: Ok(Reply::Boolean(true)), .. })));

    let page = get(&format!("{}/", master.web_ui_url())).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains(application.as_str()) && page.text.contains("&lt;b&gt;bold"), "{}", page.text);

    driver.send(ToMaster::UnregisterApplication { application: application.clone() });
    assert!(matches!(worker.receive().await, Message::ToWorker(ToWorker::KillExecutor { .. })));
    let expected = Message::ToWorker(ToWorker::ApplicationFinished { application });
    assert_eq!(worker.receive().await, expected);
    master.stop().await;
}

#[tokio::test]
async fn a_taken_rpc_port_is_an_error_that_names_it() {
    let first = Master::start(settings()).await.unwrap();
    let port = first.address().port;
    let error = Master::start(MasterSettings { port, ..settings() }).await.unwrap_err().to_string();
    assert!(error.contains(&format!("port {port}")) && error.contains("in use"), "{error}");
    first.stop().await;
}
