//! The body of a create request: read, checked, and compared with what is understood
//! (`SubmitRestProtocolMessage.fromJson`, `CreateSubmissionRequest.doValidate`, 3.5 and 4.3).

use std::collections::BTreeSet;

use serde_json::value::RawValue;

use super::amount;
use super::fields::{self, Fields, Pairs};
use super::refusal::Refusal;
use super::rules::Rules;

const NAME: &str = "CreateSubmissionRequest";

/// A request that has what it must have.
#[derive(Debug)]
pub(super) struct CreateRequest {
    /// `clientSparkVersion`: whatever the client says that it is.
    pub(super) spark_version: String,
    pub(super) app_resource: String,
    pub(super) main_class: Option<String>,
    pub(super) arguments: Vec<String>,
    /// In their order, a value of `null` included.
    pub(super) properties: Pairs,
    pub(super) environment: Vec<(String, String)>,
}

/// Fields as they stand in the body.
struct Read {
    client_spark_version: Option<String>,
    app_resource: Option<String>,
    main_class: Option<String>,
    arguments: Option<Vec<Option<String>>>,
    properties: Option<Pairs>,
    environment: Option<Pairs>,
    unknown: Vec<String>,
}

/// The request, and the names of the fields that say nothing to this server.
pub(super) fn read(body: &[u8], rules: &Rules) -> Result<(CreateRequest, Vec<String>), Refusal> {
    let text = match (std::str::from_utf8(body), rules.replaces_bad_text) {
        (Ok(text), _) => text.into(),
        (Err(_), true) => String::from_utf8_lossy(body),
        (Err(error), false) => {
            let length = error.error_len().unwrap_or(1);
            let text = format!("java.nio.charset.MalformedInputException: Input length = {length}");
            return Err(Refusal::Exception(text));
        }
    };
    let value = fields::first_value(&text).map_err(Refusal::unreadable)?;
    let Ok(fields) = serde_json::from_str::<Fields<'_>>(value.get()) else {
        return Err(Refusal::no_action(&text));
    };
    check_action(&fields, &text, rules)?;
    let read = read_fields(&fields, rules)?;
    check(read, rules)
}

/// The first `action` decides what the message is.
fn check_action(fields: &Fields<'_>, body: &str, rules: &Rules) -> Result<(), Refusal> {
    let action = fields.0.iter().find(|(name, _)| name == "action").map(|(_, value)| *value);
    let Some(action) = action.filter(|value| value.get().starts_with('"')) else {
        return Err(Refusal::no_action(body));
    };
    let action = fields::text(action).map_err(Refusal::unreadable)?.unwrap_or_default();
    if action == NAME {
        return Ok(());
    }
    if ABSTRACT.contains(&action.as_str()) {
        return Err(Refusal::unreadable(format_args!(
            "there is no message that is a {action} and nothing more"
        )));
    }
    let Some((_, needs)) = RESPONSES.iter().find(|(name, _)| *name == action && rules.answers_with(name))
    else {
        let text = format!("java.lang.ClassNotFoundException: org.apache.spark.deploy.rest.{action}");
        return Err(Refusal::Exception(text));
    };
    match needs.iter().find(|name| fields.last(name).is_none_or(|value| value.get() == "null")) {
        Some(missing) => Err(Refusal::invalid(&action, &is_missing(missing, &action))),
        None => Err(Refusal::Unexpected(format!("Received message of unexpected type {action}."))),
    }
}

/// What all messages are, all requests and all responses.
const ABSTRACT: [&str; 3] =
    ["SubmitRestProtocolMessage", "SubmitRestProtocolRequest", "SubmitRestProtocolResponse"];

/// The other messages of the protocol, with the fields that they must have.
const RESPONSES: [(&str, &[&str]); 7] = [
    ("CreateSubmissionResponse", &["serverSparkVersion", "success"]),
    ("KillSubmissionResponse", &["serverSparkVersion", "submissionId", "success"]),
    ("SubmissionStatusResponse", &["serverSparkVersion", "submissionId", "success"]),
    ("ErrorResponse", &["serverSparkVersion", "message"]),
    ("KillAllSubmissionResponse", &["serverSparkVersion", "success"]),
    ("ClearResponse", &["serverSparkVersion", "success"]),
    ("ReadyzResponse", &["serverSparkVersion", "success"]),
];

fn is_missing(field: &str, message: &str) -> String {
    format!("'{field}' is missing in message {message}.")
}

