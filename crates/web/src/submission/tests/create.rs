//! Bodies of create requests, good and bad.

use serde_json::{Value, json};

use super::{Content, Question, submissions, text};

fn good() -> Value {
    json!({
        "action": "CreateSubmissionRequest",
        "appArgs": ["a"],
        "appResource": "file:/x.jar",
        "clientSparkVersion": "3.5.7",
        "environmentVariables": {"A": "b"},
        "mainClass": "Main",
        "sparkProperties": {"spark.app.name": "n"},
    })
}

fn with(field: &str, value: Value) -> String {
    let mut request = good();
    request[field] = value;
    request.to_string()
}

fn without(field: &str) -> String {
    let mut request = good();
    request.as_object_mut().unwrap().remove(field);
    request.to_string()
}

fn with_property(key: &str, value: &str) -> String {
    with("sparkProperties", json!({"spark.app.name": "n", key: value}))
}

/// The unknown fields of a request that is taken.
fn taken(version: &str, body: &str) -> Vec<String> {
    match submissions(version).create(body.as_bytes()) {
        Ok(Question::Create { unknown_fields, .. }) => unknown_fields,
        other => panic!("{body} is not taken by {version}: {other:?}"),
    }
}

/// The status and the text of a refusal.
fn refused(version: &str, body: impl AsRef<[u8]>) -> (u16, String) {
    let answer = submissions(version).create(body.as_ref()).unwrap_err();
    let told = match &answer.content {
        Content::Html(page) => {
            let message = page.split("MESSAGE:</th><td>").nth(1).unwrap();
            message.split("</td>").next().unwrap().to_owned()
        }
        _ => text(&answer),
    };
    (answer.status, told)
}

const MALFORMED: &str = "Malformed request: org.apache.spark.deploy.rest.";

fn is_invalid(version: &str, body: &str, reason: &str) {
    let expected = format!(
        "{MALFORMED}SubmitRestProtocolException: Validation of message CreateSubmissionRequest failed!\n\t{reason}"
    );
    assert_eq!(refused(version, body), (400, expected), "{version}: {body}");
}

#[test]
fn what_a_request_must_have_depends_on_the_release() {
    for version in ["3.5.7", "4.3.0"] {
        for field in ["appResource", "clientSparkVersion"] {
            let reason = format!("'{field}' is missing in message CreateSubmissionRequest.");
            is_invalid(version, &without(field), &reason);
            is_invalid(version, &with(field, Value::Null), &reason);
        }
        is_invalid(version, &without("sparkProperties"), "No Spark properties set!");
        let (status, told) = refused(version, without("mainClass"));
        assert_eq!(
            (status, told),
            (400, format!("{MALFORMED}SubmitRestMissingFieldException: Main class is missing."))
        );
    }
    for field in ["appArgs", "environmentVariables"] {
        is_invalid(
            "3.5.7",
            &without(field),
            &format!("'{field}' is missing in message CreateSubmissionRequest."),
        );
        assert!(taken("4.0.5", &without(field)).is_empty());
    }
    let nameless = with("sparkProperties", json!({}));
    is_invalid("3.5.7", &nameless, "'spark.app.name' is missing in message CreateSubmissionRequest.");
    assert!(taken("4.0.5", &nameless).is_empty());
    let null = with("sparkProperties", Value::Null);
    is_invalid("4.0.5", &null, "No Spark properties set!");
    assert!(taken("4.1.1", &null).is_empty());
    assert_eq!(taken("4.0.5", &with("environmentVariables", Value::Null)), ["environmentVariables"]);
    assert!(taken("4.1.1", &with("environmentVariables", Value::Null)).is_empty());
}

#[test]
fn properties_are_checked_by_their_kind() {
    for (key, kind, bad, fine) in [
        ("spark.driver.supervise", "boolean", &["maybe", ""][..], &["TRUE", "false"][..]),
        ("spark.driver.cores", "numeric", &["x", "", "0x10", "1_0", "-"], &["+2", "0"]),
        ("spark.cores.max", "numeric", &["x", "inf", "nan"], &["1.5", " 2 ", "2f", "1e1", "NaN"]),
        (
            "spark.driver.memory",
            "memory",
            &["x", "", "1.5g", "-1g", "1 g", "1e", "g", "1000000p", "8589934592g"],
            &["500g", "0", "1gb", "1G", " 1g "],
        ),
        ("spark.executor.memory", "memory", &["y"], &["1t"]),
    ] {
        for value in bad {
            let reason = format!("Property '{key}' expected {kind} value: actual was '{value}'.");
            is_invalid("3.5.7", &with_property(key, value), &reason);
        }
        for value in fine {
            assert!(taken("4.3.0", &with_property(key, value)).is_empty(), "{key}={value}");
        }
    }
    is_invalid(
        "4.3.0",
        &with_property("spark.driver.cores", "-1"),
        "Property 'spark.driver.cores' expected numeric value: actual was '-1'.",
    );
}

