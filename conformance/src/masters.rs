//! Masters that come after each other: where their state lasts, who leads, who stands by.

use crate::service::Service;
use crate::wait::{PATIENCE, until_true};
use crate::{Cluster, Layout, Master, Result, Sandbox, Spark, Subject, moto, zookeeper};

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

/// A place where state lasts, with its server.
pub struct Place {
    kind: Kind,
    service: Option<Service>,
}

const BUCKET: &str = "states";

impl Place {
    /// Starts what it needs, and tells everybody in the sandbox of it.
    pub fn start(kind: Kind, sandbox: &Sandbox, spark: &Spark) -> Result<Self> {
        let service = match kind {
            Kind::Directory => None,
            Kind::S3 => Some(moto::start()?),
            Kind::ZooKeeper => Some(zookeeper::start(spark)?),
        };
        // The usual lease is for machines that are not busy with tests.
        sandbox.configure([("spark.hearth.election.leaseLength", "6s")])?;
        let address = service.as_ref().map(Service::address).unwrap_or_default();
        match kind {
            Kind::Directory => {
                let directory = sandbox.subfolder("recovery")?.to_string_lossy().into_owned();
                sandbox.configure([
                    ("spark.deploy.recoveryMode", "FILESYSTEM"),
                    ("spark.deploy.recoveryDirectory", &directory),
                ])?;
            }
            Kind::S3 => {
                moto::make_bucket(&address, BUCKET)?;
                sandbox.configure([
                    ("spark.deploy.recoveryMode", "FILESYSTEM"),
                    ("spark.deploy.recoveryDirectory", &format!("s3a://{BUCKET}/cluster")),
                    ("spark.hadoop.fs.s3a.endpoint", &format!("http://{address}")),
                    ("spark.hadoop.fs.s3a.path.style.access", "true"),
                    ("spark.hadoop.fs.s3a.access.key", "tests"),
                    ("spark.hadoop.fs.s3a.secret.key", "tests"),
                ])?;
            }
            Kind::ZooKeeper => sandbox.configure([
                ("spark.deploy.recoveryMode", "ZOOKEEPER"),
                ("spark.deploy.zookeeper.url", address.as_str()),
            ])?,
        }
        Ok(Self { kind, service })
    }

    /// The end of a test that went well.
    pub fn end(self) -> Result<()> {
        self.service.map_or(Ok(()), Service::end)
    }
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
        match self.standby.take() {
            None => self.cluster.master = self.start_candidate(port)?,
            Some(standby) => {
                self.cluster.master = standby;
                until_true("the standby Master to lead", PATIENCE, || Ok(self.cluster.master.leads()))?;
                self.standby = Some(self.start_candidate(port)?);
            }
        }
        until_true("the Master to lead", PATIENCE, || Ok(self.cluster.master.leads()))
    }

    fn start_candidate(&mut self, port: u16) -> Result<Master> {
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
