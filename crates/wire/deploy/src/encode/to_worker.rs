//! What a Master says to a Worker.

use model::message::{LaunchExecutor, ToWorker};
use wire_java::{NodeId, Value};

use super::encoder::{Encoder, deploy};
use super::values::int;

impl<'a> Encoder<'a> {
    pub(super) fn message_to_worker(&mut self, message: &'a ToWorker) -> NodeId {
        let (class, field, text) = match message {
            ToWorker::RegisteredWorker { master, master_web_ui_url, master_address, duplicate } => {
                let fields = [
                    ("master", self.endpoint(master)),
                    ("masterWebUiUrl", self.string(master_web_ui_url)),
                    ("masterAddress", self.address(master_address)),
                    ("duplicate", Value::Boolean(*duplicate)),
                ];
                return self.object(deploy!("RegisteredWorker"), fields);
            }
            ToWorker::MasterInStandby => return self.module(deploy!("MasterInStandby$")),
            ToWorker::DecommissionWorker => return self.module(deploy!("DecommissionWorker$")),
            ToWorker::LaunchExecutor(executor) => return self.launch_executor(executor),
            ToWorker::KillExecutor { master_url, executor } => {
                let fields = [
                    ("masterUrl", self.string(master_url)),
                    ("appId", self.string(executor.application.as_str())),
                    ("execId", int(executor.executor)),
                ];
                return self.object(deploy!("KillExecutor"), fields);
            }
            ToWorker::LaunchDriver { driver, description, resources, terms } => {
                let fields = [
                    ("driverId", self.string(driver.as_str())),
                    ("driverDesc", self.driver(description)),
                    ("resources", self.resources(resources)),
                ];
                let terms = self.terms(terms);
                return self.object_with(deploy!("LaunchDriver"), fields, &terms);
            }
            ToWorker::MasterChanged { master, master_web_ui_url } => {
                return self.master_changed(master, master_web_ui_url);
            }
            ToWorker::RegisterWorkerFailed { message } => {
                (deploy!("RegisterWorkerFailed"), "message", message.as_str())
            }
            ToWorker::ReconnectWorker { master_url } => {
                (deploy!("ReconnectWorker"), "masterUrl", master_url.as_str())
            }
            ToWorker::KillDriver { driver } => (deploy!("KillDriver"), "driverId", driver.as_str()),
            ToWorker::ApplicationFinished { application } => {
                (deploy!("ApplicationFinished"), "id", application.as_str())
            }
        };
        let text = self.string(text);
        self.object(class, [(field, text)])
    }

    fn launch_executor(&mut self, executor: &'a LaunchExecutor) -> NodeId {
        let fields = [
            ("masterUrl", self.string(&executor.master_url)),
            ("appId", self.string(executor.executor.application.as_str())),
            ("execId", int(executor.executor.executor)),
            ("rpId", int(executor.profile)),
            ("appDesc", self.application(&executor.description)),
            ("cores", int(executor.cores)),
            ("memory", int(executor.memory_mib)),
            ("resources", self.resources(&executor.resources)),
        ];
        let terms = self.terms(&executor.terms);
        self.object_with(deploy!("LaunchExecutor"), fields, &terms)
    }
}
