//! The requests: each route and each way to get it wrong.

use serde_json::{Value, json};

use super::exchange::{DRIVER, Request};

const CREATE: &str = "/v1/submissions/create";

/// All that a Master without Workers can answer.
pub(crate) fn all() -> Vec<Request> {
    let mut requests = Vec::new();
    requests.extend(paths());
    requests.extend(methods());
    requests.extend(fields());
    requests.extend(types());
    requests.extend(properties());
    requests.extend(bodies());
    requests.extend(life());
    requests.extend(on_purpose());
    requests
}

/// What 4.3 lets an operator limit, and requests on both sides of the limits.
pub(crate) const LIMITS: [(&str, &str); 2] = [
    ("spark.master.rest.maxRequestBodySize", "600b"),
    ("spark.master.rest.allowedAppResourcePatterns", "file:/good/.*,http://a|file:/b"),
];

/// Requests at and beyond [`LIMITS`].
pub(crate) fn limited() -> Vec<Request> {
    let with = |resource: &str| with_field("appResource", json!(resource)).to_string();
    let resources = [
        "file:/good/x.jar",
        "file:/good/",
        "file:/bad/x.jar",
        "http://a",
        "http://ab",
        "file:/b",
        "file:/bb",
        "",
    ];
    let mut requests: Vec<Request> =
        resources.iter().map(|one| create("an application's file", with(one))).collect();
    let good = with("file:/good/x.jar");
    let padded = |length: usize| format!("{good}{}", " ".repeat(length - good.len()));
    requests.extend([599, 600, 601, 5000].map(|length| create("a long body", padded(length))));
    requests.push(Request::new("a long body", "POST", CREATE).chunked(&padded(700)));
    requests.push(Request::new("a long body", "POST", "/v1/submissions/kill/x").body(padded(700)));
    requests
}

/// A driver that cannot be run, and how it fares.
pub(crate) fn failing() -> Vec<Request> {
    let body = with_field("appResource", json!("file:/nowhere/x.jar"));
    vec![
        create("a driver whose jar is missing", body.to_string()),
        Request::new(
            "the status of a driver whose jar is missing",
            "GET",
            "/v1/submissions/status/driver-none",
        ),
        Request::new(
            "the status of a driver whose jar is missing",
            "GET",
            &format!("/v1/submissions/status/{DRIVER}"),
        ),
    ]
}

fn create(about: &str, body: impl Into<Vec<u8>>) -> Request {
    Request::new(about, "POST", CREATE).header("Content-Type", "application/json").body(body)
}

fn good() -> Value {
    json!({
        "action": "CreateSubmissionRequest",
        "appArgs": ["a"],
        "appResource": "file:/x.jar",
        "clientSparkVersion": "3.5.7",
        "environmentVariables": {"A": "b"},
        "mainClass": "Main",
        "sparkProperties": {"spark.app.name": "n", "spark.master": "spark://127.0.0.1:6066"},
    })
}

fn with_field(name: &str, value: Value) -> Value {
    let mut request = good();
    request[name] = value;
    request
}

fn paths() -> Vec<Request> {
    let get = [
        "/",
        "/v1",
        "/v1/",
        "/v1/submissions",
        "/v1/submissions/",
        "/v1/submissions/nothing",
        "/v1/submissions/nothing/x",
        "/v1/nothing",
        "/v2/submissions/create",
        "/v2",
        "//v1",
        "/%76%31/submissions/status/x",
        "/v1//submissions/",
        "/v1/submissions/status",
        "/v1/submissions/status/",
        "/v1/submissions/status/driver-x",
        "/v1/submissions/status/driver-x/",
        "/v1/submissions/status/driver-x/more",
        "/v1/submissions/status//x",
        "/v1/submissions/status/a%20b",
        "/v1/submissions/status/a%2Fb",
        "/v1/submissions/status/a;b=c",
        "/v1/submissions/status/a?b=c",
        "/v1/submissions/status/%C3%A9",
        "/v1/submissions/status/%FF",
        "/v1/submissions/status/%zz",
        "/v1/submissions/status/a%22b",
        "/v1/submissions/statusx",
        "/v1/submissions/readyz",
        "/v1/submissions/readyz/",
        "/v1/submissions/readyz/x",
        "/v1/submissions/create",
        "/v1/submissions/kill",
        "/v1/submissions/kill/x",
        "/v1/submissions/killall",
        "/v1/submissions/clear",
        "/v1/../v1/submissions/status/x",
        "/v1/./submissions/status/x",
        "/favicon.ico",
    ];
    let post = [
        "/",
        "/v1/submissions/kill",
        "/v1/submissions/kill/",
        "/v1/submissions/kill/driver-x",
        "/v1/submissions/kill/driver-x/",
        "/v1/submissions/killall",
        "/v1/submissions/killall/x",
        "/v1/submissions/clear",
        "/v1/submissions/clear/x",
        "/v1/submissions/status/x",
        "/v1/submissions/readyz",
        "/v2/submissions/kill/x",
    ];
    let get = get.iter().map(|path| Request::new("a path", "GET", path));
    get.chain(post.iter().map(|path| Request::new("a path", "POST", path).body(""))).collect()
}

