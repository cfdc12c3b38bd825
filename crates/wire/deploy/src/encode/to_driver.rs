//! What a Master says to a driver.

use model::EndpointRef;
use model::message::ToDriver;
use wire_java::NodeId;

use super::encoder::{Encoder, deploy};
use super::values::int;

impl<'a> Encoder<'a> {
    pub(super) fn message_to_driver(&mut self, message: &'a ToDriver) -> NodeId {
        match message {
            ToDriver::RegisteredApplication { application, master } => {
                let fields =
                    [("appId", self.string(application.as_str())), ("master", self.endpoint(master))];
                self.object(deploy!("RegisteredApplication"), fields)
            }
            ToDriver::ExecutorAdded { executor, worker, host_port, cores, memory_mib } => {
                let fields = [
                    ("id", int(*executor)),
                    ("workerId", self.string(worker.as_str())),
                    ("hostPort", self.string(host_port)),
                    ("cores", int(*cores)),
                    ("memory", int(*memory_mib)),
                ];
                self.object(deploy!("ExecutorAdded"), fields)
            }
            ToDriver::ExecutorUpdated { executor, state, message, exit_status, worker_host } => {
                let fields = [
                    ("id", int(*executor)),
                    ("state", self.executor_state(*state)),
                    ("message", self.optional_string(message.as_deref())),
                    ("exitStatus", self.optional_int(*exit_status)),
                    ("workerHost", self.optional_string(worker_host.as_deref())),
                ];
                self.object(deploy!("ExecutorUpdated"), fields)
            }
            ToDriver::WorkerRemoved { worker, host, message } => {
                let fields = [
                    ("id", self.string(worker.as_str())),
                    ("host", self.string(host)),
                    ("message", self.string(message)),
                ];
                self.object(deploy!("WorkerRemoved"), fields)
            }
            ToDriver::ApplicationRemoved { message } => {
                let message = self.string(message);
                self.object(deploy!("ApplicationRemoved"), [("message", message)])
            }
            ToDriver::MasterChanged { master, master_web_ui_url } => {
                self.master_changed(master, master_web_ui_url)
            }
        }
    }

    /// One class for Workers and drivers.
    pub(super) fn master_changed(&mut self, master: &'a EndpointRef, web_ui_url: &'a str) -> NodeId {
        let fields = [("master", self.endpoint(master)), ("masterWebUiUrl", self.string(web_ui_url))];
        self.object(deploy!("MasterChanged"), fields)
    }
}
