//! Simulated Workers and drivers: who they are and how they behave.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use conformance::{Failure, Result};
use model::message::{RegisterWorker, ToDriver, ToMaster, ToWorker};
use model::{
    ApplicationDescription, Command, EndpointRef, ExecutorResourceRequest, ExecutorState, ResourceProfile,
    RpcAddress, SparkVersion, WorkerId,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::{Mutex, Notify};

use crate::speech::{self, Ear, Heard};

/// What a Worker offers.
const WORKER_CORES: u32 = 8;
const WORKER_MEMORY_MIB: u32 = 16 * 1024;

/// Executors that an application is to get: one on each of so many Workers.
const EXECUTORS: u32 = 4;

/// How many of them have got so far; whoever waits for that is woken.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    count: AtomicUsize,
    changed: Notify,
}

impl Tally {
    pub(crate) fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    fn add(&self) {
        self.count.fetch_add(1, Ordering::Relaxed);
        self.changed.notify_waiters();
    }

    /// Waits until there are so many.
    pub(crate) async fn reaches(&self, number: usize) {
        loop {
            let changed = self.changed.notified();
            if self.count() >= number {
                return;
            }
            changed.await;
        }
    }
}

/// What simulated Workers have and drivers are of; they would not know what to answer if they were asked.
const SPARK: &str = "3.5.7";

/// A simulated Worker that is connected.
#[derive(Debug)]
pub(crate) struct Worker {
    mouth: Mutex<OwnedWriteHalf>,
    heartbeat: Vec<u8>,
    address: RpcAddress,
}

impl Worker {
    /// Connects and asks to be registered; `registered` counts when it is.
    pub(crate) async fn join(
        master: &RpcAddress,
        address: RpcAddress,
        registered: Arc<Tally>,
    ) -> Result<Arc<Self>> {
        let id = worker_id(&address);
        let endpoint = EndpointRef::new("Worker", address.clone());
        let heartbeat = speech::one_way(
            &address,
            ToMaster::Heartbeat { worker: id.clone(), endpoint: endpoint.clone() },
        )?;
        let register = speech::one_way(
            &address,
            ToMaster::RegisterWorker(RegisterWorker {
                id,
                host: address.host.clone(),
                port: address.port,
                worker: endpoint,
                cores: WORKER_CORES,
                memory_mib: WORKER_MEMORY_MIB,
                web_ui_url: format!("http://{}:8081", address.host),
                master_address: master.clone(),
                resources: Vec::new(),
                sparks: SparkVersion::parse(SPARK).into_iter().collect(),
                memory_limit_mib: None,
                started_ms: None,
            }),
        )?;
        let (ear, mouth) = connect(master).await?;
        let worker = Arc::new(Self { mouth: Mutex::new(mouth), heartbeat, address });
        worker.say(&register).await?;
        tokio::spawn(Arc::clone(&worker).listen(ear, registered));
        Ok(worker)
    }

    /// Says that it lives.
    pub(crate) async fn beat(&self) -> Result<()> {
        self.say(&self.heartbeat).await
    }

    async fn say(&self, frame: &[u8]) -> Result<()> {
        self.mouth.lock().await.write_all(frame).await.map_err(Failure::io("send to the Master"))
    }

    /// Launches what it is told to, in name; ends with the connection.
    async fn listen(self: Arc<Self>, mut socket: OwnedReadHalf, registered: Arc<Tally>) {
        let mut ear = Ear::new();
        let mut request = 0;
        while let Ok(Some(heard)) = hear(&mut ear, &mut socket).await {
            match heard {
                Heard::Worker(ToWorker::RegisteredWorker { .. }) => registered.add(),
                Heard::Worker(ToWorker::LaunchExecutor(launch)) => {
                    request += 1;
                    let running = ToMaster::ExecutorStateChanged {
                        executor: launch.executor,
                        state: ExecutorState::Running,
                        message: None,
                        exit_status: None,
                    };
                    let Ok(frame) = speech::ask(&self.address, request, running) else { return };
                    if self.say(&frame).await.is_err() {
                        return;
                    }
                }
                Heard::Worker(_) | Heard::Driver(_) | Heard::Verifies(_) => {}
            }
        }
    }
}

