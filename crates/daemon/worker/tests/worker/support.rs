//! A Master that a test plays by hand, a Spark that is a folder, and a Java that is a shell script.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use daemon_worker::Worker;
use edge_config::{Flags, LocalMachine, Sources, WorkerSettings};
use edge_net::{NetConfig, NetEvent, Network};
use model::message::{LaunchExecutor, RegisterWorker, Reply, ToMaster, ToWorker};
use model::{
    ApplicationDescription, ApplicationId, Command, EndpointRef, ExecutorKey, ExecutorState, PeerId,
    ResourceProfile, RpcAddress,
};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::timeout;
use wire_deploy::{Family, Message};

pub const PATIENCE: Duration = Duration::from_secs(30);

/// What the stub of Java does is chosen by the variable `STUB` of the application.
const JAVA: &str = r#"#!/bin/sh
echo "arguments: $*"
echo "dirs: $SPARK_EXECUTOR_DIRS"
echo "spark: $SPARK_HOME $HEARTH_SPARK_VERSION"
echo "$$" > pid
case "$STUB" in
    forever) exec sleep 1000 ;;
    deaf) trap '' TERM; echo deaf; while :; do sleep 0.01; done ;;
    chatty) for line in 1 2 3 4 5 6 7 8 9; do printf '%0500d\\n' $line; done ;;
    *) exit "${STUB:-0}" ;;
esac
"#;

/// Folders of one test, gone at its end.
pub struct Sandbox {
    folder: TempDir,
}

impl Sandbox {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("spark/jars")).unwrap();
        fs::create_dir_all(folder.path().join("java-home/bin")).unwrap();
        std::os::unix::fs::symlink("../../java", folder.path().join("java-home/bin/java")).unwrap();
        let java = folder.path().join("java");
        fs::write(&java, JAVA).unwrap();
        fs::set_permissions(&java, fs::Permissions::from_mode(0o755)).unwrap();
        Self { folder }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A Worker with 4 cores and 4 GiB on free ports of the loopback, beside the Spark of that Scala.
    pub fn settings(&self, master: &RpcAddress, scala: &str) -> WorkerSettings {
        let version = if scala == "2.12" { "3.5.7" } else { "4.3.0" };
        fs::write(self.path(&format!("spark/jars/spark-core_{scala}-{version}.jar")), "").unwrap();
        let [spark, java_home, local] =
            ["spark", "java-home", "local"].map(|name| self.path(name).display().to_string());
        let environment = [
            ("PATH", "/usr/bin:/bin"),
            ("SPARK_LOCAL_IP", "127.0.0.1"),
            ("SPARK_HOME", &*spark),
            ("JAVA_HOME", &*java_home),
            ("SPARK_LOCAL_DIRS", &*local),
            ("SPARK_WORKER_OPTS", "-Dspark.port.maxRetries=0"),
        ];
        let flags = Flags::default()
            .with("MASTER_URL", Some(master.spark_url()))
            .with("--port", Some("0"))
            .with("--webui-port", Some("0"))
            .with("--cores", Some("4"))
            .with("--memory", Some("4g"))
            .with("--work-dir", Some(self.path("work").display().to_string()));
        let sources =
            Sources { environment: environment.into_iter().collect(), flags, machine: &LocalMachine };
        let (settings, warnings) = WorkerSettings::from_sources(&sources).unwrap();
        assert_eq!(warnings, []);
        WorkerSettings { java: self.path("java"), ..settings }
    }

    /// The scratch folders that exist.
    pub fn scratch(&self) -> Vec<PathBuf> {
        let entries = |folder: &Path| -> Vec<PathBuf> {
            fs::read_dir(folder)
                .into_iter()
                .flatten()
                .flatten()
                .map(|entry| entry.path())
                .filter(|path| path.is_dir())
                .collect()
        };
        entries(&self.path("local")).iter().flat_map(|root| entries(root)).collect()
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }
}

/// The Master's side of the wire.
pub struct Master {
    pub address: RpcAddress,
    network: Network,
    events: mpsc::Receiver<NetEvent>,
    worker: PeerId,
}

