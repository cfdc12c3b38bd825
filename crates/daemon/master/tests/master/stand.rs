//! A Master on free ports of the loopback, peers that play one endpoint each, and a client of its pages.

use std::time::Duration;

use daemon_master::Master;
use edge_config::{Flags, LocalMachine, MasterSettings, Sources};
use edge_net::{NetConfig, NetEvent, Network};
use model::message::{RegisterWorker, ToMaster};
use model::{
    ApplicationDescription, Command, EndpointRef, PeerId, ResourceProfile, RpcAddress, SparkVersion, WorkerId,
};
use tokio::sync::mpsc;
use wire_deploy::{Family, Message};

/// Spark's defaults, on free ports of the loopback.
pub(crate) fn settings() -> MasterSettings {
    let sources = Sources {
        environment: [("SPARK_LOCAL_IP", "127.0.0.1")].into_iter().collect(),
        flags: Flags::default().with("--port", Some("0")).with("--webui-port", Some("0")),
        machine: &LocalMachine,
    };
    let (settings, warnings) = MasterSettings::from_sources(&sources).unwrap();
    assert_eq!(warnings, []);
    settings
}

/// What Workers have and drivers are of, whatever family they speak in.
const SPARK: &str = "3.5.7";

/// A peer of the Master that plays one endpoint.
pub(crate) struct Peer {
    pub(crate) network: Network,
    pub(crate) events: mpsc::Receiver<NetEvent>,
    pub(crate) address: RpcAddress,
    pub(crate) master: PeerId,
}

impl Peer {
    pub(crate) async fn join(master: &Master, endpoint: &str, family: Family) -> Self {
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

    pub(crate) fn worker_id(&self) -> WorkerId {
        WorkerId::new(format!("worker-20261120121815-{}-{}", self.address.host, self.address.port))
    }

    pub(crate) fn send(&self, message: ToMaster) {
        self.network.send(self.master, &Message::ToMaster(message));
    }

    pub(crate) async fn receive(&mut self) -> Message {
        loop {
            if let Some(NetEvent::Received { message, .. }) = next(&mut self.events).await {
                return message;
            }
        }
    }
}

pub(crate) async fn next(events: &mut mpsc::Receiver<NetEvent>) -> Option<NetEvent> {
    tokio::time::timeout(Duration::from_secs(20), events.recv()).await.expect("nothing came for 20 s")
}

pub(crate) async fn worker(master: &Master, family: Family) -> Peer {
    worker_with_page(master, family, "http://127.0.0.1:8081").await
}

pub(crate) async fn worker_with_page(master: &Master, family: Family, web_ui_url: &str) -> Peer {
    let peer = Peer::join(master, "Worker", family).await;
    peer.send(ToMaster::RegisterWorker(RegisterWorker {
        id: peer.worker_id(),
        host: peer.address.host.clone(),
        port: peer.address.port,
        worker: EndpointRef::new("Worker", peer.address.clone()),
        cores: 2,
        memory_mib: 2048,
        web_ui_url: web_ui_url.into(),
        master_address: master.address().clone(),
        resources: Vec::new(),
        sparks: SparkVersion::parse(SPARK).into_iter().collect(),
        memory_limit_mib: None,
        started_ms: None,
    }));
    peer
}

pub(crate) async fn driver(master: &Master, family: Family) -> Peer {
    let peer = Peer::join(master, "AppClient", family).await;
    let description = ApplicationDescription {
        name: "a <b>bold</b> job".into(),
        user: "alice".into(),
        max_cores: None,
        command: Command {
            main_class: "Executor".into(),
            environment: vec![("HEARTH_SPARK_VERSION".into(), SPARK.into())],
            ..Command::default()
        },
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

/// An answer: its status, its headers and its text.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: ureq::http::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

pub(crate) async fn get(url: &str) -> Answer {
    http("GET", url, "", &[]).await
}

pub(crate) async fn post(url: &str, form: &str) -> Answer {
    http("POST", url, form, &[]).await
}

/// Follows no redirect, and takes every status as an answer.
pub(crate) async fn http(method: &str, url: &str, form: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = ureq::http::Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if !form.is_empty() {
        request = request.header("content-type", "application/x-www-form-urlencoded");
    }
    let request = request.body(form.to_owned()).unwrap();
    tokio::task::spawn_blocking(move || {
        let agent: ureq::Agent =
            ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
        let mut answer = agent.run(request).unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        Answer { status: answer.status().as_u16(), headers: answer.headers().clone(), text }
    })
    .await
    .unwrap()
}
