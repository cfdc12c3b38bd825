//! The variables that go with a submission (`RestSubmissionClient.filterSystemEnvironment`, `DriverEnvironment`, 4.3).

use std::collections::BTreeMap;

use edge_config::Environment;

/// Variables of this machine, of no use on another.
const OF_THIS_HOST: [&str; 2] = ["SPARK_LOCAL_IP", "SPARK_LOCAL_HOSTNAME"];

/// Variables of this machine's Spark.
const OF_THIS_SPARK: [&str; 3] = ["SPARK_ENV_LOADED", "SPARK_HOME", "SPARK_CONF_DIR"];

/// Which Python runs; `spark-submit` hands them on in client mode alone.
const PYTHON: [&str; 2] = ["PYSPARK_PYTHON", "PYSPARK_DRIVER_PYTHON"];

/// What the driver gets: variables of Spark's, or all where they are not to be filtered
/// (`spark.standalone.submit.filterEnvironment`).
pub(super) fn for_driver(environment: &Environment, filtered: bool) -> BTreeMap<String, String> {
    let goes_along = |name: &str| {
        let is_sparks = name.starts_with("SPARK_") && !OF_THIS_SPARK.contains(&name);
        !OF_THIS_HOST.contains(&name) && (!filtered || is_sparks || PYTHON.contains(&name))
    };
    let variables = environment.iter().filter(|(name, _)| goes_along(name));
    variables.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}