impl Master {
    pub async fn start(family: Family) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = RpcAddress::new("127.0.0.1", listener.local_addr().unwrap().port());
        let (sender, events) = mpsc::channel(64);
        let network =
            Network::new(NetConfig::new(address.clone(), vec!["Master".to_owned()], family), sender);
        network.accept(listener);
        Self { address, network, events, worker: PeerId(u64::MAX) }
    }

    /// A Worker that this Master let in.
    pub async fn with_worker(sandbox: &Sandbox, family: Family) -> (Self, Worker) {
        Self::with_worker_that(sandbox, family, |_| {}).await
    }

    /// The same with settings of its own.
    pub async fn with_worker_that(
        sandbox: &Sandbox,
        family: Family,
        change: impl FnOnce(&mut WorkerSettings),
    ) -> (Self, Worker) {
        let mut master = Self::start(family).await;
        let scala = if family == Family::Scala212 { "2.12" } else { "2.13" };
        let mut settings = sandbox.settings(&master.address, scala);
        change(&mut settings);
        let worker = Worker::start(settings).await.unwrap();
        master.let_in(&worker).await;
        (master, worker)
    }

    /// Waits for a Worker's registration, and accepts it.
    pub async fn let_in(&mut self, worker: &Worker) -> RegisterWorker {
        let registration = self.registration().await;
        assert_eq!((registration.cores, registration.memory_mib), (4, 4096));
        assert_eq!(&RpcAddress::new(registration.host.clone(), registration.port), worker.address());
        assert_eq!(registration.web_ui_url, worker.web_ui_url());
        self.send(ToWorker::RegisteredWorker {
            master: EndpointRef::new("Master", self.address.clone()),
            master_web_ui_url: "http://127.0.0.1:8080".to_owned(),
            master_address: registration.master_address.clone(),
            duplicate: false,
        });
        registration
    }

    pub async fn registration(&mut self) -> RegisterWorker {
        loop {
            if let ToMaster::RegisterWorker(registration) = self.received().await {
                return registration;
            }
        }
    }

    pub fn send(&self, message: ToWorker) {
        self.network.send(self.worker, &Message::ToWorker(message));
    }

    pub fn launch(&self, launch: LaunchExecutor) {
        self.send(ToWorker::LaunchExecutor(Box::new(launch)));
    }

    pub fn kill(&self, executor: ExecutorKey) {
        self.send(ToWorker::KillExecutor { master_url: self.address.spark_url(), executor });
    }

    /// The next message; each question is answered with yes.
    pub async fn received(&mut self) -> ToMaster {
        loop {
            let event =
                timeout(PATIENCE, self.events.recv()).await.expect("the Worker says nothing").unwrap();
            let NetEvent::Received { peer, ask, message: Message::ToMaster(message), .. } = event else {
                continue;
            };
            self.worker = peer;
            if let Some(ask) = ask {
                self.network.answer(ask, &Reply::Boolean(true));
            }
            return message;
        }
    }

    /// The next change of an executor's state: state, message and exit status.
    pub async fn state(&mut self) -> (ExecutorState, Option<String>, Option<i32>) {
        loop {
            if let ToMaster::ExecutorStateChanged { state, message, exit_status, .. } = self.received().await
            {
                return (state, message, exit_status);
            }
        }
    }

    /// Asks the Worker something: its answer, or its refusal.
    pub async fn ask(&mut self, message: ToWorker) -> Result<Reply, String> {
        self.network.ask(self.worker, 1, &Message::ToWorker(message));
        loop {
            let event =
                timeout(PATIENCE, self.events.recv()).await.expect("the Worker says nothing").unwrap();
            match event {
                NetEvent::Answered { reply: Ok(Reply::Failure { message }), .. } => return Err(message),
                NetEvent::Answered { reply, .. } => return reply,
                _ => {}
            }
        }
    }

    pub async fn hung_up(&mut self) {
        loop {
            let event = timeout(PATIENCE, self.events.recv()).await.expect("the Worker stays").unwrap();
            if matches!(event, NetEvent::Disconnected { peer } if peer == self.worker) {
                return;
            }
        }
    }

    /// An executor whose stub does what `stub` says.
    pub fn executor(&self, number: u32, stub: &str) -> LaunchExecutor {
        LaunchExecutor {
            master_url: self.address.spark_url(),
            executor: ExecutorKey { application: ApplicationId::new("app-1"), executor: number },
            profile: 0,
            description: Arc::new(ApplicationDescription {
                name: "test".to_owned(),
                user: "alice".to_owned(),
                max_cores: None,
                command: Command {
                    main_class: "Main".to_owned(),
                    arguments: vec!["--executor-id".to_owned(), "{{EXECUTOR_ID}}".to_owned()],
                    environment: vec![("STUB".to_owned(), stub.to_owned())],
                    ..Command::default()
                },
                app_ui_url: String::new(),
                event_log_dir: None,
                event_log_codec: None,
                initial_executor_limit: None,
                default_profile: ResourceProfile::default(),
            }),
            cores: 1,
            memory_mib: 512,
            resources: Vec::new(),
            terms: model::Terms::default(),
        }
    }
}

/// Status line, headers and body of a page.
pub async fn get(worker: &Worker, address: &str) -> String {
    let host = worker.web_ui_url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).await.unwrap();
    let request = format!("GET {address} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("the page hangs").unwrap();
    String::from_utf8(answer).unwrap()
}

pub async fn until(what: &str, condition: impl Fn() -> bool) {
    let begun = Instant::now();
    while !condition() {
        assert!(begun.elapsed() < PATIENCE, "waited too long for: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Whether a process of that number is there and not a zombie.
pub fn lives(pid: &str) -> bool {
    fs::read_to_string(format!("/proc/{}/stat", pid.trim())).is_ok_and(|stat| !stat.contains(") Z "))
}
