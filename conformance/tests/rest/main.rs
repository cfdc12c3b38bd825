//! The submission server under test answers what Spark's own does: the same requests, good and bad, to both.
//!
//! Compared are status, content type and body. Ids of drivers differ, and where Spark goes on with a stack trace only
//! what stands before it counts. What differs on purpose stands in `differences.json`.

mod exchange;
mod requests;

use conformance::differences::check_answers;
use conformance::submission::REST_SETTINGS;
use conformance::wait::{PATIENCE, until};
use conformance::{Cluster, Layout, Master, Result, Sandbox, Spark, Subject};

use exchange::{Answer, Client, Request, difference};

/// The releases whose answers are the measure: the oldest rules and the newest.
const REFERENCES: [&str; 2] = ["3.5.7", "4.3.0"];

/// What was found to differ: the request and the place, with what was seen.
type Found = Vec<((String, String), String)>;

#[test]
fn both_makes_give_the_same_answers() -> Result<()> {
    let mut found = Found::new();
    for version in REFERENCES {
        let spark = Spark::installed(version)?;
        found.extend(compare(&spark, &requests::all(), |subject, requests| {
            answers_of_master(&spark, subject, &[], requests)
        })?);
    }
    let newest = Spark::installed(REFERENCES[1])?;
    found.extend(compare(&newest, &requests::limited(), |subject, requests| {
        answers_of_master(&newest, subject, &requests::LIMITS, requests)
    })?);
    found.extend(compare(&newest, &requests::failing(), |subject, requests| {
        answers_of_cluster(&newest, subject, requests)
    })?);
    check_answers("rest", &found)
}

fn compare(
    spark: &Spark,
    requests: &[Request],
    ask: impl Fn(Subject, &[Request]) -> Result<Vec<Answer>>,
) -> Result<Found> {
    let reference = ask(Subject::Jvm, requests)?;
    let given = ask(Subject::under_test(), requests)?;
    let mut found = Found::new();
    for ((request, wanted), given) in requests.iter().zip(&reference).zip(&given) {
        if let Some((place, wanted, given)) = difference(wanted, given) {
            let told = format!("{}: {request:?}: Spark has {wanted}, we have {given}", spark.version());
            found.push(((request.about.clone(), place.to_owned()), told));
        }
    }
    Ok(found)
}

fn answers_of_master(
    spark: &Spark,
    subject: Subject,
    settings: &[(&str, &str)],
    requests: &[Request],
) -> Result<Vec<Answer>> {
    let make = format!("{subject:?}").to_lowercase();
    let sandbox = Sandbox::new(&format!("rest-{make}-{}", spark.version()))?;
    sandbox.configure(REST_SETTINGS.iter().chain(settings).copied())?;
    let mut master = Master::start(&sandbox, spark, subject, "master", 0)?;
    let mut client = Client::new(master.rest_url()?);
    let answers = requests.iter().map(|request| client.send(request)).collect::<Result<_>>()?;
    master.process.terminate(PATIENCE)?;
    sandbox.end()?;
    Ok(answers)
}

/// The same with a Worker that tries to run what was submitted; a status is asked for until it is the last one.
fn answers_of_cluster(spark: &Spark, subject: Subject, requests: &[Request]) -> Result<Vec<Answer>> {
    let make = format!("{subject:?}").to_lowercase();
    let sandbox = Sandbox::new(&format!("rest-failing-{make}"))?;
    sandbox.configure(REST_SETTINGS)?;
    let mut cluster = Cluster::start(&sandbox, spark, Layout::of(subject, 1))?;
    let mut client = Client::new(cluster.master.rest_url()?);
    let mut answers = Vec::new();
    for request in requests {
        answers.push(until("the driver to fail", PATIENCE, || {
            let answer = client.send(request)?;
            let is_over = !["SUBMITTED", "RUNNING"].iter().any(|state| answer.body.contains(state));
            Ok(is_over.then_some(answer))
        })?);
    }
    cluster.stop()?;
    sandbox.end()?;
    Ok(answers)
}