/// What a Worker at this address calls itself.
fn worker_id(address: &RpcAddress) -> WorkerId {
    WorkerId::new(format!("worker-20261120121815-{}-{}", address.host, address.port))
}

/// A Worker that a new Master dials: it turns to that one, and runs nothing. Ends with the connection.
pub(crate) async fn turn(socket: TcpStream, address: RpcAddress) -> Result<()> {
    let (mut socket, mut mouth) = socket.into_split();
    let mut ear = Ear::new();
    while let Some(heard) = hear(&mut ear, &mut socket).await? {
        let frame = match heard {
            Heard::Verifies(request) => speech::exists(request)?,
            Heard::Worker(ToWorker::MasterChanged { .. }) => {
                let (executors, drivers) = (Vec::new(), Vec::new());
                let worker = worker_id(&address);
                speech::one_way(
                    &address,
                    ToMaster::WorkerSchedulerStateResponse { worker, executors, drivers },
                )?
            }
            Heard::Worker(_) | Heard::Driver(_) => continue,
        };
        mouth.write_all(&frame).await.map_err(Failure::io("answer the Master"))?;
    }
    Ok(())
}

/// Registers an application and waits until all its executors run. It stays for as long as what is returned.
pub(crate) async fn submit(master: &RpcAddress, number: u16) -> Result<OwnedWriteHalf> {
    let address = RpcAddress::new("10.8.0.1", 10_000 + number);
    let amount = |amount: u64| ExecutorResourceRequest { amount, ..Default::default() };
    let description = Box::new(ApplicationDescription {
        name: format!("application {number}"),
        user: "alice".into(),
        max_cores: Some(EXECUTORS),
        command: Command {
            main_class: "org.apache.spark.executor.CoarseGrainedExecutorBackend".into(),
            environment: vec![
                ("SPARK_USER".into(), "alice".into()),
                ("HEARTH_SPARK_VERSION".into(), SPARK.into()),
            ],
            java_options: vec![format!("-Dspark.driver.port={}", address.port)],
            ..Command::default()
        },
        app_ui_url: format!("http://{}:4040", address.host),
        event_log_dir: None,
        event_log_codec: None,
        initial_executor_limit: None,
        default_profile: ResourceProfile {
            id: 0,
            executor_resources: BTreeMap::from([
                ("cores".to_owned(), amount(1)),
                ("memory".to_owned(), amount(1024)),
            ]),
            task_resources: BTreeMap::new(),
        },
    });
    let driver = EndpointRef::new("AppClient", address.clone());
    let register = speech::one_way(&address, ToMaster::RegisterApplication { description, driver })?;
    let (mut socket, mut mouth) = connect(master).await?;
    mouth.write_all(&register).await.map_err(Failure::io("register an application"))?;
    let mut ear = Ear::new();
    let mut running = 0;
    while running < EXECUTORS {
        let heard = hear(&mut ear, &mut socket).await?;
        match heard.ok_or_else(|| Failure::unexpected("the Master hung up on a driver"))? {
            Heard::Driver(ToDriver::ExecutorUpdated { state: ExecutorState::Running, .. }) => running += 1,
            Heard::Driver(_) | Heard::Worker(_) | Heard::Verifies(_) => {}
        }
    }
    tokio::spawn(async move { while let Ok(Some(_)) = hear(&mut ear, &mut socket).await {} });
    Ok(mouth)
}

async fn connect(master: &RpcAddress) -> Result<(OwnedReadHalf, OwnedWriteHalf)> {
    let socket = TcpStream::connect((master.host.as_str(), master.port)).await;
    let socket = socket.map_err(Failure::io("connect to the Master"))?;
    socket.set_nodelay(true).map_err(Failure::io("prepare a connection"))?;
    Ok(socket.into_split())
}

/// The next message; none when the Master has closed the connection.
async fn hear(ear: &mut Ear, socket: &mut OwnedReadHalf) -> Result<Option<Heard>> {
    loop {
        if let Some(heard) = ear.next()? {
            return Ok(Some(heard));
        }
        let read = socket.read_buf(&mut ear.buffer).await.map_err(Failure::io("hear the Master"))?;
        if read == 0 {
            return Ok(None);
        }
    }
}
