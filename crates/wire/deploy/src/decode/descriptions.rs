//! What applications, drivers, executors and resource profiles say of themselves.

use std::collections::BTreeMap;

use model::message::ExecutorDescription;
use model::{
    ApplicationDescription, ApplicationId, Command, DriverDescription, ExecutorKey, ExecutorResourceRequest,
    ResourceInformation, ResourceProfile, TaskResourceRequest,
};
use wire_java::Value;

use super::decoder::Decoder;
use super::structure::Structure;
use crate::DecodeError;

impl<'d, 'g, 'a> Structure<'d, 'g, 'a> {
    pub(super) fn strings(&self, field: &str) -> Result<Vec<String>, DecodeError> {
        self.each(field, |value, place| self.decoder.string(value, place))
    }

    /// A sequence, each element by a function of it and its place.
    pub(super) fn each<T>(
        &self,
        field: &str,
        decode: impl Fn(Value, &str) -> Result<T, DecodeError>,
    ) -> Result<Vec<T>, DecodeError> {
        let place = self.place(field);
        let elements = self.decoder.sequence(self.value(field)?, &place)?;
        elements.into_iter().map(|value| decode(value, &place)).collect()
    }

    /// A map, each entry by a function of key, value and their place.
    pub(super) fn entries<T>(
        &self,
        field: &str,
        decode: impl Fn(Value, Value, &str) -> Result<T, DecodeError>,
    ) -> Result<Vec<T>, DecodeError> {
        let place = self.place(field);
        let entries = self.decoder.map(self.value(field)?, &place)?;
        entries.into_iter().map(|(key, value)| decode(key, value, &place)).collect()
    }

    pub(super) fn application_id(&self, field: &str) -> Result<ApplicationId, DecodeError> {
        self.string(field).map(ApplicationId::new)
    }

    /// An executor by the fields that name its application and its number.
    pub(super) fn executor_key(&self, application: &str, executor: &str) -> Result<ExecutorKey, DecodeError> {
        Ok(ExecutorKey { application: self.application_id(application)?, executor: self.count(executor)? })
    }

    /// A map from name to `ResourceInformation`.
    pub(super) fn resources(&self, field: &str) -> Result<Vec<ResourceInformation>, DecodeError> {
        self.entries(field, |_name, value, place| {
            let class = "org.apache.spark.resource.ResourceInformation";
            let resource = Structure::of_class(self.decoder, value, class, place)?;
            let addresses = resource.each("addresses", |value, place| self.decoder.string(value, place))?;
            Ok(ResourceInformation { name: resource.string("name")?, addresses })
        })
    }

    pub(super) fn command(&self, field: &str) -> Result<Command, DecodeError> {
        let command = self.structure(field, "org.apache.spark.deploy.Command")?;
        Ok(Command {
            main_class: command.string("mainClass")?,
            arguments: command.strings("arguments")?,
            environment: command.entries("environment", |key, value, place| {
                Ok((self.decoder.string(key, place)?, self.decoder.string(value, place)?))
            })?,
            class_path_entries: command.strings("classPathEntries")?,
            library_path_entries: command.strings("libraryPathEntries")?,
            java_options: command.strings("javaOpts")?,
        })
    }

    pub(super) fn application(&self, field: &str) -> Result<ApplicationDescription, DecodeError> {
        let application = self.structure(field, "org.apache.spark.deploy.ApplicationDescription")?;
        Ok(ApplicationDescription {
            name: application.string("name")?,
            user: application.string("user")?,
            max_cores: application.optional_count("maxCores")?,
            command: application.command("command")?,
            app_ui_url: application.string("appUiUrl")?,
            event_log_dir: application.option("eventLogDir")?.map(|uri| application.uri(uri)).transpose()?,
            event_log_codec: application.optional_string("eventLogCodec")?,
            initial_executor_limit: application.optional_count("initialExecutorLimit")?,
            default_profile: match application.value("defaultProfile")? {
                // A Worker never looks at it, so a Master may leave it out.
                Value::Null => ResourceProfile::default(),
                profile => self.decoder.profile(profile, &application.place("defaultProfile"))?,
            },
        })
    }

    /// A `java.net.URI`, as text.
    fn uri(&self, value: Value) -> Result<String, DecodeError> {
        Structure::of_class(self.decoder, value, "java.net.URI", &self.place("eventLogDir"))?.string("string")
    }

    pub(super) fn driver(&self, field: &str) -> Result<DriverDescription, DecodeError> {
        let driver = self.structure(field, "org.apache.spark.deploy.DriverDescription")?;
        Ok(DriverDescription {
            spark: None,
            jar_url: driver.string("jarUrl")?,
            memory_mib: driver.count("mem")?,
            cores: driver.count("cores")?,
            supervise: driver.boolean("supervise")?,
            command: driver.command("command")?,
            resources: driver.each("resourceReqs", |value, place| {
                let class = "org.apache.spark.resource.ResourceRequirement";
                let requirement = Structure::of_class(self.decoder, value, class, place)?;
                Ok((requirement.string("resourceName")?, requirement.count("amount")?))
            })?,
        })
    }
}

impl Decoder<'_, '_> {
    pub(super) fn executor(&self, value: Value, place: &str) -> Result<ExecutorDescription, DecodeError> {
        let class = "org.apache.spark.deploy.ExecutorDescription";
        let executor = Structure::of_class(self, value, class, place)?;
        Ok(ExecutorDescription {
            executor: executor.executor_key("appId", "execId")?,
            profile: executor.count("rpId")?,
            cores: executor.count("cores")?,
            memory_mib: executor.count("memoryMb")?,
            state: executor.executor_state("state")?,
        })
    }

    /// A `ResourceProfile` of any release, or a subclass. What it computes for itself is left alone.
    pub(super) fn profile(&self, value: Value, place: &str) -> Result<ResourceProfile, DecodeError> {
        let profile = Structure::of_class(self, value, "org.apache.spark.resource.ResourceProfile", place)?;
        let executor_resources = profile.entries("executorResources", |name, request, place| {
            let class = "org.apache.spark.resource.ExecutorResourceRequest";
            let request = Structure::of_class(self, request, class, place)?;
            let amount = request.long_count("amount")?;
            let (discovery_script, vendor) = (request.string("discoveryScript")?, request.string("vendor")?);
            Ok((self.string(name, place)?, ExecutorResourceRequest { amount, discovery_script, vendor }))
        })?;
        let task_resources = profile.entries("taskResources", |name, request, place| {
            let class = "org.apache.spark.resource.TaskResourceRequest";
            let request = Structure::of_class(self, request, class, place)?;
            Ok((self.string(name, place)?, TaskResourceRequest { amount: request.amount("amount")? }))
        })?;
        Ok(ResourceProfile {
            id: profile.count("_id")?,
            executor_resources: BTreeMap::from_iter(executor_resources),
            task_resources: BTreeMap::from_iter(task_resources),
        })
    }
}
