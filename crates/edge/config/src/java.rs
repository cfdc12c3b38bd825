//! The Java that runs executors.

use std::path::PathBuf;

use crate::error::ConfigError;
use crate::sources::{Environment, is_executable};

/// `JAVA_HOME/bin/java`, else `java` of `PATH` (`bin/spark-class`, 3.5).
pub(crate) fn find(environment: &Environment) -> Result<PathBuf, ConfigError> {
    let advice = "install Java 17 and set JAVA_HOME to its folder: executors are JVMs";
    if let Some(home) = environment.path("JAVA_HOME") {
        let java = home.join("bin/java");
        return if is_executable(&java) {
            Ok(java)
        } else {
            let what = format!("JAVA_HOME is '{}', which has no bin/java to run", home.display());
            Err(ConfigError::Missing { what, advice: advice.into() })
        };
    }
    environment.find_program("java").ok_or_else(|| ConfigError::Missing {
        what: "JAVA_HOME is not set, and PATH has no java".into(),
        advice: advice.into(),
    })
}

#[cfg(test)]
mod tests;
