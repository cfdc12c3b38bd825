//! The small values that messages share: counts, states, addresses, endpoint references, exceptions.

use model::{DriverState, EndpointRef, ExecutorState, RpcAddress};
use wire_java::Value;

use super::encoder::Encoder;

/// The peer asks on through the references that we give it, and waits this long: Spark's own default
/// (`spark.rpc.askTimeout`).
const ASK_TIMEOUT_S: i64 = 120;

/// A count as Java's `int`; Spark knows no larger one.
pub(super) fn int(count: u32) -> Value {
    Value::Int(i32::try_from(count).unwrap_or(i32::MAX))
}

impl<'a> Encoder<'a> {
    pub(super) fn optional_string(&mut self, text: Option<&'a str>) -> Value {
        let text = text.map(|text| self.string(text));
        self.option(text)
    }

    pub(super) fn optional_int(&mut self, value: Option<i32>) -> Value {
        let value = value.map(|value| self.boxed_int(value));
        self.option(value)
    }

    pub(super) fn optional_count(&mut self, count: Option<u32>) -> Value {
        self.optional_int(count.map(|count| i32::try_from(count).unwrap_or(i32::MAX)))
    }

    pub(super) fn executor_state(&mut self, state: ExecutorState) -> Value {
        self.enumeration_value("org.apache.spark.deploy.ExecutorState$", state.id())
    }

    pub(super) fn driver_state(&mut self, state: DriverState) -> Value {
        self.enumeration_value("org.apache.spark.deploy.master.DriverState$", state.id())
    }

    pub(super) fn address(&mut self, address: &'a RpcAddress) -> Value {
        let host = self.string(&address.host);
        let port = Value::Int(address.port.into());
        Value::Node(self.object("org.apache.spark.rpc.RpcAddress", [("port", port), ("host", host)]))
    }

    /// An `RpcEndpointRef`. The peer binds it to the connection on which it comes.
    pub(super) fn endpoint(&mut self, endpoint: &'a EndpointRef) -> Value {
        let (address, text) = match &endpoint.address {
            Some(address) => (self.address(address), format!("spark://{}@{address}", endpoint.name)),
            None => (Value::Null, format!("spark-client://{}", endpoint.name)),
        };
        let name = self.string(&endpoint.name);
        let text = self.owned_string(text);
        let endpoint_address = self.object(
            "org.apache.spark.rpc.RpcEndpointAddress",
            [("name", name), ("rpcAddress", address), ("toString", text)],
        );
        let timeout = self.ask_timeout();
        Value::Node(self.object(
            "org.apache.spark.rpc.netty.NettyRpcEndpointRef",
            [("defaultAskTimeout", timeout), ("endpointAddress", Value::Node(endpoint_address))],
        ))
    }

    fn ask_timeout(&mut self) -> Value {
        let unit = self.enum_constant("java.util.concurrent.TimeUnit", "SECONDS");
        let duration = self.object(
            "scala.concurrent.duration.FiniteDuration",
            [("length", Value::Long(ASK_TIMEOUT_S)), ("unit", unit)],
        );
        let property = self.string("spark.rpc.askTimeout");
        Value::Node(self.object(
            "org.apache.spark.rpc.RpcTimeout",
            [("duration", Value::Node(duration)), ("timeoutProp", property)],
        ))
    }

    /// A text as a `java.lang.Exception`, the one exception that every JVM has in the same version.
    pub(super) fn exception(&mut self, text: &'a str) -> Value {
        let text = self.string(text);
        Value::Node(self.object("java.lang.Exception", [("detailMessage", text)]))
    }

    pub(super) fn optional_exception(&mut self, text: Option<&'a str>) -> Value {
        let exception = text.map(|text| self.exception(text));
        self.option(exception)
    }
}
