//! What lies is refused with a clear sentence, and costs little.

use model::message::ToWorker;
use proptest::prelude::*;
use wire_java::Value;

use super::forge::{Forge, data};
use crate::{DecodeError, Family, Message, decode_message, decode_reply, encode_message};

fn refused(stream: &[u8]) -> String {
    decode_message(stream).unwrap_err().to_string()
}

fn executor_added(cores: i32) -> Vec<u8> {
    let mut forge = Forge::default();
    let text = forge.string("x");
    let fields = [
        ("cores", Value::Int(cores)),
        ("id", Value::Int(0)),
        ("memory", Value::Int(1024)),
        ("hostPort", text),
        ("workerId", text),
    ];
    let class = "org.apache.spark.deploy.DeployMessages$ExecutorAdded";
    let message = forge.object_with(class, -5916818324565015877, &fields, None);
    forge.stream(message)
}

#[test]
fn a_negative_number_of_cores_is_misbehaviour() {
    assert!(decode_message(&executor_added(1)).is_ok());
    let error = decode_message(&executor_added(-1)).unwrap_err();
    assert!(matches!(error, DecodeError::Misbehaved { .. }), "{error:?}");
    assert_eq!(
        error.to_string(),
        "bad value in a deploy message: ExecutorAdded.cores is -1, and must be 0 or more"
    );
}

#[test]
fn a_port_is_a_port() {
    let mut forge = Forge::default();
    let host = forge.string("h");
    let address =
        forge.object("org.apache.spark.rpc.RpcAddress", &[("port", Value::Int(65_536)), ("host", host)]);
    let fields = [("name", host), ("rpcAddress", address)];
    let address = forge.object("org.apache.spark.rpc.RpcEndpointAddress", &fields);
    let reference =
        forge.object("org.apache.spark.rpc.netty.NettyRpcEndpointRef", &[("endpointAddress", address)]);
    let fields = [("master", reference), ("masterWebUiUrl", host)];
    let class = "org.apache.spark.deploy.DeployMessages$MasterChanged";
    let message = forge.object_with(class, 425198687439047197, &fields, None);
    assert_eq!(
        refused(&forge.stream(message)),
        "bad value in a deploy message: RpcAddress.port is 65536, and must be a port between 0 and 65535"
    );
}

#[test]
fn what_is_missing_or_of_another_kind_is_named() {
    let class = "org.apache.spark.deploy.DeployMessages$ApplicationFinished";
    let mut forge = Forge::default();
    let message = forge.object_with(class, -1110854882082877299, &[], None);
    assert_eq!(
        refused(&forge.stream(message)),
        "malformed deploy message: ApplicationFinished.id should be there, and is missing"
    );
    let mut forge = Forge::default();
    let message = forge.object_with(class, -1110854882082877299, &[("id", Value::Int(3))], None);
    assert_eq!(
        refused(&forge.stream(message)),
        "malformed deploy message: ApplicationFinished.id should be a string, and is 3"
    );
}

#[test]
fn an_unknown_class_is_incompatible() {
    let mut forge = Forge::default();
    let message = forge.object_with("java.net.URL", 5, &[], None);
    let text = refused(&forge.stream(message));
    assert!(
        text.starts_with(
            "incompatible peer: the message is of class java.net.URL with serialVersionUID 5, a class that is not \
             spoken here; those of Spark 3.4.0 to "
        ),
        "{text}"
    );
    let mut forge = Forge::default();
    let sequence = forge.object("scala.collection.immutable.Stream$Cons", &[]);
    assert!(refused(&forge.kill_executors(sequence)).starts_with(
        "incompatible peer: KillExecutors.executorIds is of class scala.collection.immutable.Stream$Cons with"
    ));
}

#[test]
fn more_than_one_object_or_none_is_no_message() {
    let mut stream = executor_added(1);
    stream.push(0x70);
    assert_eq!(refused(&stream), "malformed deploy message: the stream should be one object, and is 2 parts");
    assert_eq!(
        refused(&stream[..4]),
        "malformed deploy message: the stream should be one object, and is 0 parts"
    );
    let mut forge = Forge::default();
    let text = forge.string("x");
    assert_eq!(
        refused(&forge.stream(text)),
        "malformed deploy message: the stream should be one object, and is a string"
    );
}

