//! Masters and Workers of both makes, started the same way and asked the same way.

use std::env;
use std::net::TcpListener;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::container::Container;
use crate::json::{self, MasterState, WorkerState};
use crate::process::Process;
use crate::small_disk::SmallDisk;
use crate::{Failure, Result, Sandbox, Spark, binary, wait};

/// Whose daemon it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The program under test.
    Hearth,
    /// Spark's own class on the JVM: the reference.
    Jvm,
}

impl Subject {
    /// The make under test: Hearth. With `HEARTH_CONFORMANCE_SUBJECT=jvm` the reference takes its place, which
    /// proves the tests themselves: what Spark's own daemons do not pass, no other daemon has to.
    pub fn under_test() -> Self {
        match env::var("HEARTH_CONFORMANCE_SUBJECT").as_deref() {
            Ok("jvm") => Self::Jvm,
            _ => Self::Hearth,
        }
    }

    fn command(self, sandbox: &Sandbox, spark: &Spark, daemon: &str, host: &str) -> Result<Command> {
        let mut command = match self {
            Self::Hearth => {
                let mut command = sandbox.command(binary::hearth()?)?;
                command.arg(daemon.to_lowercase());
                command
            }
            Self::Jvm => {
                let mut command = sandbox.command(spark.spark_class())?;
                command.arg(format!("org.apache.spark.deploy.{}.{daemon}", daemon.to_lowercase()));
                command
            }
        };
        command.env("SPARK_HOME", spark.home());
        command.args(["--host", host, "--webui-port", "0"]);
        Ok(command)
    }
}

/// Where daemons listen unless a test says otherwise.
const LOOPBACK: &str = "127.0.0.1";

/// A port that nobody listens on, for what has to be told a number beforehand.
pub fn free_port() -> Result<u16> {
    let bound = TcpListener::bind((LOOPBACK, 0)).and_then(|listener| listener.local_addr());
    Ok(bound.map_err(Failure::io("find a free port"))?.port())
}

/// A Master that accepts.
#[derive(Debug)]
pub struct Master {
    /// The process, with its log.
    pub process: Process,
    subject: Subject,
    port: u16,
    webui_port: u16,
}

impl Master {
    /// Starts a Master on `port` (0: a free one) and waits until it leads.
    pub fn start(sandbox: &Sandbox, spark: &Spark, subject: Subject, name: &str, port: u16) -> Result<Self> {
        let mut master = Self::start_candidate(sandbox, spark, subject, name, port)?;
        let elected = "I have been elected leader! New state: ALIVE";
        master.process.wait_for_line(elected, wait::PATIENCE, |line| line.contains(elected).then_some(()))?;
        Ok(master)
    }

    /// Starts a Master on `port` (0: a free one) that may stand by.
    pub fn start_candidate(
        sandbox: &Sandbox,
        spark: &Spark,
        subject: Subject,
        name: &str,
        port: u16,
    ) -> Result<Self> {
        let mut command = subject.command(sandbox, spark, "Master", LOOPBACK)?;
        command.args(["--port", &port.to_string()]);
        Self::spawn(command, sandbox, subject, name)
    }

    /// Starts a Master of ours that alone sees a disk, on a free port, and waits until it accepts.
    pub fn start_on_disk(sandbox: &Sandbox, spark: &Spark, name: &str, disk: &SmallDisk) -> Result<Self> {
        let mut command = Subject::Hearth.command(sandbox, spark, "Master", LOOPBACK)?;
        command.args(["--port", "0"]);
        Self::spawn(disk.wrap(sandbox, &command)?, sandbox, Subject::Hearth, name)
    }

    fn spawn(command: Command, sandbox: &Sandbox, subject: Subject, name: &str) -> Result<Self> {
        let mut process = Process::spawn(sandbox, name, command)?;
        let port = started_port(&mut process, "sparkMaster")?;
        let webui_port = bound_port(&mut process, "MasterWebUI")?;
        Ok(Self { process, subject, port, webui_port })
    }

    /// Whether it leads and has recovered; false where it does not answer.
    pub fn leads(&self) -> bool {
        self.state().is_ok_and(|state| state.status == "ALIVE")
    }

    /// Whose Master it is.
    pub fn subject(&self) -> Subject {
        self.subject
    }

    /// `spark://127.0.0.1:PORT`
    pub fn url(&self) -> String {
        format!("spark://127.0.0.1:{}", self.port)
    }

    /// The RPC port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// `spark://127.0.0.1:6066`: where it takes submissions over HTTP, when it was configured to.
    pub fn rest_url(&mut self) -> Result<String> {
        let sentence = "Started REST server for submitting applications on ";
        let port: u16 = self.process.wait_for_line(sentence, wait::PATIENCE, |line| {
            line.split_once(sentence)?.1.split_once(" with port ")?.1.trim().parse().ok()
        })?;
        Ok(format!("spark://{LOOPBACK}:{port}"))
    }

    /// Its page.
    pub fn webui_url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.webui_port)
    }

    /// `/json/`, raw.
    pub fn json(&self) -> Result<Value> {
        json::fetch(&format!("http://127.0.0.1:{}/json/", self.webui_port))
    }

    /// `/json/`, read.
    pub fn state(&self) -> Result<MasterState> {
        read(&self.json()?)
    }

    /// Asks its page to take all Workers of a host out of service.
    pub fn decommission_host(&self, host: &str) -> Result<()> {
        let url = format!("http://127.0.0.1:{}/workers/kill/", self.webui_port);
        let answer = ureq::post(&url).send_form([("host", host)]);
        answer.map(drop).map_err(|error| Failure::unexpected(format!("POST {url}: {error}")))
    }

    /// Waits until so many Workers are alive.
    pub fn wait_for_workers(&self, number: usize, patience: Duration) -> Result<()> {
        wait::until_true(format!("{number} Workers that are ALIVE"), patience, || {
            Ok(self.state()?.workers.iter().filter(|worker| worker.state == "ALIVE").count() == number)
        })
    }
}

