//! What applications, drivers, executors and resource profiles say of themselves.

use model::message::ExecutorDescription;
use model::{ApplicationDescription, Command, DriverDescription, ResourceInformation, ResourceProfile};
use wire_java::Value;

use super::encoder::Encoder;
use super::values::int;
use crate::schema::varies;

impl<'a> Encoder<'a> {
    pub(super) fn strings(&mut self, texts: &'a [String]) -> Value {
        let texts = texts.iter().map(|text| self.string(text)).collect();
        self.sequence(texts)
    }

    pub(super) fn resources(&mut self, resources: &'a [ResourceInformation]) -> Value {
        let mut entries = Vec::new();
        for resource in resources {
            let (key, name) = (self.string(&resource.name), self.string(&resource.name));
            let addresses = self.string_array(&resource.addresses);
            let class = "org.apache.spark.resource.ResourceInformation";
            let information = self.object(class, [("name", name), ("addresses", addresses)]);
            entries.push((key, Value::Node(information)));
        }
        self.map(entries)
    }

    fn command(&mut self, command: &'a Command) -> Value {
        let environment = command.environment.iter();
        let environment = environment.map(|(name, value)| (self.string(name), self.string(value))).collect();
        let fields = [
            ("mainClass", self.string(&command.main_class)),
            ("arguments", self.strings(&command.arguments)),
            ("environment", self.map(environment)),
            ("classPathEntries", self.strings(&command.class_path_entries)),
            ("libraryPathEntries", self.strings(&command.library_path_entries)),
            ("javaOpts", self.strings(&command.java_options)),
        ];
        Value::Node(self.object("org.apache.spark.deploy.Command", fields))
    }

    pub(super) fn application(&mut self, application: &'a ApplicationDescription) -> Value {
        let event_log_dir = application.event_log_dir.as_deref().map(|dir| {
            let dir = self.string(dir);
            Value::Node(self.object("java.net.URI", [("string", dir)]))
        });
        let fields = [
            ("name", self.string(&application.name)),
            ("user", self.string(&application.user)),
            ("maxCores", self.optional_count(application.max_cores)),
            ("command", self.command(&application.command)),
            ("appUiUrl", self.string(&application.app_ui_url)),
            ("eventLogDir", self.option(event_log_dir)),
            ("eventLogCodec", self.optional_string(application.event_log_codec.as_deref())),
            ("initialExecutorLimit", self.optional_count(application.initial_executor_limit)),
            ("defaultProfile", self.profile(&application.default_profile)),
        ];
        Value::Node(self.object("org.apache.spark.deploy.ApplicationDescription", fields))
    }

    /// `ResourceProfile` has another serialVersionUID in nearly every 4.x line, and only a superclass may have a wrong
    /// one. While the reader may be of several lines it goes as its subclass `TaskResourceProfile`, whose own is the
    /// same in all of them; to a Master or Worker the two are one (`TaskResourceProfile.getCustomExecutorResources`,
    /// 4.0: as in the superclass where there is no `SparkEnv`).
    pub(super) fn profile(&mut self, profile: &'a ResourceProfile) -> Value {
        let class = if varies("org.apache.spark.resource.ResourceProfile", self.readers) {
            "org.apache.spark.resource.TaskResourceProfile"
        } else {
            "org.apache.spark.resource.ResourceProfile"
        };
        let executor_resources = self.executor_resources(profile);
        let task_resources = self.task_resources(profile);
        let fields = [
            ("_id", int(profile.id)),
            ("executorResources", executor_resources),
            ("taskResources", task_resources),
            ("_executorResourceSlotsPerAddr", self.none()),
            ("_limitingResource", self.none()),
            ("_maxTasksPerExecutor", self.none()),
        ];
        Value::Node(self.object(class, fields))
    }

    fn executor_resources(&mut self, profile: &'a ResourceProfile) -> Value {
        let mut entries = Vec::new();
        for (name, request) in &profile.executor_resources {
            let fields = [
                ("resourceName", self.string(name)),
                ("amount", Value::Long(i64::try_from(request.amount).unwrap_or(i64::MAX))),
                ("discoveryScript", self.string(&request.discovery_script)),
                ("vendor", self.string(&request.vendor)),
            ];
            let request = self.object("org.apache.spark.resource.ExecutorResourceRequest", fields);
            entries.push((self.string(name), Value::Node(request)));
        }
        self.map(entries)
    }

    fn task_resources(&mut self, profile: &'a ResourceProfile) -> Value {
        let mut entries = Vec::new();
        for (name, request) in &profile.task_resources {
            let fields = [("resourceName", self.string(name)), ("amount", Value::Double(request.amount))];
            let request = self.object("org.apache.spark.resource.TaskResourceRequest", fields);
            entries.push((self.string(name), Value::Node(request)));
        }
        self.map(entries)
    }

    pub(super) fn driver(&mut self, driver: &'a DriverDescription) -> Value {
        let mut requirements = Vec::new();
        for (name, amount) in &driver.resources {
            let fields =
                [("resourceName", self.string(name)), ("amount", int(*amount)), ("numParts", int(1))];
            let requirement = self.object("org.apache.spark.resource.ResourceRequirement", fields);
            requirements.push(Value::Node(requirement));
        }
        let fields = [
            ("jarUrl", self.string(&driver.jar_url)),
            ("mem", int(driver.memory_mib)),
            ("cores", int(driver.cores)),
            ("supervise", Value::Boolean(driver.supervise)),
            ("command", self.command(&driver.command)),
            ("resourceReqs", self.sequence(requirements)),
        ];
        Value::Node(self.object("org.apache.spark.deploy.DriverDescription", fields))
    }

    pub(super) fn executor(&mut self, executor: &'a ExecutorDescription) -> Value {
        let fields = [
            ("appId", self.string(executor.executor.application.as_str())),
            ("execId", int(executor.executor.executor)),
            ("rpId", int(executor.profile)),
            ("cores", int(executor.cores)),
            ("memoryMb", int(executor.memory_mib)),
            ("state", self.executor_state(executor.state)),
        ];
        Value::Node(self.object("org.apache.spark.deploy.ExecutorDescription", fields))
    }
}
