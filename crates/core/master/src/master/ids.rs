//! Ids of applications and drivers (`Master.newApplicationId`, `Master.createApplication`, `Master.newDriverId`, 4.0).

use model::{ApplicationId, DriverDescription, DriverId, IdArgument, Now};

use super::Master;
use crate::amount::id_time;

/// The argument behind which `spark-submit` takes its options, when a driver is started by way of it: a submission
/// over REST of a Python application.
const SPARK_SUBMIT: &str = "org.apache.spark.deploy.SparkSubmit";

impl Master {
    /// The id of an application that registers now. A name, a pattern without a number or a modulo can give one that
    /// is in use; Spark then confuses the two applications, here the later one gets a number behind it.
    pub(super) fn new_application_id(&mut self, now: Now, name: &str) -> ApplicationId {
        let text = if self.config.use_application_name_as_id {
            name.to_lowercase().split([' ', '\t', '\n', '\x0b', '\x0c', '\r']).collect()
        } else {
            self.reserve_numbers();
            let number = self.applications.take_number(self.config.application_number_modulo);
            let moment = id_time(now);
            let arguments = [IdArgument::Text(&moment), IdArgument::Number(number)];
            self.config.application_id_pattern.format(&arguments)
        };
        first_free(
            text,
            |text| self.applications.get(&ApplicationId::new(text)).is_some(),
            ApplicationId::new,
        )
    }

    pub(super) fn new_driver_id(&mut self, now: Now) -> DriverId {
        self.reserve_numbers();
        let number = self.drivers.take_number();
        let moment = id_time(now);
        let arguments = [IdArgument::Text(&moment), IdArgument::Number(number)];
        let text = self.config.driver_id_pattern.format(&arguments);
        first_free(text, |text| self.drivers.is_known(&DriverId::new(text)), DriverId::new)
    }

    /// Names the application of a driver after the driver (`Master.maybeUpdateAppName`, 4.0).
    pub(super) fn name_after_driver(&self, id: &DriverId, description: &mut DriverDescription) {
        if !self.config.use_driver_id_as_application_name {
            return;
        }
        let setting = format!("spark.app.name={id}");
        let command = &mut description.command;
        command.java_options.retain(|option| !option.starts_with("-Dspark.app.name="));
        command.java_options.push(format!("-D{setting}"));
        // {{WORKER_URL}} {{USER_JAR}} org.apache.spark.deploy.SparkSubmit -c spark.app.name=...
        let arguments = &mut command.arguments;
        if arguments.get(2).is_some_and(|class| class == SPARK_SUBMIT) {
            match arguments.get_mut(4) {
                Some(argument) if argument.starts_with("spark.app.name=") => *argument = setting,
                _ => drop(arguments.splice(3..3, ["-c".to_owned(), setting])),
            }
        }
    }
}

/// The id itself, or with the least number behind it under which it is not in use.
fn first_free<T>(text: String, in_use: impl Fn(&str) -> bool, id: impl Fn(String) -> T) -> T {
    if !in_use(&text) {
        return id(text);
    }
    let mut number = 1u64;
    loop {
        let numbered = format!("{text}-{number}");
        if !in_use(&numbered) {
            return id(numbered);
        }
        number += 1;
    }
}