fn methods() -> Vec<Request> {
    let mut requests = Vec::new();
    for method in ["HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "FOO"] {
        for path in [
            "/v1/submissions/create",
            "/v1/submissions/status/x",
            "/v1/submissions/kill/x",
            "/v2",
            "/v1/submissions/readyz",
        ] {
            requests.push(Request::new("a method", method, path));
        }
    }
    requests
}

/// A create request with each of its fields missing, null, or of another value.
fn fields() -> Vec<Request> {
    let mut requests = Vec::new();
    for name in [
        "action",
        "appArgs",
        "appResource",
        "clientSparkVersion",
        "environmentVariables",
        "mainClass",
        "sparkProperties",
    ] {
        let mut without = good();
        if let Some(fields) = without.as_object_mut() {
            fields.remove(name);
        }
        requests.push(create("a field that is missing", without.to_string()));
        requests.push(create("a field that is null", with_field(name, Value::Null).to_string()));
    }
    for (name, value) in [
        ("action", json!(5)),
        ("action", json!("")),
        ("action", json!("Nothing")),
        ("action", json!("createsubmissionrequest")),
        ("action", json!("CreateSubmissionResponse")),
        ("action", json!("KillSubmissionResponse")),
        ("action", json!("../x")),
        ("appArgs", json!([])),
        ("appArgs", json!([1, 2.5, true])),
        ("appResource", json!(5)),
        ("appResource", json!(true)),
        ("appResource", json!("")),
        ("clientSparkVersion", json!(3.5)),
        ("environmentVariables", json!({})),
        ("environmentVariables", json!({"A": 1})),
        ("mainClass", json!("")),
        ("sparkProperties", json!({})),
        ("sparkProperties", json!({"spark.app.name": 5})),
        ("sparkProperties", json!({"spark.app.name": null})),
        ("sparkProperties", json!({"spark.app.name": "n", "spark.x": null})),
        ("message", json!("hi")),
        ("message", json!(5)),
        ("serverSparkVersion", json!("x")),
        ("extra", json!({"a": 1})),
        ("extra", Value::Null),
    ] {
        requests.push(create("a field of another value", with_field(name, value).to_string()));
    }
    let message = |fields: Value| create("another message", fields.to_string());
    requests.extend([
        message(json!({"action": "ErrorResponse", "message": "m", "serverSparkVersion": "1"})),
        message(json!({"action": "ErrorResponse"})),
        message(json!({"action": "SubmissionStatusResponse", "serverSparkVersion": "x", "success": true, "submissionId": "y"})),
        message(json!({"action": "ReadyzResponse", "serverSparkVersion": "x", "success": true})),
        message(json!({"action": "CreateSubmissionRequest"})),
    ]);
    requests
}

/// A create request with a field of a type that cannot be taken for the right one.
fn types() -> Vec<Request> {
    let mut requests = Vec::new();
    for (name, value) in [
        ("action", json!("SubmitRestProtocolRequest")),
        ("appArgs", json!("x")),
        ("appArgs", json!([["a"]])),
        ("appArgs", json!([{}])),
        ("appArgs", json!({})),
        ("appArgs", json!(5)),
        ("appArgs", json!("")),
        ("appResource", json!([])),
        ("appResource", json!({})),
        ("environmentVariables", json!({"A": []})),
        ("environmentVariables", json!([])),
        ("environmentVariables", json!("x")),
        ("environmentVariables", json!("")),
        ("sparkProperties", json!([])),
        ("sparkProperties", json!({"spark.app.name": []})),
        ("message", json!({})),
    ] {
        requests.push(create("a body that cannot be read", with_field(name, value).to_string()));
    }
    requests
}

