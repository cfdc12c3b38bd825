//! `conf/spark-env.sh`, as Spark's own start scripts read it (`bin/load-spark-env.sh`, 3.5).

use std::path::Path;
use std::process::{Command, Stdio};

use crate::error::{ConfigError, Warning};
use crate::sources::Environment;
use crate::spark_home::SparkHome;

/// These variables and those that `spark-env.sh` sets, unless `SPARK_ENV_LOADED` says that it has been run.
///
/// As the scripts do, this also makes `SPARK_HOME` known where only `PATH` leads to a Spark, and
/// `SPARK_CONF_DIR`. Runs `bash`; what the file prints goes to stderr.
///
/// # Errors
/// When the file cannot be run or fails.
pub fn load_spark_env(environment: &Environment) -> Result<(Environment, Vec<Warning>), ConfigError> {
    let mut environment = environment.clone();
    if environment.value("SPARK_HOME").is_none()
        && let Ok(spark) = SparkHome::find(&environment)
    {
        environment.set_derived("SPARK_HOME", spark.path.to_string_lossy());
    }
    let Some(folder) = environment.spark_conf_dir() else { return Ok((environment, Vec::new())) };
    if environment.value("SPARK_ENV_LOADED").is_some() {
        return Ok((environment, Vec::new()));
    }
    environment.set("SPARK_ENV_LOADED", "1");
    if environment.value("SPARK_CONF_DIR").is_none() {
        environment.set_derived("SPARK_CONF_DIR", folder.to_string_lossy());
    }
    let file = folder.join("spark-env.sh");
    if !file.is_file() {
        return Ok((environment, Vec::new()));
    }
    let Some(bash) = environment.find_program("bash") else {
        let text = format!("{} has no effect, for PATH has no bash to run it", file.display());
        return Ok((environment, vec![Warning(text)]));
    };
    let mut found = run(&bash, &file, &environment)?;
    found.derive_as(&environment);
    Ok((found, Vec::new()))
}

/// What the file's last command returned says nothing; that it could be read and was not left does.
const SCRIPT: &str = "[ -r \"$1\" ] || { echo 'the file cannot be read' >&2; exit 66; }\n\
                      set -a; . \"$1\" >&2; exec env -0";

fn run(bash: &Path, file: &Path, environment: &Environment) -> Result<Environment, ConfigError> {
    let failed = |problem: String| ConfigError::File {
        path: file.to_owned(),
        problem,
        advice: "correct it, or set SPARK_ENV_LOADED=1 to start without it".into(),
    };
    let output = Command::new(bash)
        .args(["-c", SCRIPT, "spark-env"])
        .arg(file)
        .env_clear()
        .envs(environment.iter())
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| failed(format!("{} cannot be run ({error})", bash.display())))?;
    if !output.status.success() {
        return Err(failed(format!("failed with {}", output.status)));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let found: Environment = text
        .split('\0')
        .filter_map(|pair| pair.split_once('='))
        .filter(|(name, _)| !matches!(*name, "_" | "SHLVL" | "PWD" | "OLDPWD"))
        .chain(environment.iter().filter(|(name, _)| matches!(*name, "SHLVL" | "PWD" | "OLDPWD")))
        .collect();
    if found.value("SPARK_ENV_LOADED").is_none() {
        return Err(failed("it ended before its end, by exit or exec".into()));
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
