//! The application as a request describes it: class, file, arguments and keys.
//!
//! The authority is `SparkSubmit.prepareSubmitEnvironment` (3.5) for jars. A Python application, which Spark's own client
//! refuses in cluster mode, is run by the class that runs it on other clusters: `PythonRunner`.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use edge_config::{Environment, SparkHome, shown};
use serde_json::{Value, json};

use super::arguments::SubmitArguments;
use super::environment;
use super::masters::Masters;
use crate::failure::Failure;

/// Runs a Python file in a child process and answers its calls.
const PYTHON_RUNNER: &str = "org.apache.spark.deploy.PythonRunner";

/// What a Worker replaces with the path of the application's file, once it has fetched it.
const FETCHED_FILE: &str = "{{USER_JAR}}";

/// An application that can be submitted.
#[derive(Debug)]
pub(super) struct Application {
    resource: String,
    class: String,
    arguments: Vec<String>,
    properties: BTreeMap<String, String>,
}

impl Application {
    pub(super) fn new(
        arguments: &SubmitArguments,
        properties: BTreeMap<String, String>,
        masters: &Masters,
    ) -> Result<Self, Failure> {
        let usage = |text: String| Err(Failure::Usage(text));
        if arguments.deploy_mode != "cluster" {
            return usage(format!(
                "--deploy-mode is '{}'; here the driver runs on the cluster, write cluster or use spark-submit",
                arguments.deploy_mode
            ));
        }
        let Some((file, own)) = arguments.application.split_first() else {
            return usage("the application's file is missing".to_owned());
        };
        if file.starts_with('-') {
            return usage(format!("unknown flag '{file}'; the application's own flags come behind its file"));
        }
        let is_python = is_python(file);
        let mut application = Self {
            resource: resolved(file),
            class: PYTHON_RUNNER.to_owned(),
            arguments: own.to_vec(),
            properties,
        };
        application.set_properties(arguments, masters);
        if is_python {
            application.make_python(arguments, file)?;
        } else {
            application.make_jar(arguments, file)?;
        }
        Ok(application)
    }

    /// What flags say, over what keys say.
    fn set_properties(&mut self, arguments: &SubmitArguments, masters: &Masters) {
        let SubmitArguments { files, resources, .. } = arguments;
        let flags = [
            ("spark.app.name", &arguments.name),
            ("spark.archives", &files.archives.as_deref().map(resolved_list)),
            ("spark.cores.max", &resources.total_executor_cores),
            ("spark.driver.cores", &resources.driver_cores),
            ("spark.driver.extraClassPath", &resources.driver_class_path),
            ("spark.driver.extraJavaOptions", &resources.driver_java_options),
            ("spark.driver.extraLibraryPath", &resources.driver_library_path),
            ("spark.driver.memory", &resources.driver_memory),
            ("spark.executor.cores", &resources.executor_cores),
            ("spark.executor.memory", &resources.executor_memory),
            ("spark.files", &files.files.as_deref().map(resolved_list)),
            ("spark.jars", &files.jars.as_deref().map(resolved_list)),
            ("spark.jars.excludes", &files.exclude_packages),
            ("spark.jars.packages", &files.packages),
            ("spark.jars.repositories", &files.repositories),
        ];
        for (key, value) in flags {
            if let Some(value) = value {
                self.properties.insert(key.to_owned(), value.clone());
            }
        }
        if resources.supervise {
            self.properties.insert("spark.driver.supervise".to_owned(), "true".to_owned());
        }
        if arguments.wait {
            self.properties.insert(WAIT.to_owned(), "true".to_owned());
        }
        self.properties.insert("spark.master".to_owned(), masters.url());
        self.properties.insert("spark.submit.deployMode".to_owned(), "cluster".to_owned());
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        self.properties.insert("spark.app.submitTime".to_owned(), now.as_millis().to_string());
    }

    fn make_jar(&mut self, arguments: &SubmitArguments, file: &str) -> Result<(), Failure> {
        if arguments.files.py_files.is_some() {
            return Err(Failure::Usage(format!(
                "--py-files goes with a Python application, and '{file}' is none"
            )));
        }
        let class = arguments.class.clone().ok_or_else(|| {
            Failure::Usage(format!(
                "the main class of '{file}' is not named; add --class, or give a .py file"
            ))
        })?;
        self.name_by_default(&class);
        self.append("spark.jars", &self.resource.clone());
        self.class = class;
        Ok(())
    }

    fn make_python(&mut self, arguments: &SubmitArguments, file: &str) -> Result<(), Failure> {
        if let Some(class) = &arguments.class {
            return Err(Failure::Usage(format!(
                "--class is '{class}', but a Python application has no main class"
            )));
        }
        let name = self.resource.rsplit('/').next().unwrap_or_default().to_owned();
        self.name_by_default(&name);
        let py_files = match &arguments.files.py_files {
            Some(list) => local_paths(list)?,
            None => self.properties.get("spark.submit.pyFiles").cloned().unwrap_or_default(),
        };
        if !py_files.is_empty() {
            // Executors are sent them as files; the driver reads them where they lie.
            self.append("spark.files", &resolved_list(&py_files));
            self.properties.insert("spark.submit.pyFiles".to_owned(), py_files.clone());
        }
        // Where it lies, so that it finds what lies beside it; from elsewhere it is what the Worker has fetched.
        let program = local_path(file).unwrap_or_else(|| FETCHED_FILE.to_owned());
        self.arguments.splice(0..0, [program, py_files]);
        Ok(())
    }

