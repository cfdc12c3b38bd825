//! What we write is read by real Spark: its own classes deserialise each message and write it again, and what we read of
//! that is what we wrote.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod collections;
mod mirrors;
mod samples;
mod spark;
mod tables;

use std::fs;
use std::sync::Arc;

use model::message::{ToMaster, ToWorker};
use model::{Command, Terms};
use wire_deploy::{Message, Releases, decode_message, decode_reply, encode_message, encode_reply};
use wire_java::{Limits, Value};

use self::samples::{Said, Sample, samples};
use self::spark::Spark;

#[test]
fn real_spark_reads_what_we_write() {
    for spark in Spark::selected() {
        let texts = read_back(&spark, spark.family().into());
        // One text for all versions: Spark's case classes have not changed.
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!("as-spark-says-it", texts);
        });
    }
}

#[test]
fn real_spark_reads_what_we_write_for_its_release_alone() {
    for spark in Spark::selected() {
        let release = Releases::named(&spark.version);
        let release = release.unwrap_or_else(|| panic!("{} is not in the tables", spark.version));
        read_back(&spark, release);
    }
}

/// Lets this Spark read each sample as we write it for `readers`, and compares what it makes of it. Returns what it calls
/// each.
fn read_back(spark: &Spark, readers: Releases) -> String {
    let folder = tempfile::tempdir().unwrap();
    let samples = samples();
    for sample in &samples {
        fs::write(folder.path().join(format!("{}.bin", sample.name)), encode(sample, readers)).unwrap();
    }
    spark.run("readback.py", folder.path());
    let mut texts = String::new();
    for sample in &samples {
        let text = fs::read_to_string(folder.path().join(format!("{}.text", sample.name))).unwrap();
        let again = fs::read(folder.path().join(format!("{}.again", sample.name)));
        let again = again.unwrap_or_else(|_| panic!("Spark {}: {}: {text}", spark.version, sample.name));
        assert_same(sample, &again, spark);
        // Where an object has no toString of its own, its name ends in an identity of that run.
        let text = text.split_once("$@").map_or(&*text, |(name, _identity)| name);
        texts.push_str(&format!("{}: {text}\n", sample.name));
    }
    texts
}

fn encode(sample: &Sample, readers: Releases) -> Vec<u8> {
    match &sample.said {
        Said::Message(message) => encode_message(message, readers),
        Said::Reply(reply) => encode_reply(reply, readers),
    }
}

/// Compares what we said with what Spark says after it heard it.
fn assert_same(sample: &Sample, again: &[u8], spark: &Spark) {
    match &sample.said {
        Said::Message(message) => {
            let (heard, origin) =
                decode_message(again).unwrap_or_else(|error| panic!("{}: {error}", sample.name));
            let told = origin.releases;
            assert_eq!(told.family(), Some(spark.family()), "{}", sample.name);
            assert!(told.versions().any(|version| version == spark.version), "{}: {told}", sample.name);
            assert_eq!(origin.unknown, None, "{}", sample.name);
            assert_eq!(sorted(heard), sorted(without_ours(message.clone())), "{}", sample.name);
        }
        Said::Reply(reply) => {
            let heard = decode_reply(again).unwrap_or_else(|error| panic!("{}: {error}", sample.name));
            assert_eq!(&heard, reply, "{}", sample.name);
        }
    }
    // The peer asks on through our references, with the timeout in them: it must have arrived.
    let graph = wire_java::read(again, &Limits::default()).unwrap();
    let durations =
        graph.objects().filter(|object| object.class().name == "scala.concurrent.duration.FiniteDuration");
    for duration in durations {
        assert_eq!(duration.field("length"), Some(Value::Long(120)), "{}", sample.name);
    }
}

/// What Spark has no fields for, it does not say again.
fn without_ours(mut message: Message) -> Message {
    match &mut message {
        Message::ToMaster(ToMaster::RegisterWorker(worker)) => {
            (worker.sparks, worker.memory_limit_mib, worker.started_ms) = (Vec::new(), None, None);
        }
        Message::ToWorker(ToWorker::LaunchExecutor(executor)) => executor.terms = Terms::default(),
        Message::ToWorker(ToWorker::LaunchDriver { terms, .. }) => *terms = Terms::default(),
        _ => {}
    }
    message
}

/// Scala's maps keep no order; a command's environment is one.
fn sorted(mut message: Message) -> Message {
    let command: Option<&mut Command> = match &mut message {
        Message::ToMaster(ToMaster::RegisterApplication { description, .. }) => {
            Some(&mut description.command)
        }
        Message::ToMaster(ToMaster::RequestSubmitDriver { description })
        | Message::ToWorker(ToWorker::LaunchDriver { description, .. }) => Some(&mut description.command),
        Message::ToWorker(ToWorker::LaunchExecutor(executor)) => {
            Some(&mut Arc::make_mut(&mut executor.description).command)
        }
        _ => None,
    };
    if let Some(command) = command {
        command.environment.sort();
    }
    message
}
