//! The pages of the daemons under test answer as Spark's own do: `/json/` and the metrics have the same keys and types
//! in the same situations, and every address the same status.
//!
//! What differs on purpose stands in `differences.json`, each with its reason; an entry that no longer is a
//! difference has to go. A field that ours adds to Spark's may be there or not; one that Spark has as well is none.

use std::collections::BTreeMap;

use conformance::daemon::Offer;
use conformance::differences::{Differences, check_answers};
use conformance::shape::{ABSENT, Shape, differences, of};
use conformance::shuffle::{COUNT, Gate, TASKS, expected_answer};
use conformance::submission::REST_SETTINGS;
use conformance::wait::{JOB_PATIENCE, PATIENCE, until_true};
use conformance::{Cluster, Failure, Layout, Result, Sandbox, Spark, Subject};
use serde_json::{Map, Value, json};

/// The oldest and the newest of the releases at hand.
const RELEASES: [&str; 2] = ["3.5.7", "4.3.0"];

/// Documents by name, such as `master while a job runs`.
type Documents = BTreeMap<String, Value>;

#[test]
fn both_makes_answer_alike() -> Result<()> {
    let known = Differences::known()?;
    let additions = known.additions_to("json");
    for release in RELEASES {
        let spark = Spark::installed(release)?;
        let reference = documents(&spark, Subject::Jvm)?;
        let found = documents(&spark, Subject::under_test())?;
        assert!(reference.keys().eq(found.keys()));

        let mut surprises = Vec::new();
        for (name, document) in &reference {
            let (wanted, given) = (comparable(document), comparable(&found[name]));
            for (path, (wanted, given)) in differences(&wanted, &given) {
                if wanted == ABSENT && additions.iter().any(|addition| addition.covers(&path)) {
                    continue;
                }
                surprises.push(((name.clone(), path), format!("{release} has {wanted}, we have {given}")));
            }
        }
        match Subject::under_test() {
            // The reference does not differ from itself.
            Subject::Jvm => assert!(surprises.is_empty(), "{surprises:?}"),
            Subject::Hearth => check_answers("json", &surprises)?,
        }
    }
    Ok(())
}

/// The documents of a Master and a Worker in the situations that a client meets: nothing runs, a driver runs with
/// its application, both have ended.
fn documents(spark: &Spark, subject: Subject) -> Result<Documents> {
    let make = format!("{subject:?}").to_lowercase();
    let sandbox = Sandbox::new(&format!("json-{make}-{}", spark.version()))?;
    sandbox.configure(REST_SETTINGS)?;
    sandbox.configure([("spark.decommission.enabled", "true")])?;
    let mut documents = Documents::new();
    let offer = Offer { cores: 3, memory_mib: 2048 };
    let mut cluster = Cluster::start(&sandbox, spark, Layout { offer, ..Layout::of(subject, 1) })?;
    note(&mut documents, &cluster, "before any job")?;
    note_routes(&mut documents, &cluster)?;
    let gate = Gate::closed(&sandbox, "json")?;
    let arguments = [&COUNT.to_string(), &*gate.folder().to_string_lossy()];
    let driver = cluster.submit_python_driver("json", "two_shuffles.py", &arguments)?;
    until_true("the job's tasks to run", JOB_PATIENCE, || Ok(gate.started() >= TASKS / 2))?;
    note(&mut documents, &cluster, "while a job runs")?;
    gate.open()?;
    cluster.wait_for_driver(&driver, "FINISHED")?;
    let output = cluster.driver_output(&driver);
    if !output.contains(&expected_answer()) {
        return Err(Failure::unexpected(format!("the driver answered {output}")));
    }
    until_true("the application to be completed and its executor gone", PATIENCE, || {
        let worker = cluster.workers[0].state()?;
        let ended = worker.executors.is_empty() && worker.finished.len() == 1;
        Ok(ended && cluster.master.state()?.completed.len() == 1)
    })?;
    note(&mut documents, &cluster, "after the job")?;
    cluster.stop()?;
    sandbox.end()?;
    Ok(documents)
}

fn note(documents: &mut Documents, cluster: &Cluster<'_>, situation: &str) -> Result<()> {
    let (master, worker) = (&cluster.master, &cluster.workers[0]);
    let mut add = |name: &str, document: Value| {
        documents.insert(format!("{name} {situation}"), masked(document, cluster.sandbox));
    };
    add("master", master.json()?);
    add("worker", worker.json()?);
    for (name, page, path) in [
        ("metrics of the master", master.webui_url(), "metrics/master/json/"),
        ("metrics of the applications", master.webui_url(), "metrics/applications/json/"),
        ("metrics of the worker", worker.webui_url(), "metrics/json/"),
    ] {
        let mut metrics = conformance::json::fetch(&format!("{page}{path}"))?;
        // In the others stand sources that Spark registers with every daemon and that never move there.
        add(name, json!({"version": metrics["version"], "gauges": metrics["gauges"].take()}));
    }
    Ok(())
}

/// How the pages answer: addresses with and without their slash, ones that do not exist, forms that end things.
fn note_routes(documents: &mut Documents, cluster: &Cluster<'_>) -> Result<()> {
    let gets = |paths: &[&'static str]| paths.iter().map(|path| ("GET", *path, "")).collect::<Vec<_>>();
    let mut of_master = gets(&[
        "",
        "json",
        "json/",
        "json/aliveworkers",
        "json/nosuch/",
        "metrics/master/json",
        "metrics/master/json/",
        "metrics/applications/json",
        "environment/",
        "app/?appId=nosuch",
        "app/kill/?id=nosuch&terminate=true",
        "workers/kill/",
        "nosuch",
    ]);
    of_master.extend([
        ("POST", "app/kill/", "id=nosuch&terminate=true"),
        ("POST", "driver/kill/", "id=nosuch&terminate=true"),
        ("POST", "workers/kill/", "host=nosuch"),
        ("POST", "json/", ""),
    ]);
    let of_worker = gets(&["", "json", "json/", "metrics/json", "metrics/json/", "nosuch"]);
    let (master, worker) = (&cluster.master, &cluster.workers[0]);
    for (daemon, page, routes) in
        [("master", master.webui_url(), of_master), ("worker", worker.webui_url(), of_worker)]
    {
        let mut document = Map::new();
        for (method, path, form) in routes {
            document.insert(format!("{method} /{path}"), answer(method, &format!("{page}{path}"), form)?);
        }
        documents.insert(format!("routes of the {daemon}"), Value::Object(document));
    }
    Ok(())
}

/// Status and type of an answer; an error's page is each daemon's own.
fn answer(method: &str, url: &str, form: &str) -> Result<Value> {
    let failed = |reason: String| Failure::unexpected(format!("{method} {url}: {reason}"));
    let agent: ureq::Agent =
        ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
    let request = ureq::http::Request::builder().method(method).uri(url);
    let request = request.header("content-type", "application/x-www-form-urlencoded").body(form);
    let request = request.map_err(|error| failed(error.to_string()))?;
    let answer = agent.run(request).map_err(|error| failed(error.to_string()))?;
    let status = answer.status().as_u16();
    let kind = answer.headers().get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or("nothing");
    let status = if status == 200 { format!("{status} with {kind}") } else { status.to_string() };
    Ok(json!({"status": status}))
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
        Value::Object(fields) => {
            let each = std::mem::take(fields).into_iter();
            *fields = each.map(|(name, one)| (mask_numbers(&name), masked(one, sandbox))).collect();
        }
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
