//! Fields of ours: said and heard, left out, and lied about.

use std::sync::Arc;

use model::message::{LaunchExecutor, RegisterWorker, ToMaster, ToWorker};
use model::{
    ApplicationDescription, ApplicationId, Command, DriverDescription, DriverId, EndpointRef, ExecutorKey,
    ResourceProfile, RpcAddress, SparkVersion, Terms, WorkerId,
};
use proptest::option;
use proptest::prelude::*;
use wire_java::{Limits, Value};

use super::forge::Forge;
use crate::{DecodeError, Family, Message, decode_message, encode_message};

fn versions(texts: &[&str]) -> Vec<SparkVersion> {
    texts.iter().map(|text| SparkVersion::parse(text).unwrap()).collect()
}

fn register(sparks: Vec<SparkVersion>, memory_limit_mib: Option<u32>) -> Message {
    let address = |port| RpcAddress::new("127.0.0.1", port);
    Message::ToMaster(ToMaster::RegisterWorker(RegisterWorker {
        id: WorkerId::new("worker-1"),
        host: "127.0.0.1".into(),
        port: 7078,
        worker: EndpointRef::new("Worker", address(7078)),
        cores: 4,
        memory_mib: 2048,
        web_ui_url: String::new(),
        master_address: address(7077),
        resources: Vec::new(),
        started_ms: memory_limit_mib.map(|limit_mib| 1_790_000_000_000 + u64::from(limit_mib)),
        sparks,
        memory_limit_mib,
    }))
}

fn launch_executor(terms: Terms) -> Message {
    let description = ApplicationDescription {
        name: "an application".into(),
        user: "alice".into(),
        max_cores: None,
        command: Command::default(),
        app_ui_url: String::new(),
        event_log_dir: None,
        event_log_codec: None,
        initial_executor_limit: None,
        default_profile: ResourceProfile { id: 0, executor_resources: [].into(), task_resources: [].into() },
    };
    Message::ToWorker(ToWorker::LaunchExecutor(Box::new(LaunchExecutor {
        master_url: "spark://127.0.0.1:7077".into(),
        executor: ExecutorKey { application: ApplicationId::new("app-1"), executor: 0 },
        profile: 0,
        description: Arc::new(description),
        cores: 1,
        memory_mib: 512,
        resources: Vec::new(),
        terms,
    })))
}

fn launch_driver(terms: Terms) -> Message {
    Message::ToWorker(ToWorker::LaunchDriver {
        driver: DriverId::new("driver-1"),
        description: Box::new(DriverDescription::default()),
        resources: Vec::new(),
        terms,
    })
}

proptest! {
    #[test]
    fn what_is_said_is_heard(
        family in prop::sample::select(vec![Family::Scala212, Family::Scala213]),
        sparks in prop::collection::vec("[1-9]{1,3}[.][0-9]{1,2}([.][0-9]{1,2}(-SNAPSHOT|[.]cdh7)?)?", 0..5),
        memory_limit_mib in option::of(0..=i32::MAX as u32),
    ) {
        let sparks: Vec<SparkVersion> = sparks.iter().map(|text| SparkVersion::parse(text).unwrap()).collect();
        let terms = Terms { spark: sparks.first().cloned(), memory_limit_mib };
        for message in [register(sparks, memory_limit_mib), launch_executor(terms.clone()), launch_driver(terms)] {
            let (heard, origin) = decode_message(&encode_message(&message, family)).unwrap();
            prop_assert_eq!(heard, message);
            prop_assert_eq!(origin.unknown, None);
        }
    }
}

#[test]
fn nothing_to_say_leaves_no_trace() {
    for message in
        [register(vec![], None), launch_executor(Terms::default()), launch_driver(Terms::default())]
    {
        for family in [Family::Scala212, Family::Scala213] {
            let stream = encode_message(&message, family);
            assert!(!stream.windows(6).any(|bytes| bytes == b"hearth"), "{message:?}");
        }
    }
}

