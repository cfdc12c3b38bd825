//! A Master as its peers see it: a Worker and a driver over real sockets, pages over HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::time::Duration;

use daemon_master::Master;
use edge_config::{Flags, LocalMachine, MasterSettings, Sources};
use edge_net::{NetConfig, NetEvent, Network};
use model::message::{RegisterWorker, Reply, ToDriver, ToMaster, ToWorker};
use model::{
    ApplicationDescription, ApplicationId, Command, EndpointRef, ExecutorKey, ExecutorState, PeerId,
};
use model::{ResourceProfile, RpcAddress, WorkerId};
use tokio::sync::mpsc;
use wire_deploy::{Family, Message};

/// Spark's defaults, on free ports of the loopback.
fn settings() -> MasterSettings {
    let sources = Sources {
        environment: [("SPARK_LOCAL_IP", "127.0.0.1")].into_iter().collect(),
        flags: Flags::default().with("--port", Some("0")).with("--webui-port", Some("0")),
        machine: &LocalMachine,
    };
    let (settings, warnings) = MasterSettings::from_sources(&sources).unwrap();
    assert_eq!(warnings, []);
    settings
}

/// A peer of the Master that plays one endpoint.
struct Peer {
    network: Network,
    events: mpsc::Receiver<NetEvent>,
    address: RpcAddress,
    master: PeerId,
}

impl Peer {
    async fn join(master: &Master, endpoint: &str, family: Family) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = RpcAddress::new("127.0.0.1", listener.local_addr().unwrap().port());
        let (sender, mut events) = mpsc::channel(64);
        let network = Network::new(NetConfig::new(address.clone(), vec![endpoint.into()], family), sender);
        network.accept(listener);
        network.dial(master.address().clone(), "Master");
        let Some(NetEvent::Dialled { peer, .. }) = next(&mut events).await else {
            panic!("the Master was not reached")
        };
        Self { network, events, address, master: peer }
    }

    fn send(&self, message: ToMaster) {
        self.network.send(self.master, &Message::ToMaster(message));
    }

    async fn receive(&mut self) -> Message {
        loop {
            if let Some(NetEvent::Received { message, .. }) = next(&mut self.events).await {
                return message;
            }
        }
    }
}

async fn next(events: &mut mpsc::Receiver<NetEvent>) -> Option<NetEvent> {
    tokio::time::timeout(Duration::from_secs(20), events.recv()).await.expect("nothing came for 20 s")
}

async fn worker(master: &Master, family: Family) -> Peer {
    let peer = Peer::join(master, "Worker", family).await;
    peer.send(ToMaster::RegisterWorker(RegisterWorker {
        id: WorkerId::new(format!("worker-20261120121815-{}-{}", peer.address.host, peer.address.port)),
        host: peer.address.host.clone(),
        port: peer.address.port,
        worker: EndpointRef::new("Worker", peer.address.clone()),
        cores: 2,
        memory_mib: 2048,
        web_ui_url: "http://127.0.0.1:8081".into(),
        master_address: master.address().clone(),
        resources: Vec::new(),
    }));
    peer
}

async fn driver(master: &Master, family: Family) -> Peer {
    let peer = Peer::join(master, "AppClient", family).await;
    let description = ApplicationDescription {
        name: "a <b>bold</b> job".into(),
        user: "alice".into(),
        max_cores: None,
        command: Command { main_class: "Executor".into(), ..Command::default() },
        app_ui_url: String::new(),
        event_log_dir: None,
        event_log_codec: None,
        initial_executor_limit: None,
        default_profile: ResourceProfile::default(),
    };
    let driver = EndpointRef::new("AppClient", peer.address.clone());
    peer.send(ToMaster::RegisterApplication { description: Box::new(description), driver });
    peer
}

async fn http(method: &'static str, url: String, form: &'static str) -> (u16, String) {
    tokio::task::spawn_blocking(move || {
        let agent: ureq::Agent =
            ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
        let mut response = match method {
            "GET" => agent.get(&url).call().unwrap(),
            _ => agent.post(&url).content_type("application/x-www-form-urlencoded").send(form).unwrap(),
        };
        (response.status().as_u16(), response.body_mut().read_to_string().unwrap())
    })
    .await
    .unwrap()
}

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

    let (status, page) = http("GET", format!("{}/", master.web_ui_url()), "").await;
    assert_eq!(status, 200);
    assert!(page.contains(application.as_str()) && page.contains("&lt;b&gt;bold"), "{page}");

    driver.send(ToMaster::UnregisterApplication { application: application.clone() });
    assert!(matches!(worker.receive().await, Message::ToWorker(ToWorker::KillExecutor { .. })));
    let expected = Message::ToWorker(ToWorker::ApplicationFinished { application });
    assert_eq!(worker.receive().await, expected);
    master.stop().await;
}

#[tokio::test]
async fn pages_say_what_is_there_and_what_is_not() {
    let master = Master::start(settings()).await.unwrap();
    let page = |path: &str| format!("{}{path}", master.web_ui_url());
    let (status, json) = http("GET", page("/json/"), "").await;
    assert_eq!(status, 200);
    assert!(json.contains(&format!("\"url\" : \"{}\"", master.address().spark_url())), "{json}");
    assert!(json.contains("\"aliveworkers\" : 0"), "{json}");
    assert_eq!(http("GET", page("/json"), "").await.0, 301);
    assert_eq!(http("GET", page("/robots.txt"), "").await.0, 404);
    assert_eq!(http("GET", page("/app/?appId=app-1"), "").await.0, 404);
    assert_eq!(http("POST", page("/"), "").await.0, 405);
    master.stop().await;
}

#[tokio::test]
async fn an_application_is_ended_from_the_page_only_with_the_pages_token() {
    let master = Master::start(settings()).await.unwrap();
    let mut driver = driver(&master, Family::Scala212).await;
    let Message::ToDriver(ToDriver::RegisteredApplication { application, .. }) = driver.receive().await
    else {
        panic!("the application was not taken")
    };
    let kill = format!("{}/app/kill/", master.web_ui_url());
    let without: &'static str = format!("id={application}&terminate=true").leak();
    assert_eq!(http("POST", kill.clone(), without).await.0, 403);

    let page = http("GET", format!("{}/", master.web_ui_url()), "").await.1;
    let token = page.split("name=\"token\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let with: &'static str = format!("{without}&token={token}").leak();
    assert_eq!(http("POST", kill, with).await.0, 303);
    let expected = Message::ToDriver(ToDriver::ApplicationRemoved { message: "KILLED".into() });
    assert_eq!(driver.receive().await, expected);
    let completed = master.snapshot().await.unwrap().completed_applications;
    assert_eq!(completed.iter().map(|one| one.id.clone()).collect::<Vec<ApplicationId>>(), [application]);
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
