//! `hearth up`: a whole cluster in one process, and a line for each thing that happens in it.

mod watch;

use std::io::Write as _;
use std::net::{TcpListener, ToSocketAddrs as _};
use std::time::Duration;

use daemon_master::Master;
use daemon_worker::Worker;
use edge_config::{Flags, MasterSettings, SparkHome, Warning, WorkerSettings};
use edge_telemetry::{Format, LevelFilter};
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;
use tracing::info;
use watch::{Watch, counted, memory_text};

use crate::arguments::{LogArguments, UpArguments};
use crate::failure::Failure;
use crate::guard;
use crate::signals::Signals;
use crate::start::{self, Surroundings};

/// How often the Master is asked what is new.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Runs the cluster until a signal ends it.
pub(crate) fn run(arguments: &UpArguments, log: &LogArguments) -> Result<(), Failure> {
    let surroundings = Surroundings::look()?;
    let (mut master, warnings) =
        MasterSettings::from_sources(&surroundings.sources(master_flags(arguments)))?;
    master.web_ui_bind.clone_from(&master.host);
    master.public_host.clone_from(&master.host);
    // Settings that are wrong show before anything runs; the Master's real port is known only afterwards.
    let master_url = format!("spark://{}:7077", master.host);
    let (worker, worker_warnings) = worker_settings(arguments, &surroundings, &master_url)?;

    let mut warnings = [surroundings.warnings, warnings].concat();
    let new = worker_warnings.into_iter().filter(|warning| !warnings.contains(warning)).collect::<Vec<_>>();
    warnings.extend(new);
    let teller = Teller(log.format());
    // Plain lines tell a person more than the log, whose warnings are written for operators of many machines.
    let is_text = log.format() == Format::Text;
    let usual_level = if is_text { LevelFilter::ERROR } else { LevelFilter::INFO };
    let logged = if is_text { &[] } else { warnings.as_slice() };
    let _log = start::open_log(log, usual_level, "Master", logged)?;
    guard::appoint();
    let workers = arguments.workers;
    let may_move = arguments.port.is_none();
    start::run(async |mut signals| {
        let mut cluster = tokio::select! {
            started = Cluster::start(master, may_move, &worker, workers) => started?,
            _ = signals.next() => return Ok(()),
        };
        teller.introduce(&cluster, &worker, &warnings);
        let outcome = cluster.live(&teller, &mut signals).await;
        start::or_at_once(cluster.stop(), &mut signals).await;
        outcome
    })
}

fn master_flags(arguments: &UpArguments) -> Flags {
    Flags::default()
        .with("--host", Some(arguments.host.as_str()))
        .with("--port", arguments.port.as_deref())
        .with("--webui-port", arguments.webui_port.as_deref())
        .with("--properties-file", arguments.properties_file.as_deref())
}

/// What nobody asked for otherwise is the machine's, divided.
fn worker_settings(
    arguments: &UpArguments,
    surroundings: &Surroundings,
    master_url: &str,
) -> Result<(WorkerSettings, Vec<Warning>), Failure> {
    let flags = Flags::default()
        .with("MASTER_URL", Some(master_url))
        .with("--host", Some(arguments.host.as_str()))
        .with("--cores", arguments.cores.as_deref())
        .with("--memory", arguments.memory.as_deref())
        .with("--work-dir", arguments.work_dir.as_deref())
        .with("--properties-file", arguments.properties_file.as_deref());
    let sources = surroundings.sources(flags);
    let (worker, mut warnings) = WorkerSettings::from_sources(&sources)?;
    let (mut worker, warning) = worker.one_of(arguments.workers, &sources);
    warnings.extend(warning);
    worker.web_ui_bind.clone_from(&worker.host);
    worker.public_host.clone_from(&worker.host);
    Ok((worker, warnings))
}

/// A Master's port is fixed, for a whole cluster is told of it; here it may be the next that is free.
async fn start_on_a_free_port(mut settings: MasterSettings) -> Result<Master, daemon_master::StartError> {
    let last = settings.port.saturating_add(settings.port_max_retries);
    loop {
        settings.port =
            (settings.port..=last).find(|port| is_free(&settings.host, *port)).unwrap_or(settings.port);
        match Master::start(settings.clone()).await {
            // Somebody was quicker.
            Err(_) if settings.port < last && !is_free(&settings.host, settings.port) => settings.port += 1,
            outcome => return outcome,
        }
    }
}