#[test]
fn fields_stand_in_the_order_of_java() {
    let stream = encode_message(&register(versions(&["3.5.7"]), Some(4096)), Family::Scala213);
    let graph = wire_java::read(&stream, &Limits::default()).unwrap();
    let fields = &graph.object(graph.root().unwrap()).unwrap().class().fields;
    let names: Vec<String> = fields.iter().map(|field| field.name.to_string()).collect();
    assert_eq!(
        names,
        [
            "cores",
            "hearthMemoryLimitMib",
            "hearthStartedMs",
            "memory",
            "port",
            "hearthSparks",
            "host",
            "id",
            "masterAddress",
            "resources",
            "worker",
            "workerWebUiUrl"
        ]
    );
}

/// `RegisterWorker` of Scala 2.12 with one more field; a value that is a text is made of it.
fn registered(field: &'static str, value: Value, text: &str) -> Result<RegisterWorker, DecodeError> {
    let mut forge = Forge::default();
    let host = forge.string("h");
    let text = forge.string(text);
    let address = [("port", Value::Int(1)), ("host", host)];
    let address = forge.object("org.apache.spark.rpc.RpcAddress", &address);
    let endpoint = [("name", host), ("rpcAddress", address)];
    let endpoint = forge.object("org.apache.spark.rpc.RpcEndpointAddress", &endpoint);
    let worker = [("endpointAddress", endpoint)];
    let worker = forge.object("org.apache.spark.rpc.netty.NettyRpcEndpointRef", &worker);
    let resources = forge.object("scala.collection.immutable.Map$EmptyMap$", &[]);
    let is_text = field == "hearthSparks" && value == Value::Null;
    let fields = [
        ("cores", Value::Int(1)),
        ("memory", Value::Int(1)),
        ("port", Value::Int(1)),
        ("host", host),
        ("id", host),
        ("masterAddress", address),
        ("resources", resources),
        ("worker", worker),
        ("workerWebUiUrl", host),
        (field, if is_text { text } else { value }),
    ];
    let class = "org.apache.spark.deploy.DeployMessages$RegisterWorker";
    let message = forge.object(class, &fields);
    match decode_message(&forge.stream(message))?.0 {
        Message::ToMaster(ToMaster::RegisterWorker(worker)) => Ok(worker),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_list_of_sparks_is_one() {
    let sparks = |text: &str| registered("hearthSparks", Value::Null, text).map(|worker| worker.sparks);
    assert_eq!(sparks("3.4.4,4.1.0-SNAPSHOT").unwrap(), versions(&["3.4.4", "4.1.0-SNAPSHOT"]));
    assert_eq!(
        sparks("3.4.4,").unwrap_err().to_string(),
        "bad value in a deploy message: RegisterWorker.hearthSparks is \"\", and must be a release of Spark such as \
         3.5.7"
    );
    let long = format!("3.5.{}", "7".repeat(80));
    for text in ["", "head", "3.5.7, 4.0.0", "3.5.7/../..", "3.5.7\0", "3.5.7\u{2028}", &long] {
        assert!(matches!(sparks(text), Err(DecodeError::Misbehaved { .. })), "{text:?}");
    }
    assert_eq!(sparks(&["3.5.7"; 64].join(",")).unwrap().len(), 64);
    let error = sparks(&["3.5.7"; 65].join(",")).unwrap_err();
    assert!(error.to_string().ends_with("is longer, and must be a list of at most 64 releases"), "{error}");
}

#[test]
fn another_type_is_no_value() {
    let error = |field, value| registered(field, value, "").unwrap_err().to_string();
    assert_eq!(
        error("hearthSparks", Value::Int(3)),
        "malformed deploy message: RegisterWorker.hearthSparks should be a string, and is 3"
    );
    assert_eq!(
        error("hearthMemoryLimitMib", Value::Long(3)),
        "malformed deploy message: RegisterWorker.hearthMemoryLimitMib should be an int, and is 3"
    );
    assert_eq!(
        error("hearthMemoryLimitMib", Value::Int(-1)),
        "bad value in a deploy message: RegisterWorker.hearthMemoryLimitMib is -1, and must be 0 or more"
    );
    // Null is as good as absent.
    assert_eq!(registered("hearthMemoryLimitMib", Value::Null, "").unwrap().memory_limit_mib, None);
    // What is ours, and not known here.
    assert!(registered("hearthMood", Value::Int(7), "").is_ok());
}