fn properties() -> Vec<Request> {
    let kinds: [(&str, &[&str]); 12] = [
        ("spark.driver.supervise", &["maybe", "TRUE", ""]),
        (
            "spark.driver.cores",
            &[
                "x",
                "1.5",
                "0",
                "",
                " 2 ",
                "2f",
                "+2",
                "99999999999",
                "0x10",
                "NaN",
                "1e1",
                "1_0",
                ".5",
                "-",
                "{{HOME}}",
            ],
        ),
        ("spark.cores.max", &["x", "1.5"]),
        (
            "spark.driver.memory",
            &[
                "x",
                "500g",
                "1.5g",
                "",
                "-1g",
                "0",
                "100",
                "10p",
                "1000000p",
                "1 g",
                "1gb",
                "1G",
                "4096t",
                " 1g ",
                "8589934592g",
            ],
        ),
        ("spark.executor.memory", &["y"]),
        ("spark.driver.extraJavaOptions", &["-Da=\"x y\" 'q", "-Da=b"]),
        (
            "spark.driver.resource.gpu.amount",
            &["2", "x", "0", "-1", "", "1.5", "1e1", " 2", "1f", "99999999999"],
        ),
        ("spark.driver.resource.gpu.vendor", &["n"]),
        ("spark.driver.resource.gpu", &["n"]),
        ("spark.driver.resource.", &["n"]),
        ("spark.master", &["local", ""]),
        ("nospark", &["x"]),
    ];
    let mut requests = Vec::new();
    for (key, values) in kinds {
        for value in values {
            let mut request = good();
            request["sparkProperties"][key] = json!(value);
            requests.push(create("a property", request.to_string()));
        }
    }
    requests
}

/// Bodies that are no JSON, or JSON of a kind of their own.
fn bodies() -> Vec<Request> {
    let good = good().to_string();
    let action = "\"action\":\"CreateSubmissionRequest\"";
    let mut requests: Vec<Request> =
        ["[]", "null", "\"x\"", "12", "{}", "{\"action\":\"CreateSubmissionRequest\"} x"]
            .map(|body| create("a body that is no request", body))
            .into();
    let unreadable = [
        "",
        "  ",
        "hello",
        "{\"action\":\"CreateSubmissionRequest\"",
        "{'action':'CreateSubmissionRequest'}",
        "{\"action\":NaN}",
        "{\"action\":\"a\u{1}\"}",
        "{\"action\":\"a\nb\"}",
        "{\"action\":\"CreateSubmissionRequest\",\"x\":01}",
        "{\"action\":\"\\q\"}",
        "{\"action\":\"CreateSubmissionRequest\",}",
        "\u{feff}{}",
        "/* x */{}",
    ];
    requests.extend(unreadable.map(|body| create("a body that cannot be read", body)));
    let special = [
        format!("{good} and more"),
        format!("{good}{{}}"),
        good.replace("Create", "Cre\\u0061te"),
        good.replace("\"mainClass\"", "\"appResource\":\"file:/y.jar\",\"mainClass\""),
        good.replace(action, "\"action\":\"Nothing\",\"action\":\"CreateSubmissionRequest\""),
        good.replace(
            action,
            "\"zeta\":1,\"messageType\":\"x\",\"action\":\"CreateSubmissionRequest\",\"alpha\":null",
        ),
        good.replace("\"Main\"", "\"Mé日\""),
    ];
    requests.extend(special.map(|body| create("a body of its own kind", body)));
    let broken: Vec<u8> =
        good.replace("Main", "M?").bytes().map(|byte| if byte == b'?' { 0xff } else { byte }).collect();
    requests.push(create("a body that is no UTF-8", broken));
    for kind in [
        "application/x-www-form-urlencoded",
        "application/json;charset=iso-8859-1",
        "application/json;charset=nope",
    ] {
        requests.push(
            Request::new("a content type", "POST", CREATE).header("Content-Type", kind).body(good.clone()),
        );
    }
    requests.push(Request::new("a content type", "POST", CREATE).body(good.clone()));
    requests.push(Request::new("a path", "POST", &format!("{CREATE}/more?x=y")).body(good.clone()));
    requests.push(Request::new("a body in chunks", "POST", CREATE).chunked(&good));
    requests
}

/// A driver that waits, is asked after and killed; then all of them; then what ended is forgotten.
fn life() -> Vec<Request> {
    let status = || Request::new("the life of a driver", "GET", &format!("/v1/submissions/status/{DRIVER}"));
    let post = |path: &str| Request::new("the life of a driver", "POST", path).body("");
    let kill = || post(&format!("/v1/submissions/kill/{DRIVER}"));
    let submit = || create("the life of a driver", good().to_string());
    let (kill_all, clear) = ("/v1/submissions/killall", "/v1/submissions/clear");
    vec![
        submit(),
        status(),
        kill(),
        status(),
        kill(),
        submit(),
        post(kill_all),
        status(),
        post(clear),
        status(),
    ]
}

/// What is treated otherwise on purpose.
fn on_purpose() -> Vec<Request> {
    let mut negative = good();
    negative["sparkProperties"]["spark.driver.cores"] = json!("-1");
    vec![
        Request::new("TRACE", "TRACE", "/v1/submissions/status/x"),
        create("null among what a process is given", with_field("appArgs", json!([null])).to_string()),
        create(
            "null among what a process is given",
            with_field("environmentVariables", json!({"A": null})).to_string(),
        ),
        create("fewer cores than none", negative.to_string()),
        create(
            "an action that is a class of Spark's",
            with_field("action", json!("RestServlet")).to_string(),
        ),
    ]
}
