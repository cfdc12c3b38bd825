//! `/json/` of the daemons under test has the keys and types of Spark's own, in the same situations.
//!
//! What differs on purpose stands in `differences.json`, each with its reason; an entry that no longer is a
//! difference has to go.

use std::collections::BTreeMap;

use conformance::differences::check_answers;
use conformance::shape::{Shape, differences, of};
use conformance::shuffle::{self, Gate, TASKS};
use conformance::wait::{PATIENCE, until_true};
use conformance::{Cluster, Layout, Result, Sandbox, Spark, Subject};
use serde_json::Value;

/// The release whose documents are the measure: `JsonProtocol` is equal from 3.4 to 4.3.
const REFERENCE: &str = "3.5.7";

/// Documents by name, such as `master while a job runs`.
type Documents = BTreeMap<String, Value>;

#[test]
fn the_json_of_both_makes_has_the_same_shape() -> Result<()> {
    let spark = Spark::installed(REFERENCE)?;
    let reference = documents(&spark, Subject::Jvm)?;
    let found = documents(&spark, Subject::under_test())?;
    assert!(reference.keys().eq(found.keys()));

    let mut surprises = Vec::new();
    for (name, document) in &reference {
        let (wanted, given) = (comparable(document), comparable(&found[name]));
        for (path, (wanted, given)) in differences(&wanted, &given) {
            surprises.push(((name.clone(), path), format!("Spark has {wanted}, we have {given}")));
        }
    }
    match Subject::under_test() {
        // The reference does not differ from itself.
        Subject::Jvm => assert!(surprises.is_empty(), "{surprises:?}"),
        Subject::Hearth => check_answers("json", &surprises)?,
    }
    Ok(())
}

/// The documents of a Master and a Worker in the situations that a client meets.
fn documents(spark: &Spark, subject: Subject) -> Result<Documents> {
    let make = format!("{subject:?}").to_lowercase();
    let sandbox = Sandbox::new(&format!("json-{make}"))?;
    let mut documents = Documents::new();
    let cluster = Cluster::start(&sandbox, spark, Layout::of(subject, 1))?;
    let mut note = |situation: &str| -> Result<()> {
        documents.insert(format!("master {situation}"), masked(cluster.master.json()?, &sandbox));
        documents.insert(format!("worker {situation}"), masked(cluster.workers[0].json()?, &sandbox));
        Ok(())
    };
    note("before any job")?;
    let gate = Gate::closed(&sandbox, "json")?;
    let mut job = cluster.submit(&gate.job("json").conf("spark.cores.max", "2"))?;
    gate.wait_for_started(TASKS / 2, &mut job)?;
    note("while a job runs")?;
    gate.open()?;
    shuffle::check(&mut job)?;
    until_true("the application to be completed and its executor gone", PATIENCE, || {
        let worker = cluster.workers[0].state()?;
        let ended = worker.executors.is_empty() && worker.finished.len() == 1;
        Ok(ended && cluster.master.state()?.completed.len() == 1)
    })?;
    note("after the job")?;
    cluster.stop()?;
    sandbox.end()?;
    Ok(documents)
}

/// A document without what differs from run to run: the test's folder, and numbers of four digits and more
/// (ports, times) within texts.
fn masked(mut value: Value, sandbox: &Sandbox) -> Value {
    match &mut value {
        Value::String(text) => {
            let folder = sandbox.path("").to_string_lossy().into_owned();
            let known = text.replace(folder.trim_end_matches('/'), "FOLDER");
            *text = mask_numbers(&known);
        }
        Value::Array(elements) => elements.iter_mut().for_each(|one| *one = masked(one.take(), sandbox)),
        Value::Object(fields) => fields.values_mut().for_each(|one| *one = masked(one.take(), sandbox)),
        _ => {}
    }
    value
}

fn mask_numbers(text: &str) -> String {
    let mut masked = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(|one: char| one.is_ascii_digit()) {
        let digits = rest[at..].find(|one: char| !one.is_ascii_digit()).unwrap_or(rest.len() - at);
        masked.push_str(&rest[..at]);
        masked.push_str(if digits >= 4 { "#" } else { &rest[at..at + digits] });
        rest = &rest[at + digits..];
    }
    masked + rest
}

/// Keys whose values have to be equal too, not only their types: the situation decides them.
const DECIDED: [&str; 15] = [
    "aliveworkers",
    "cores",
    "coresused",
    "coresfree",
    "memory",
    "memoryused",
    "memoryfree",
    "state",
    "status",
    "name",
    "memoryperexecutor",
    "memoryperslave",
    "user",
    "host",
    "command",
];

/// The shape of a document, in which a value that the situation decides stands in the place of its type.
fn comparable(document: &Value) -> Shape {
    let mut shape = of(document);
    add_values("", document, &mut shape);
    shape
}

fn add_values(path: &str, value: &Value, shape: &mut Shape) {
    match value {
        Value::Array(elements) => {
            elements.iter().for_each(|element| add_values(&format!("{path}[]"), element, shape));
        }
        Value::Object(fields) => {
            for (key, field) in fields {
                let prefix = if path.is_empty() { String::new() } else { format!("{path}.") };
                let path = format!("{prefix}{key}");
                if DECIDED.contains(&key.as_str()) && !field.is_object() && !field.is_array() {
                    shape.entry(path.clone()).or_default().push_str(&format!(" {field}"));
                }
                add_values(&path, field, shape);
            }
        }
        _ => {}
    }
}