#[test]
fn what_spark_fails_at_is_a_page() {
    let number =
        |text: &str| format!("java.lang.NumberFormatException: For input string: &quot;{text}&quot;");
    for cores in ["1.5", " 2 ", "2f", "99999999999", "NaN"] {
        assert_eq!(refused("3.5.7", with_property("spark.driver.cores", cores)), (500, number(cores)));
    }
    let amount = "spark.driver.resource.gpu.amount";
    for (key, value, told) in [
        (amount, "x", number("x")),
        (amount, "", "java.lang.NumberFormatException: empty String".into()),
        (amount, "1.5", "org.apache.spark.SparkException: Only tasks support fractional resources, please check your spark.driver settings".into()),
        ("spark.driver.resource.gpu.vendor", "n", "org.apache.spark.SparkException: You must specify an amount for gpu".into()),
        ("spark.driver.resource.gpu", "n", "org.apache.spark.SparkException: You must specify an amount config for resource: gpu config: spark.driver.resource.gpu".into()),
    ] {
        assert_eq!(refused("4.3.0", with_property(key, value)), (500, told));
    }
    let null = with("sparkProperties", json!({"spark.x": null}));
    assert_eq!(
        refused("4.3.0", null),
        (500, "java.lang.NullPointerException: null value for spark.x".into())
    );
    let class =
        |name: &str| (500, format!("java.lang.ClassNotFoundException: org.apache.spark.deploy.rest.{name}"));
    assert_eq!(refused("4.3.0", with("action", json!("Nothing"))), class("Nothing"));
    assert_eq!(refused("3.5.7", with("action", json!("ReadyzResponse"))), class("ReadyzResponse"));
}

#[test]
fn another_message_is_not_a_request() {
    let body = r#"{"action":"ErrorResponse","message":"m","serverSparkVersion":"1"}"#;
    assert_eq!(refused("3.5.7", body), (400, "Received message of unexpected type ErrorResponse.".into()));
    let (status, told) = refused("3.5.7", with("action", json!("KillSubmissionResponse")));
    assert!(
        status == 400
            && told.starts_with(&format!(
                "{MALFORMED}SubmitRestProtocolException: Validation of message KillSubmissionResponse failed!"
            ))
    );
    for body in ["[]", "null", "\"x\"", "12", "{\"action\":5}", "{}"] {
        let told =
            format!("{MALFORMED}SubmitRestMissingFieldException: Action field not found in JSON:\n{body}");
        assert_eq!(refused("4.3.0", body), (400, told));
    }
}

#[test]
fn what_cannot_be_read_is_named_with_its_place() {
    for body in
        ["", "hello", "{\"action\":\"CreateSubmissionRequest\"", "{\"action\":\"a\nb\"}", "{\"x\":01}"]
    {
        let (status, told) = refused("4.3.0", body);
        assert!(
            status == 400
                && told.starts_with("Malformed request: the body cannot be read: ")
                && told.contains("line "),
            "{told}"
        );
    }
    for (field, value) in [
        ("appArgs", json!("x")),
        ("appArgs", json!([{}])),
        ("appArgs", json!([null])),
        ("appResource", json!([])),
        ("environmentVariables", json!({"A": {}})),
        ("environmentVariables", json!({"A": null})),
        ("sparkProperties", json!([])),
    ] {
        let (status, told) = refused("3.5.7", with(field, value));
        assert!(status == 400 && told.contains(field), "{told}");
    }
    let not_utf8 = good().to_string().replace("Main", "M?").into_bytes();
    let not_utf8: Vec<u8> = not_utf8.into_iter().map(|byte| if byte == b'?' { 0xff } else { byte }).collect();
    let told = "java.nio.charset.MalformedInputException: Input length = 1";
    assert_eq!(refused("4.2.0", &not_utf8), (500, told.into()));
    assert!(submissions("4.3.0").create(&not_utf8).is_ok());
}

#[test]
fn fields_that_say_nothing_are_named_in_their_order() {
    let body = good().to_string();
    assert!(taken("3.5.7", &body).is_empty());
    assert!(taken("3.5.7", &with("message", json!(5))).is_empty());
    assert!(taken("3.5.7", &format!("{body} and what follows")).is_empty());
    let more = body
        .replace("{\"action\"", "{\"zeta\":1,\"serverSparkVersion\":\"x\",\"messageType\":null,\"action\"");
    assert_eq!(taken("4.3.0", &more), ["zeta", "serverSparkVersion", "messageType"]);
    let double = body.replace("\"mainClass\"", "\"appResource\":\"file:/y.jar\",\"mainClass\"");
    assert_eq!(taken("4.3.0", &double), ["appResource"]);
    assert_eq!(taken("4.0.5", &with("appArgs", Value::Null)), ["appArgs"]);
}
