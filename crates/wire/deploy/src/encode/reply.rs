//! Answers.

use model::message::Reply;
use wire_java::{NodeId, Value};

use super::encoder::{Encoder, deploy};

impl<'a> Encoder<'a> {
    pub(super) fn reply(&mut self, reply: &'a Reply) -> NodeId {
        match reply {
            Reply::Boolean(value) => self.object("java.lang.Boolean", [("value", Value::Boolean(*value))]),
            Reply::SubmitDriver { master, success, driver, message } => {
                let fields = [
                    ("master", self.endpoint(master)),
                    ("success", Value::Boolean(*success)),
                    ("driverId", self.optional_string(driver.as_ref().map(model::DriverId::as_str))),
                    ("message", self.string(message)),
                ];
                self.object(deploy!("SubmitDriverResponse"), fields)
            }
            Reply::KillDriver { master, driver, success, message } => {
                let fields = [
                    ("master", self.endpoint(master)),
                    ("driverId", self.string(driver.as_str())),
                    ("success", Value::Boolean(*success)),
                    ("message", self.string(message)),
                ];
                self.object(deploy!("KillDriverResponse"), fields)
            }
            Reply::DriverStatus { found, state, worker, worker_host_port, exception } => {
                let state = state.map(|state| self.driver_state(state));
                let fields = [
                    ("found", Value::Boolean(*found)),
                    ("state", self.option(state)),
                    ("workerId", self.optional_string(worker.as_ref().map(model::WorkerId::as_str))),
                    ("workerHostPort", self.optional_string(worker_host_port.as_deref())),
                    ("exception", self.optional_exception(exception.as_deref())),
                ];
                self.object(deploy!("DriverStatusResponse"), fields)
            }
            Reply::Failure { message } => {
                let exception = self.exception(message);
                self.object("org.apache.spark.rpc.netty.RpcFailure", [("e", exception)])
            }
        }
    }
}
