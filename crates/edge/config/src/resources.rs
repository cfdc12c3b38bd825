//! A Worker's custom resources, from `spark.worker.resource.*`, discovery scripts and the resources file.
//!
//! The authority is `ResourceUtils.getOrDiscoverAllResources` (3.5): the file first, scripts for the rest.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use model::ResourceInformation;
use serde_json::Value;

use crate::effective::Effective;
use crate::error::{BadValue, ConfigError};
use crate::kind::COUNT;
use crate::{properties, table};

const PREFIX: &str = "spark.worker.resource.";
const COMPONENT: &str = "spark.worker";
const SHAPE: &str = "print {\"name\": \"gpu\", \"addresses\": [\"0\", \"1\"]}";

/// The custom resources that a Worker offers, by name.
pub(crate) fn discover(effective: &mut Effective<'_>) -> Result<Vec<ResourceInformation>, ConfigError> {
    let names: Vec<String> = effective
        .keys_under(PREFIX)
        .filter_map(|rest| rest.strip_suffix(".amount"))
        .filter(|name| !name.is_empty() && !name.contains('.'))
        .map(str::to_owned)
        .collect();
    let mut from_file = match effective.given(&table::RESOURCES_FILE)? {
        Some(file) => allocated(&file)?,
        None => BTreeMap::new(),
    };
    let mut resources = Vec::new();
    for name in names {
        let found = match from_file.remove(&name) {
            Some(addresses) => ResourceInformation { name: name.clone(), addresses },
            None => discovered(effective, &name)?,
        };
        let enough = amount(effective, &name)?;
        if found.addresses.len() < enough {
            let has = found.addresses.len();
            return Err(wrong(
                effective,
                &format!("{PREFIX}{name}.amount"),
                format!("more than the {has} that were found"),
                format!("write at most {has}"),
            ));
        }
        if enough > 0 {
            resources.push(found);
        }
    }
    Ok(resources)
}

fn amount(effective: &Effective<'_>, name: &str) -> Result<usize, ConfigError> {
    let key = format!("{PREFIX}{name}.amount");
    let text = effective.key(&key).map(|found| found.value).unwrap_or_default();
    (COUNT.parse)(&text)
        .map_err(|problem| wrong(effective, &key, problem.into_owned(), "write e.g. 2".into()))
}

fn wrong(effective: &Effective<'_>, key: &str, problem: String, advice: String) -> ConfigError {
    match effective.key(key) {
        Some(found) => {
            let (origin, name, value) = (found.origin, found.name, found.value);
            BadValue { origin, name, value, problem, advice }.into()
        }
        None => ConfigError::Missing { what: format!("{key} is not set"), advice },
    }
}

/// A JSON array of `{"id": {"componentName": "spark.worker", "resourceName": "gpu"}, "addresses": [...]}`.
fn allocated(file: &Path) -> Result<BTreeMap<String, Vec<String>>, ConfigError> {
    let advice = "write a JSON array of {\"id\": {\"componentName\": \"spark.worker\", \
                  \"resourceName\": \"gpu\"}, \"addresses\": [\"0\"]}";
    let wrong = |problem: String| ConfigError::File { path: file.into(), problem, advice: advice.into() };
    let text = properties::read_text(file, advice)?;
    let value: Value = serde_json::from_str(&text).map_err(|error| wrong(format!("not JSON ({error})")))?;
    let array = value.as_array().ok_or_else(|| wrong("not a JSON array".into()))?;
    let mut resources = BTreeMap::new();
    for one in array {
        let (name, addresses) = one["id"]["resourceName"]
            .as_str()
            .zip(strings(&one["addresses"]))
            .ok_or_else(|| wrong("an entry lacks its id or its addresses".into()))?;
        if one["id"]["componentName"] == COMPONENT {
            resources.insert(name.to_owned(), addresses);
        }
    }
    Ok(resources)
}

fn discovered(effective: &Effective<'_>, name: &str) -> Result<ResourceInformation, ConfigError> {
    let key = format!("{PREFIX}{name}.discoveryScript");
    let Some(script) = effective.key(&key) else {
        return Err(wrong(effective, &key, String::new(), format!("set it to a program that can {SHAPE}")));
    };
    let bad = |problem: String| wrong(effective, &key, problem, format!("make the program {SHAPE}"));
    let output = Command::new(&script.value)
        .env_clear()
        .envs(effective.environment().iter())
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| bad(format!("it cannot be run ({error})")))?;
    if !output.status.success() {
        return Err(bad(format!("it failed with {}", output.status)));
    }
    let value: Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| bad(format!("it printed no JSON ({error})")))?;
    match (value["name"].as_str(), strings(&value["addresses"])) {
        (Some(found), Some(addresses)) if found == name => {
            Ok(ResourceInformation { name: name.to_owned(), addresses })
        }
        (Some(found), Some(_)) => Err(bad(format!("it speaks of '{found}' instead of '{name}'"))),
        _ => Err(bad("it printed no name or no addresses".into())),
    }
}

fn strings(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|one| one.as_str().map(str::to_owned)).collect()
}
