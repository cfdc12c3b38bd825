//! ZooKeeper, as it lies among the jars of every Spark: a server of the very version that a JVM's Master talks to.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::service::Service;
use crate::{Failure, Result, Sandbox, Spark, java};

/// Starts an empty one, alone, with the jars of a Spark: 3.6 of Spark 3, 3.9 of Spark 4.
pub fn start(spark: &Spark) -> Result<Service> {
    let jars = spark.home().join("jars/*");
    Service::start("zookeeper", move |sandbox, port| command(&jars, sandbox, port), serves)
}

/// A server accepts before it serves.
fn serves(port: u16) -> bool {
    let asked = || -> io::Result<String> {
        let mut connection = TcpStream::connect(("127.0.0.1", port))?;
        connection.set_read_timeout(Some(Duration::from_secs(1)))?;
        connection.write_all(b"srvr")?;
        let mut answer = String::new();
        connection.read_to_string(&mut answer)?;
        Ok(answer)
    };
    asked().is_ok_and(|answer| answer.contains("Mode:"))
}

fn command(jars: &Path, sandbox: &Sandbox, port: u16) -> Result<Command> {
    let data = sandbox.subfolder("zookeeper")?;
    let config = sandbox.path("zoo.cfg");
    let lines = [
        format!("dataDir={}", data.display()),
        "clientPortAddress=127.0.0.1".to_owned(),
        format!("clientPort={port}"),
        "tickTime=500".to_owned(),
        "admin.enableServer=false".to_owned(),
        "4lw.commands.whitelist=srvr".to_owned(),
        "fsync.warningthresholdms=10000".to_owned(),
    ];
    fs::write(&config, lines.join("\n")).map_err(Failure::io(format!("write {}", config.display())))?;
    let mut command = sandbox.command(java::find()?.home.join("bin/java"))?;
    command
        .args(["-Xmx128m", "-cp"])
        .arg(jars)
        .arg("org.apache.zookeeper.server.quorum.QuorumPeerMain")
        .arg(config);
    Ok(command)
}