/// What a Worker offers.
#[derive(Clone, Copy, Debug)]
pub struct Offer {
    /// Cores.
    pub cores: u32,
    /// Memory in MiB.
    pub memory_mib: u32,
}

/// A Worker that was started; whether it is registered is its Master's to say.
#[derive(Debug)]
pub struct Worker {
    /// The process, with its log.
    pub process: Process,
    subject: Subject,
    port: u16,
    webui_port: u16,
}

impl Worker {
    /// Starts a Worker on free ports.
    pub fn start(
        sandbox: &Sandbox,
        spark: &Spark,
        subject: Subject,
        name: &str,
        offer: Offer,
        master_url: &str,
    ) -> Result<Self> {
        Self::start_on(LOOPBACK, sandbox, spark, subject, name, offer, master_url)
    }

    /// Starts a Worker on free ports of a host, a name or address of this machine.
    pub(crate) fn start_on(
        host: &str,
        sandbox: &Sandbox,
        spark: &Spark,
        subject: Subject,
        name: &str,
        offer: Offer,
        master_url: &str,
    ) -> Result<Self> {
        let command = subject.command(sandbox, spark, "Worker", host)?;
        Self::spawn(command, sandbox, subject, name, Some(offer), master_url)
    }

    /// Starts a Worker of ours that has all these Sparks, and offers what it finds where no offer is given.
    pub fn start_with(
        sandbox: &Sandbox,
        sparks: &[Spark],
        name: &str,
        offer: Option<Offer>,
        master_url: &str,
    ) -> Result<Self> {
        Self::spawn(Self::command(sandbox, sparks)?, sandbox, Subject::Hearth, name, offer, master_url)
    }

    /// The same within a container.
    pub fn start_in(
        container: &Container,
        sandbox: &Sandbox,
        sparks: &[Spark],
        name: &str,
        offer: Option<Offer>,
        master_url: &str,
    ) -> Result<Self> {
        let command = container.wrap(&Self::command(sandbox, sparks)?);
        Self::spawn(command, sandbox, Subject::Hearth, name, offer, master_url)
    }

    fn command(sandbox: &Sandbox, sparks: &[Spark]) -> Result<Command> {
        let none = || Failure::unexpected("a Worker without a Spark");
        let first = sparks.first().ok_or_else(none)?;
        let mut command = Subject::Hearth.command(sandbox, first, "Worker", LOOPBACK)?;
        let homes = env::join_paths(sparks.iter().map(Spark::home));
        command.env("SPARK_HOMES", homes.map_err(|error| Failure::unexpected(error.to_string()))?);
        Ok(command)
    }

    fn spawn(
        mut command: Command,
        sandbox: &Sandbox,
        subject: Subject,
        name: &str,
        offer: Option<Offer>,
        master_url: &str,
    ) -> Result<Self> {
        command.args(["--port", "0"]);
        if let Some(offer) = offer {
            command.args(["--cores", &offer.cores.to_string()]);
            command.args(["--memory", &format!("{}m", offer.memory_mib)]);
        }
        command.arg("--work-dir").arg(sandbox.subfolder(format!("work-{name}"))?);
        command.arg(master_url);
        let mut process = Process::spawn(sandbox, name, command)?;
        let port = started_port(&mut process, "sparkWorker")?;
        let webui_port = bound_port(&mut process, "WorkerWebUI")?;
        Ok(Self { process, subject, port, webui_port })
    }

    /// Whose Worker it is.
    pub fn subject(&self) -> Subject {
        self.subject
    }

    /// The RPC port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its page.
    pub fn webui_url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.webui_port)
    }

    /// `/json/`, raw.
    pub fn json(&self) -> Result<Value> {
        json::fetch(&format!("http://127.0.0.1:{}/json/", self.webui_port))
    }

    /// `/json/`, read.
    pub fn state(&self) -> Result<WorkerState> {
        read(&self.json()?)
    }
}

fn read<T: serde::de::DeserializeOwned>(document: &Value) -> Result<T> {
    T::deserialize(document)
        .map_err(|error| Failure::unexpected(format!("/json/ is not as Spark's: {error} in {document}")))
}

/// From `Utils: Successfully started service 'sparkMaster' on port 7077.`
fn started_port(process: &mut Process, service: &str) -> Result<u16> {
    let sentence = format!("Successfully started service '{service}' on port ");
    process.wait_for_line(&sentence, wait::PATIENCE, |line| {
        line.split_once(&sentence)?.1.trim_end().trim_end_matches('.').parse().ok()
    })
}

/// From `MasterWebUI: Bound MasterWebUI to 127.0.0.1, and started at http://localhost:8080`
pub(crate) fn bound_port(process: &mut Process, page: &str) -> Result<u16> {
    let sentence = format!("Bound {page} to ");
    process.wait_for_line(&sentence, wait::PATIENCE, |line| {
        let url = line.split_once(&sentence)?.1.split_once("started at ")?.1;
        url.trim_end_matches('/').rsplit_once(':')?.1.parse().ok()
    })
}