fn read_fields(fields: &Fields<'_>, rules: &Rules) -> Result<Read, Refusal> {
    fn field<T>(
        fields: &Fields<'_>,
        name: &str,
        read: fn(&RawValue) -> Result<Option<T>, String>,
    ) -> Result<Option<T>, Refusal> {
        let value = fields.last(name).map_or(Ok(None), read);
        value.map_err(|problem| Refusal::unreadable(format_args!("'{name}': {problem}")))
    }
    let null_object = |name: &str| {
        let is_null = fields.last(name).is_some_and(|value| value.get() == "null");
        (is_null && rules.null_is_empty).then(Vec::new)
    };
    field(fields, "message", fields::text)?;
    let environment = field(fields, "environmentVariables", fields::pairs)?;
    let properties = field(fields, "sparkProperties", fields::pairs)?;
    let mut read = Read {
        client_spark_version: field(fields, "clientSparkVersion", fields::text)?,
        app_resource: field(fields, "appResource", fields::text)?,
        main_class: field(fields, "mainClass", fields::text)?,
        arguments: field(fields, "appArgs", fields::texts)?,
        environment: environment.or_else(|| null_object("environmentVariables")),
        properties: properties.or_else(|| null_object("sparkProperties")),
        unknown: Vec::new(),
    };
    read.unknown = unknown(fields, &read);
    Ok(read)
}

/// The fields that are not in what was understood, were it written again (`RestServlet.findUnknownFields`).
fn unknown(fields: &Fields<'_>, read: &Read) -> Vec<String> {
    let understood = |name: &str, value: &RawValue| match name {
        "action" => true,
        "message" | "clientSparkVersion" | "appResource" | "mainClass" => value.get() != "null",
        "appArgs" => read.arguments.is_some(),
        "environmentVariables" => read.environment.as_deref().is_some_and(has_no_double),
        "sparkProperties" => read.properties.as_deref().is_some_and(has_no_double),
        _ => false,
    };
    let mut seen = BTreeSet::new();
    let is_unknown =
        |(name, value): &&(String, &RawValue)| !seen.insert(name.clone()) || !understood(name, value);
    fields.0.iter().filter(is_unknown).map(|(name, _)| name.clone()).collect()
}

fn has_no_double(pairs: &[(String, Option<String>)]) -> bool {
    let names: BTreeSet<&str> = pairs.iter().map(|(name, _)| name.as_str()).collect();
    names.len() == pairs.len()
}

fn check(read: Read, rules: &Rules) -> Result<(CreateRequest, Vec<String>), Refusal> {
    let Read { client_spark_version, app_resource, main_class, arguments, properties, environment, unknown } =
        read;
    let missing = |name: &str| Refusal::invalid(NAME, &is_missing(name, NAME));
    let spark_version = client_spark_version.ok_or_else(|| missing("clientSparkVersion"))?;
    let properties = properties.ok_or_else(|| Refusal::invalid(NAME, "No Spark properties set!"))?;
    let app_resource = app_resource.ok_or_else(|| missing("appResource"))?;
    for name in rules.required {
        let is_there = match *name {
            "appArgs" => arguments.is_some(),
            "environmentVariables" => environment.is_some(),
            key => property(&properties, key).flatten().is_some(),
        };
        if !is_there {
            return Err(missing(name));
        }
    }
    check_properties(&properties)?;
    let no_null =
        |what: &str| Refusal::unreadable(format_args!("{what} is null, which no process can be given"));
    let arguments = arguments.unwrap_or_default().into_iter();
    let arguments =
        arguments.map(|one| one.ok_or_else(|| no_null("one of 'appArgs'"))).collect::<Result<_, _>>()?;
    let environment = environment.unwrap_or_default().into_iter();
    let environment = environment
        .map(|(name, value)| match value {
            Some(value) => Ok((name, value)),
            None => Err(no_null(&format!("'{name}' of 'environmentVariables'"))),
        })
        .collect::<Result<_, _>>()?;
    Ok((
        CreateRequest { spark_version, app_resource, main_class, arguments, properties, environment },
        unknown,
    ))
}

/// The value of a property; of two with the same name, the last one.
pub(super) fn property<'a>(properties: &'a [(String, Option<String>)], key: &str) -> Option<Option<&'a str>> {
    properties.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value.as_deref())
}

fn check_properties(properties: &[(String, Option<String>)]) -> Result<(), Refusal> {
    let is_numeric: fn(&str) -> bool = |text| amount::double(text).is_some();
    let is_memory: fn(&str) -> bool = |text| model::memory_mib(text).is_some();
    let is_boolean: fn(&str) -> bool = |text| amount::boolean(text).is_some();
    let kinds = [
        ("spark.driver.supervise", "boolean", is_boolean),
        ("spark.driver.cores", "numeric", is_numeric),
        ("spark.cores.max", "numeric", is_numeric),
        ("spark.driver.memory", "memory", is_memory),
        ("spark.executor.memory", "memory", is_memory),
    ];
    for (key, kind, is_one) in kinds {
        let Some(value) = property(properties, key) else { continue };
        if !value.is_some_and(is_one) {
            let value = value.unwrap_or("null");
            let text = format!("Property '{key}' expected {kind} value: actual was '{value}'.");
            return Err(Refusal::invalid(NAME, &text));
        }
    }
    Ok(())
}
