//! What the Masters of 3.5 and 4.3 were seen to answer; the whole comparison is among the tests with real Spark.

mod create;
mod driver;
mod routes;

use core_master::Response;
use model::message::Reply;
use model::{DriverId, DriverState, EndpointRef, RpcAddress, WorkerId};

use super::{Answer, Asked, Content, Question, Route, SubmissionConfig, Submissions};

fn config(spark_version: &str) -> SubmissionConfig {
    SubmissionConfig {
        spark_version: spark_version.to_owned(),
        master: RpcAddress::new("master", 7077),
        port: 6066,
        environment: vec![("BUCKET".into(), "s3a://ours".into())],
        allowed_resources: Vec::new(),
        max_body_bytes: 600,
    }
}

fn submissions(spark_version: &str) -> Submissions {
    Submissions::new(config(spark_version))
}

/// The text of a message that this answer is.
fn text(answer: &Answer) -> String {
    let Content::Json(json) = &answer.content else { panic!("no message: {answer:?}") };
    let json: serde_json::Value = serde_json::from_str(json).unwrap();
    json["message"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_message_has_its_fields_in_the_order_of_their_names() {
    let submissions = submissions("4.3.0");
    let reply = Reply::SubmitDriver {
        master: EndpointRef::new("Master", RpcAddress::new("master", 7077)),
        success: true,
        driver: Some(DriverId::new("driver-1")),
        message: "Driver successfully submitted as driver-1".into(),
    };
    let asked = Asked::Create { unknown_fields: vec!["zeta".into(), "alpha".into()] };
    let answer = submissions.answer(asked, Response::Driver(reply));
    let expected = r#"{
  "action" : "CreateSubmissionResponse",
  "message" : "Driver successfully submitted as driver-1",
  "serverSparkVersion" : "4.3.0",
  "submissionId" : "driver-1",
  "success" : true,
  "unknownFields" : [ "zeta", "alpha" ]
}"#;
    assert_eq!(answer, Answer { status: 200, content: Content::Json(expected.into()), allow: None });
}

#[test]
fn a_status_tells_where_the_driver_runs_and_what_went_wrong() {
    let reply = Reply::DriverStatus {
        found: true,
        state: Some(DriverState::Error),
        worker: Some(WorkerId::new("worker-1")),
        worker_host_port: Some("host:7078".into()),
        exception: Some("java.io.IOException: no".into()),
    };
    let answer = submissions("3.5.7").answer(Asked::Status(DriverId::new("d")), Response::Driver(reply));
    let expected = r#"{
  "action" : "SubmissionStatusResponse",
  "driverState" : "ERROR",
  "message" : "Exception from the cluster:\njava.io.IOException: no",
  "serverSparkVersion" : "3.5.7",
  "submissionId" : "d",
  "success" : true,
  "workerHostPort" : "host:7078",
  "workerId" : "worker-1"
}"#;
    assert_eq!(answer.content, Content::Json(expected.into()));
}

#[test]
fn a_master_that_does_not_lead_is_not_ready() {
    let answer = submissions("4.3.0").answer(Asked::Readyz, Response::Ready(false));
    assert_eq!((answer.status, text(&answer).as_str()), (503, "Master is not ready."));
}

#[test]
fn a_body_that_is_too_long_is_told_the_limit() {
    let answer = submissions("4.3.0").too_large();
    let expected = "The request body exceeds the maximum allowed size (600 bytes). \
                    Adjust spark.master.rest.maxRequestBodySize to change the limit.";
    assert_eq!((answer.status, text(&answer).as_str()), (413, expected));
}
