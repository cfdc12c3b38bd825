//! Masters that come after each other: where their state lasts, who leads, who stands by.

use std::fs;
use std::path::Path;

use crate::moto::BUCKET;
use crate::service::{self, Service};
use crate::wait::{PATIENCE, until_true};
use crate::{Cluster, Failure, Layout, Master, Result, Sandbox, Spark, Subject, moto, zookeeper};

/// The kinds of places where state lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A local directory: one Master, started again by whoever looks after it.
    Directory,
    /// A bucket: two Masters.
    S3,
    /// ZooKeeper: two Masters.
    ZooKeeper,
}

/// A place where state lasts, with its servers.
pub struct Place {
    /// What keeps it; none for a directory.
    pub service: Option<Service>,
    kind: Kind,
}

impl Place {
    /// Starts what it needs, and tells everybody in the sandbox of it.
    pub fn start(kind: Kind, sandbox: &Sandbox, spark: &Spark) -> Result<Self> {
        // The usual lease is for machines that are not busy with tests.
        Self::start_with(kind, sandbox, spark, "6s")
    }

    /// The same with a lease of this length.
    pub fn start_with(kind: Kind, sandbox: &Sandbox, spark: &Spark, lease: &str) -> Result<Self> {
        sandbox.configure([("spark.hearth.election.leaseLength", lease)])?;
        let service = match kind {
            Kind::Directory => {
                use_directory(sandbox, &sandbox.subfolder("recovery")?)?;
                None
            }
            Kind::S3 => {
                let service = moto::start()?;
                moto::make_bucket(&service.address(), BUCKET)?;
                use_store(sandbox, &service.address())?;
                Some(service)
            }
            Kind::ZooKeeper => {
                let service = zookeeper::start(spark)?;
                sandbox.configure([
                    ("spark.deploy.recoveryMode", "ZOOKEEPER"),
                    ("spark.deploy.zookeeper.url", &service.address()),
                ])?;
                Some(service)
            }
        };
        Ok(Self { service, kind })
    }

    /// The end of a test that went well.
    pub fn end(self) -> Result<()> {
        self.service.map_or(Ok(()), Service::end)
    }
}

/// Lets Masters keep their state in this folder.
pub fn use_directory(sandbox: &Sandbox, folder: &Path) -> Result<()> {
    sandbox.configure([
        ("spark.deploy.recoveryMode", "FILESYSTEM"),
        ("spark.deploy.recoveryDirectory", &folder.to_string_lossy()),
    ])
}

/// Lets a Lease of Kubernetes say who leads: on the cluster of `KUBECONFIG`, or on the one that this text of a
/// kubeconfig leads to.
pub fn use_kubernetes(sandbox: &Sandbox, kubeconfig: Option<&str>) -> Result<()> {
    if let Some(text) = kubeconfig {
        let path = sandbox.path("kubeconfig");
        fs::write(&path, text).map_err(Failure::io(format!("write {}", path.display())))?;
        sandbox.export("KUBECONFIG", path.to_string_lossy());
    }
    sandbox.configure([
        ("spark.hearth.election", "kubernetes"),
        ("spark.hearth.election.kubernetes.lease", &sandbox.name_of_its_own()),
    ])
}

/// Lets Masters keep their state in the bucket of the store at this address.
pub fn use_store(sandbox: &Sandbox, address: &str) -> Result<()> {
    sandbox.configure([
        ("spark.deploy.recoveryMode", "FILESYSTEM"),
        ("spark.deploy.recoveryDirectory", &format!("s3a://{BUCKET}/cluster")),
        ("spark.hadoop.fs.s3a.endpoint", &format!("http://{address}")),
        ("spark.hadoop.fs.s3a.path.style.access", "true"),
        ("spark.hadoop.fs.s3a.access.key", "tests"),
        ("spark.hadoop.fs.s3a.secret.key", "tests"),
    ])
}

/// A cluster whose Master dies and is followed by another.
pub struct Succession<'sandbox> {
    /// The cluster, with the Master that leads.
    pub cluster: Cluster<'sandbox>,
    /// The Master that stands by; none in a directory.
    pub standby: Option<Master>,
    started: usize,
}

impl<'sandbox> Succession<'sandbox> {
    /// Starts one Master or two, and Workers that know all of them.
    pub fn start(sandbox: &'sandbox Sandbox, spark: &Spark, place: &Place, layout: Layout) -> Result<Self> {
        let master = Master::start(sandbox, spark, Subject::under_test(), "master0", 0)?;
        let standby = match place.kind {
            Kind::Directory => None,
            Kind::S3 | Kind::ZooKeeper => {
                Some(Master::start_candidate(sandbox, spark, Subject::under_test(), "master1", 0)?)
            }
        };
        let url = standby.iter().fold(master.url(), |url, one| format!("{url},127.0.0.1:{}", one.port()));
        let cluster = Cluster::around(sandbox, spark, master, url, layout)?;
        Ok(Self { cluster, standby, started: 2 })
    }

    /// Kills the leader (SIGKILL), waits until the next one leads, and starts another in the place of the dead one.
    pub fn kill_leader(&mut self) -> Result<()> {
        self.cluster.master.process.kill()?;
        let port = self.cluster.master.port();
        if self.standby.is_none() {
            self.cluster.master = self.start_candidate(port)?;
            return until_true("the Master to lead", PATIENCE, || Ok(self.cluster.master.leads()));
        }
        self.follow()?;
        self.standby = Some(self.start_candidate(port)?);
        Ok(())
    }

    /// Stops the leader where it is (SIGSTOP), and waits until the next one leads. Gives the frozen one.
    pub fn freeze_leader(&mut self) -> Result<Master> {
        service::freeze(&mut self.cluster.master.process)?;
        self.follow()
    }

    /// Waits until the standby Master leads. Gives the one before it.
    fn follow(&mut self) -> Result<Master> {
        let none = || Failure::unexpected("no Master stands by");
        let standby = self.standby.take().ok_or_else(none)?;
        let before = std::mem::replace(&mut self.cluster.master, standby);
        until_true("the standby Master to lead", PATIENCE, || Ok(self.cluster.master.leads()))?;
        Ok(before)
    }

    /// What `hearth inspect` shows of the recovery log, entry by entry.
    pub fn entries(&self) -> Result<String> {
        let mut command = self.cluster.sandbox.command(crate::binary::hearth()?)?;
        let output = command.args(["inspect", "--entries"]).output();
        let output = output.map_err(Failure::io("run hearth inspect"))?;
        let (said, text) = (String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout));
        if output.status.success() { Ok(text.into_owned()) } else { Err(Failure::unexpected(said)) }
    }

    /// Starts another Master on that port.
    pub fn start_candidate(&mut self, port: u16) -> Result<Master> {
        let name = format!("master{}", self.started);
        self.started += 1;
        let Cluster { sandbox, spark, .. } = &self.cluster;
        Master::start_candidate(sandbox, spark, Subject::under_test(), &name, port)
    }

    /// Stops everything.
    pub fn stop(self) -> Result<()> {
        if let Some(mut standby) = self.standby {
            standby.process.terminate(PATIENCE)?;
        }
        self.cluster.stop()
    }
}