fn is_free(host: &str, port: u16) -> bool {
    let name = host.trim_matches(['[', ']']);
    let address = (name, port).to_socket_addrs().ok().and_then(|mut addresses| addresses.next());
    address.is_some_and(|address| TcpListener::bind(address).is_ok())
}

/// A Master and its Workers.
#[derive(Debug)]
struct Cluster {
    master: Master,
    workers: Vec<Worker>,
}

impl Cluster {
    async fn start(
        master: MasterSettings,
        may_move: bool,
        worker: &WorkerSettings,
        workers: u32,
    ) -> Result<Self, Failure> {
        let master =
            if may_move { start_on_a_free_port(master).await? } else { Master::start(master).await? };
        let mut cluster = Self { master, workers: Vec::new() };
        for _ in 0..workers {
            let mut settings = worker.clone();
            settings.masters = model::MasterUrl { masters: vec![cluster.master.address().clone()] };
            match Worker::start(settings).await {
                Ok(worker) => cluster.workers.push(worker),
                Err(error) => {
                    cluster.stop().await;
                    return Err(error.into());
                }
            }
        }
        Ok(cluster)
    }

    /// Tells what happens until a signal comes or a daemon ends by itself.
    async fn live(&mut self, teller: &Teller, signals: &mut Signals) -> Result<(), Failure> {
        let mut watch = Watch::default();
        let mut ticks = tokio::time::interval(LOOK_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = signals.next() => return Ok(()),
                ended = self.master.ended() => return ended.map_err(Failure::Start),
                _ = ticks.tick() => {}
            }
            if let Some(snapshot) = self.master.snapshot().await {
                for line in watch.observe(&snapshot) {
                    teller.tell(&snapshot, &line);
                }
            }
            for worker in &mut self.workers {
                if worker.snapshot().await.is_none() {
                    return worker.ended().await.map_err(Failure::Start);
                }
            }
        }
    }

    /// Ends the Workers and with them the executors, then the Master.
    async fn stop(self) {
        let mut workers: JoinSet<()> = self.workers.into_iter().map(Worker::stop).collect();
        while workers.join_next().await.is_some() {}
        self.master.stop().await;
    }
}

/// Who tells the user: plain lines on stdout, or the log where that is JSON.
#[derive(Clone, Copy, Debug)]
struct Teller(Format);

impl Teller {
    fn introduce(self, cluster: &Cluster, worker: &WorkerSettings, warnings: &[Warning]) {
        let SparkHome { path, version, .. } = &worker.spark;
        let url = cluster.master.address().spark_url();
        let page = cluster.master.web_ui_url();
        let workers = cluster.workers.len();
        let each = if workers == 1 { "1 Worker".into() } else { format!("{workers} Workers, each") };
        let (cores, memory) = (worker.cores, memory_text(worker.memory_mib));
        if self.0 == Format::Json {
            info!(target: "Up", url, page, workers, cores, memory_mib = worker.memory_mib, "The cluster is up");
            return;
        }
        print(&format!(
            "Master    {url}\nPage      {page}\nWorkers   {each} with {} and {memory}\n\
             Spark     {version} in {}\n\nConnect   spark-submit --master {url} APP\n\
             or        SparkSession.builder.master(\"{url}\").getOrCreate()\nEnd       Ctrl-C\n",
            counted(cores as usize, "core"),
            path.display()
        ));
        for warning in warnings {
            print(&format!("Note      {warning}"));
        }
    }

    fn tell(self, snapshot: &core_master::Snapshot, line: &str) {
        if self.0 == Format::Json {
            info!(target: "Up", "{line}");
            return;
        }
        let seconds =
            (snapshot.taken_ms.div_euclid(1000) + i64::from(snapshot.utc_offset_s)).rem_euclid(86_400);
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        print(&format!("{hours:02}:{minutes:02}:{seconds:02}  {line}"));
    }
}

/// A closed stdout ends nothing: the cluster may well outlive the terminal's interest.
fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}
