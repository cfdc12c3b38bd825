//! What a JVM Master left in its recovery directory or in ZooKeeper: `ApplicationInfo`, `DriverInfo` and `WorkerInfo` as
//! Java's serialization writes them (`FileSystemPersistenceEngine`, `ZooKeeperPersistenceEngine`, 3.4 to 4.3).

use model::message::RegisterWorker;
use model::{
    ApplicationRecord, Dialect, DriverId, DriverRecord, ResourceInformation, RpcAddress, WorkerId,
    WorkerRecord,
};
use wire_java::{Limits, NodeId};

use super::Top;
use super::decoder::Decoder;
use super::structure::Structure;
use crate::{DecodeError, Leftover, Origin};

const MASTER: &str = "org.apache.spark.deploy.master.";

/// A JVM Master does not write down how many executors an application has had. Their numbers name folders on the
/// Workers, so they go on far above.
const FIRST_EXECUTOR_AFTERWARDS: u32 = 10_000;

pub(crate) fn leftover(stream: &[u8]) -> Result<Leftover, DecodeError> {
    let graph = wire_java::read(stream, &Limits::default())?;
    let decoder = Decoder::new(&graph, stream.len());
    let top = Top::of(&decoder)?;
    let dialect = || Dialect(Origin::of(&graph).releases.to_string());
    match top.class.strip_prefix(MASTER) {
        Some("ApplicationInfo") => application(&decoder, top.node, dialect()).map(Leftover::Application),
        Some("DriverInfo") => driver(&decoder, top.node).map(Leftover::Driver),
        Some("WorkerInfo") => worker(&decoder, top.node, dialect()).map(Leftover::Worker),
        _ => Err(top.incompatible()),
    }
}

fn application(
    decoder: &Decoder<'_, '_>,
    node: NodeId,
    dialect: Dialect,
) -> Result<ApplicationRecord, DecodeError> {
    let info = Structure::new(decoder, node, "ApplicationInfo")?;
    Ok(ApplicationRecord {
        id: info.application_id("id")?,
        description: info.application("desc")?,
        driver: info.endpoint("driver")?,
        submitted_ms: info.long_count("startTime")?,
        totals: None,
        next_executor: FIRST_EXECUTOR_AFTERWARDS,
        dialect,
    })
}

fn driver(decoder: &Decoder<'_, '_>, node: NodeId) -> Result<DriverRecord, DecodeError> {
    let info = Structure::new(decoder, node, "DriverInfo")?;
    Ok(DriverRecord {
        id: DriverId::new(info.string("id")?),
        description: info.driver("desc")?,
        submitted_ms: info.long_count("startTime")?,
        worker: None,
    })
}

fn worker(decoder: &Decoder<'_, '_>, node: NodeId, dialect: Dialect) -> Result<WorkerRecord, DecodeError> {
    let info = Structure::new(decoder, node, "WorkerInfo")?;
    let registration = RegisterWorker {
        id: WorkerId::new(info.string("id")?),
        host: info.string("host")?,
        port: info.port("port")?,
        worker: info.endpoint("endpoint")?,
        cores: info.count("cores")?,
        memory_mib: info.count("memory")?,
        web_ui_url: info.string("webUiAddress")?,
        // Nobody wrote down which address the Worker had dialled.
        master_address: RpcAddress::new("", 0),
        resources: offered(&info)?,
        sparks: Vec::new(),
        memory_limit_mib: None,
        started_ms: None,
    };
    Ok(WorkerRecord { registration, dialect })
}

fn offered(info: &Structure<'_, '_, '_>) -> Result<Vec<ResourceInformation>, DecodeError> {
    info.entries("resources", |_name, value, place| {
        let class = "org.apache.spark.deploy.master.WorkerResourceInfo";
        let resource = Structure::of_class(info.decoder, value, class, place)?;
        let addresses = resource.each("addresses", |value, place| info.decoder.string(value, place))?;
        Ok(ResourceInformation { name: resource.string("name")?, addresses })
    })
}