/// A version of a class that we do not know still decodes when its shape is right; what else is in the message may tell
/// the family.
#[test]
fn an_unknown_version_decodes_and_is_named() {
    let message = |with_list: bool| {
        let mut forge = Forge::default();
        let (application, number) = (forge.string("app-1"), forge.string("0"));
        let list = if with_list {
            let end = forge.object("scala.collection.immutable.ListSerializeEnd$", &[]);
            let class = "scala.collection.immutable.List$SerializationProxy";
            forge.object_with(class, 1, &[], Some(data(&[], &[number, end])))
        } else {
            forge.object("scala.collection.immutable.Nil$", &[])
        };
        let fields = [("appId", application), ("executorIds", list)];
        let message =
            forge.object_with("org.apache.spark.deploy.DeployMessages$KillExecutors", 99, &fields, None);
        forge.stream(message)
    };
    for (with_list, family) in [(true, Some(Family::Scala212)), (false, None)] {
        let (_, origin) = decode_message(&message(with_list)).unwrap();
        assert_eq!(origin.family(), family);
        assert_eq!(
            origin.unknown.unwrap().to_string(),
            "org.apache.spark.deploy.DeployMessages$KillExecutors with serialVersionUID 99"
        );
    }
}

#[test]
fn a_map_that_lies_under_itself_ends() {
    let mut forge = Forge::default();
    let null = Value::Null;
    let map = forge.object("scala.collection.immutable.Map$WithDefault", &[("underlying", null)]);
    forge.set(map, "underlying", map);
    let (application, fields) = (forge.string("app-1"), "resourceProfileToTotalExecs");
    let fields = [("appId", application), (fields, map)];
    let class = "org.apache.spark.deploy.DeployMessages$RequestExecutors";
    let message = forge.object_with(class, 7425611577559342961, &fields, None);
    assert!(refused(&forge.stream(message)).contains("a collection, not so many around each other"));
}

#[test]
fn one_long_string_a_million_times_is_refused() {
    let mut forge = Forge::default();
    let long = forge.string(&"x".repeat(60_000));
    let array = forge.array(&vec![long; 1_000_000]);
    let sequence = forge.object("scala.collection.immutable.ArraySeq$ofRef", &[("unsafeArray", array)]);
    let text = refused(&forge.kill_executors(sequence));
    assert!(text.contains("must be of a size in proportion to the message"), "{text}");
}

#[test]
fn a_vector_whose_blocks_are_all_one_block_is_refused() {
    let mut forge = Forge::default();
    let text = forge.string("x");
    let mut block = forge.array(&[text; 32]);
    let mut fields =
        vec![("startIndex", Value::Int(0)), ("endIndex", Value::Int(i32::MAX)), ("focus", Value::Int(0))];
    for display in ["display0", "display1", "display2", "display3", "display4", "display5"] {
        fields.push((display, block));
        block = forge.array(&[block; 32]);
    }
    let vector = forge.object("scala.collection.immutable.Vector", &fields);
    let text = refused(&forge.kill_executors(vector));
    assert!(text.contains("must be of a size in proportion to the message"), "{text}");
}

proptest! {
    #[test]
    fn changed_bytes_never_panic(
        family in prop::sample::select(vec![Family::Scala212, Family::Scala213]),
        changes in prop::collection::vec((any::<usize>(), any::<u8>()), 1..6),
    ) {
        let address = model::RpcAddress::new("127.0.0.1", 7077);
        let message = Message::ToWorker(ToWorker::RegisteredWorker {
            master: model::EndpointRef::new("Master", address.clone()),
            master_web_ui_url: "http://127.0.0.1:8080".into(),
            master_address: address,
            duplicate: false,
        });
        let mut stream = encode_message(&message, family);
        for (at, byte) in changes {
            let at = at % stream.len();
            stream[at] = byte;
        }
        let _ = decode_message(&stream).map_err(|error| error.to_string());
        let _ = decode_reply(&stream).map_err(|error| error.to_string());
    }
}