    fn name_by_default(&mut self, name: &str) {
        self.properties.entry("spark.app.name".to_owned()).or_insert_with(|| name.to_owned());
    }

    fn append(&mut self, key: &str, more: &str) {
        let list = self.properties.entry(key.to_owned()).or_default();
        if !list.is_empty() {
            list.push(',');
        }
        list.push_str(more);
    }

    /// Its name.
    pub(super) fn name(&self) -> &str {
        self.properties.get("spark.app.name").map_or("", String::as_str)
    }

    /// Whether the client stays until it has ended.
    pub(super) fn waits(&self) -> bool {
        self.properties.get(WAIT).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// The message for the Master.
    pub(super) fn request(&self, environment: &Environment) -> Value {
        let is_off = |value: &String| value.eq_ignore_ascii_case("false");
        let filtered = !self.properties.get("spark.standalone.submit.filterEnvironment").is_some_and(is_off);
        // Without a Spark here nobody knows: then it is the Master that says what is wanting, where it has a choice.
        let version = SparkHome::find(environment)
            .map_or_else(|_| "unknown".to_owned(), |spark| spark.version.to_string());
        json!({
            "action": "CreateSubmissionRequest",
            "appArgs": self.arguments,
            "appResource": self.resource,
            "clientSparkVersion": version,
            "environmentVariables": environment::for_driver(environment, filtered),
            "mainClass": self.class,
            "sparkProperties": self.properties,
        })
    }

    /// What is sent, for a person, without secrets.
    pub(super) fn shown(&self, request: &Value) -> String {
        let mut text = format!("Main class: {}\nFile: {}\nArguments:", self.class, self.resource);
        for argument in &self.arguments {
            text.push_str(&format!("\n  {argument}"));
        }
        for (title, part) in [("Keys", "sparkProperties"), ("Variables", "environmentVariables")] {
            text.push_str(&format!("\n{title}:"));
            for (key, value) in request[part].as_object().into_iter().flatten() {
                text.push_str(&format!("\n  {key}={}", shown(key, value.as_str().unwrap_or_default())));
            }
        }
        text
    }
}

const WAIT: &str = "spark.standalone.submit.waitAppCompletion";

fn is_python(file: &str) -> bool {
    let path = file.split(['?', '#']).next().unwrap_or_default();
    Path::new(path).extension().is_some_and(|extension| extension == "py")
}

/// A file as a Worker can fetch it: a path becomes an absolute one behind `file:` (`Utils.resolveURI`, 3.5).
fn resolved(file: &str) -> String {
    match scheme(file) {
        Some(_) => file.to_owned(),
        None => format!("file:{}", encoded(&absolute(file))),
    }
}

fn resolved_list(files: &str) -> String {
    let files: Vec<String> =
        files.split(',').map(str::trim).filter(|file| !file.is_empty()).map(resolved).collect();
    files.join(",")
}

/// Absolute paths, as Python reads them.
fn local_paths(files: &str) -> Result<String, Failure> {
    let path = |file: &str| {
        local_path(file).ok_or_else(|| {
            Failure::Usage(format!(
                "--py-files has '{file}', and no driver reads Python from there; give paths that every Worker sees"
            ))
        })
    };
    let files = files.split(',').map(str::trim).filter(|file| !file.is_empty());
    let paths: Vec<String> = files.map(path).collect::<Result<_, _>>()?;
    Ok(paths.join(","))
}

/// The path of a file that lies on a disk.
fn local_path(file: &str) -> Option<String> {
    match scheme(file) {
        None => Some(absolute(file)),
        Some("file" | "local") => {
            let (_, path) = file.split_once(':')?;
            Some(path.strip_prefix("//").unwrap_or(path).to_owned())
        }
        Some(_) => None,
    }
}

fn scheme(file: &str) -> Option<&str> {
    let (scheme, _) = file.split_once(':')?;
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || "+-.".contains(letter);
    (scheme.len() > 1 && scheme.chars().all(is_letter)).then_some(scheme)
}

fn absolute(file: &str) -> String {
    std::path::absolute(file).map_or_else(|_| file.to_owned(), |path| path.to_string_lossy().into_owned())
}

/// A path as a URI has it (`File.toURI`).
fn encoded(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for letter in path.chars() {
        if " \"#%<>?[\\]^`{|}".contains(letter) {
            encoded.push_str(&format!("%{:02X}", u32::from(letter)));
        } else {
            encoded.push(letter);
        }
    }
    encoded
}

#[cfg(test)]
mod tests;
