//! The driver that a create request describes (`StandaloneSubmitRequestServlet.buildDriverDescription`, 3.5 and 4.3).

use std::collections::BTreeMap;

use model::{Command, DriverDescription, SparkVersion};

use super::create::CreateRequest;
use super::refusal::Refusal;
use super::rules::Rules;
use super::{SubmissionConfig, amount, java_options, module_options};

/// What a driver gets that asks for nothing (`ClientArguments`).
const DEFAULT_MEMORY_MIB: u32 = 1024;
const DEFAULT_CORES: u32 = 1;

/// Variables of the machine that the request came from.
const HOST_SPECIFIC: [&str; 2] = ["SPARK_LOCAL_IP", "SPARK_LOCAL_HOSTNAME"];

/// The class whose application finds its name among its arguments alone.
const SPARK_SUBMIT: &str = "org.apache.spark.deploy.SparkSubmit";

const RESOURCE_PREFIX: &str = "spark.driver.resource.";

/// Properties by name.
type Properties = BTreeMap<String, String>;

pub(super) fn describe(
    request: CreateRequest,
    config: &SubmissionConfig,
    rules: &Rules,
) -> Result<DriverDescription, Refusal> {
    let is_allowed =
        |resource: &str| config.allowed_resources.iter().any(|pattern| pattern.is_match(resource));
    if !config.allowed_resources.is_empty() && !is_allowed(&request.app_resource) {
        return Err(Refusal::missing("Valid application jar path is required"));
    }
    let main_class = request.main_class.ok_or_else(|| Refusal::missing("Main class is missing."))?;
    let filled = |text: String| if rules.has_placeholders { filled_in(text, config) } else { text };
    let mut properties = Properties::new();
    for (key, value) in request.properties {
        let Some(value) = value else {
            return Err(Refusal::Exception(format!("java.lang.NullPointerException: null value for {key}")));
        };
        properties.insert(key, filled(value));
    }
    let masters = properties.get("spark.master").map_or_else(
        || config.master.spark_url(),
        |masters| with_port(masters, config.port, config.master.port),
    );
    properties.insert("spark.master".to_owned(), masters);
    let environment = request.environment.into_iter();
    let environment = environment
        .filter(|(name, _)| !HOST_SPECIFIC.contains(&name.as_str()))
        .map(|(name, value)| (name, filled(value)));
    let property = |key: &str| properties.get(key).map(String::as_str);
    let command = Command {
        main_class: "org.apache.spark.deploy.worker.DriverWrapper".to_owned(),
        environment: environment.collect(),
        class_path_entries: path_entries(property("spark.driver.extraClassPath")),
        library_path_entries: path_entries(property("spark.driver.extraLibraryPath")),
        java_options: options(&properties, &config.spark_version),
        arguments: arguments(main_class, property("spark.app.name"), request.arguments),
    };
    Ok(DriverDescription {
        spark: SparkVersion::parse(&request.spark_version),
        jar_url: request.app_resource,
        memory_mib: property("spark.driver.memory").and_then(model::memory_mib).unwrap_or(DEFAULT_MEMORY_MIB),
        cores: cores(property("spark.driver.cores"))?,
        supervise: property("spark.driver.supervise").and_then(amount::boolean).unwrap_or(false),
        resources: resources(&properties)?,
        command,
    })
}

/// A text that is nothing but `{{NAME}}`, filled in where the Master has such a variable.
fn filled_in(text: String, config: &SubmissionConfig) -> String {
    let name = text.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}"));
    let variable = name.and_then(|name| config.environment.iter().find(|(known, _)| known == name));
    variable.map_or(text, |(_, value)| value.clone())
}

/// Master URLs in which `from` is not the port of any more: drivers register elsewhere than they are submitted.
fn with_port(masters: &str, from: u16, to: u16) -> String {
    let from = format!(":{from}");
    let mut out = String::new();
    let mut rest = masters;
    while let Some((before, after)) = rest.split_once(&from) {
        out.push_str(before);
        let is_whole = !after.starts_with(|letter: char| letter.is_ascii_digit());
        out.push_str(&if is_whole { format!(":{to}") } else { from.clone() });
        rest = after;
    }
    out + rest
}

fn arguments(main_class: String, app_name: Option<&str>, given: Vec<String>) -> Vec<String> {
    let name = app_name.filter(|_| main_class == SPARK_SUBMIT);
    let name = name.map(|name| ["-c".to_owned(), format!("spark.app.name={name}")]);
    let wrapper = ["{{WORKER_URL}}".to_owned(), "{{USER_JAR}}".to_owned(), main_class];
    wrapper.into_iter().chain(name.into_iter().flatten()).chain(given).collect()
}

/// Java's `split`: empty parts at the end do not count.
fn path_entries(path: Option<&str>) -> Vec<String> {
    let path = path.unwrap_or_default().trim_end_matches(':');
    if path.is_empty() { Vec::new() } else { path.split(':').map(str::to_owned).collect() }
}

fn options(properties: &Properties, spark_version: &str) -> Vec<String> {
    let of_key = |key: &str| properties.get(key).map(|text| java_options::words(text)).unwrap_or_default();
    let modules = module_options(spark_version).into_iter().map(str::to_owned);
    let spark = properties.iter().map(|(key, value)| format!("-D{key}={value}"));
    modules
        .chain(spark)
        .chain(of_key("spark.driver.defaultJavaOptions"))
        .chain(of_key("spark.driver.extraJavaOptions"))
        .collect()
}

/// The cores asked for. Spark takes fewer than none too, and then books them on a Worker.
fn cores(text: Option<&str>) -> Result<u32, Refusal> {
    let Some(text) = text else { return Ok(DEFAULT_CORES) };
    let cores: i32 = text.parse().map_err(|_| Refusal::not_a_number(text))?;
    u32::try_from(cores).map_err(|_| {
        let text = format!("Property 'spark.driver.cores' expected numeric value: actual was '{text}'.");
        Refusal::invalid("CreateSubmissionRequest", &text)
    })
}

/// What `spark.driver.resource.NAME.amount` ask for (`ResourceUtils.parseResourceRequirements`, 3.5).
fn resources(properties: &Properties) -> Result<Vec<(String, u32)>, Refusal> {
    let mut resources: Vec<(String, u32)> = Vec::new();
    let keys = properties.keys().filter_map(|key| key.strip_prefix(RESOURCE_PREFIX));
    for key in keys {
        let (name, _) = key.split_once('.').ok_or_else(|| {
            Refusal::spark(format_args!(
                "You must specify an amount config for resource: {key} config: {RESOURCE_PREFIX}{key}"
            ))
        })?;
        if resources.iter().any(|(known, _)| known == name) {
            continue;
        }
        let amount = properties.get(&format!("{RESOURCE_PREFIX}{name}.amount"));
        let amount =
            amount.ok_or_else(|| Refusal::spark(format_args!("You must specify an amount for {name}")))?;
        resources.push((name.to_owned(), resource_amount(amount)?));
    }
    resources.retain(|(_, amount)| *amount > 0);
    Ok(resources)
}

/// A whole number; what is no more than nothing is nothing.
fn resource_amount(text: &str) -> Result<u32, Refusal> {
    let amount = amount::double(text).ok_or_else(|| Refusal::not_a_number(text))?;
    if amount > 0.0 && amount.fract() != 0.0 {
        return Err(Refusal::spark(
            "Only tasks support fractional resources, please check your spark.driver settings",
        ));
    }
    // What is no number is none, and there are no more than Java can count.
    Ok((amount.clamp(0.0, f64::from(i32::MAX))) as u32)
}
