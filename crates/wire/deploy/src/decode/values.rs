//! The small values that messages share: options, states, addresses, endpoint references, exceptions.

use model::{DriverState, EndpointRef, ExecutorState, RpcAddress};
use wire_java::Value;

use super::decoder::Decoder;
use super::structure::Structure;
use crate::DecodeError;

impl<'d> Structure<'d, '_, '_> {
    /// An `Option`. Null counts as `None`: a writer may leave a field out.
    pub(super) fn option(&self, field: &str) -> Result<Option<Value>, DecodeError> {
        let Value::Node(node) = self.value(field)? else { return Ok(None) };
        let class = self.decoder.class(node);
        if class.is_some_and(|class| class.name == "scala.None$") {
            return Ok(None);
        }
        if class.is_some_and(|class| class.name == "scala.Some") {
            let some = self.decoder.graph.object(node).and_then(|some| some.field("value"));
            return Ok(Some(some.unwrap_or(Value::Null)));
        }
        Err(self.decoder.incompatible(node, &self.place(field)))
    }

    pub(super) fn optional_string(&self, field: &str) -> Result<Option<String>, DecodeError> {
        self.option(field)?.map(|value| self.decoder.string(value, &self.place(field))).transpose()
    }

    pub(super) fn optional_int(&self, field: &str) -> Result<Option<i32>, DecodeError> {
        self.option(field)?.map(|value| self.decoder.integer(value, &self.place(field))).transpose()
    }

    pub(super) fn optional_count(&self, field: &str) -> Result<Option<u32>, DecodeError> {
        let count = |value| u32::try_from(value).map_err(|_| self.misbehaved(field, "0 or more", value));
        self.optional_int(field)?.map(count).transpose()
    }

    /// An exception as text.
    pub(super) fn optional_exception(&self, field: &str) -> Result<Option<String>, DecodeError> {
        self.option(field)?.map(|value| self.decoder.exception(value, &self.place(field))).transpose()
    }

    pub(super) fn executor_state(&self, field: &str) -> Result<ExecutorState, DecodeError> {
        let id = self.decoder.enumeration_id(self.value(field)?, &self.place(field))?;
        ExecutorState::from_id(id).ok_or_else(|| self.misbehaved(field, "the id of an ExecutorState", id))
    }

    pub(super) fn driver_state(&self, field: &str) -> Result<DriverState, DecodeError> {
        self.driver_state_of(field, self.value(field)?)
    }

    pub(super) fn optional_driver_state(&self, field: &str) -> Result<Option<DriverState>, DecodeError> {
        self.option(field)?.map(|value| self.driver_state_of(field, value)).transpose()
    }

    fn driver_state_of(&self, field: &str, value: Value) -> Result<DriverState, DecodeError> {
        let id = self.decoder.enumeration_id(value, &self.place(field))?;
        DriverState::from_id(id).ok_or_else(|| self.misbehaved(field, "the id of a DriverState", id))
    }

    pub(super) fn address(&self, field: &str) -> Result<RpcAddress, DecodeError> {
        let address = self.structure(field, "org.apache.spark.rpc.RpcAddress")?;
        Ok(RpcAddress { host: address.string("host")?, port: address.port("port")? })
    }

    /// An `RpcEndpointRef`; without an address when its RPC environment only dials.
    pub(super) fn endpoint(&self, field: &str) -> Result<EndpointRef, DecodeError> {
        let reference = self.structure(field, "org.apache.spark.rpc.netty.NettyRpcEndpointRef")?;
        let endpoint = reference.structure("endpointAddress", "org.apache.spark.rpc.RpcEndpointAddress")?;
        let address = match endpoint.value("rpcAddress")? {
            Value::Null => None,
            _ => Some(endpoint.address("rpcAddress")?),
        };
        Ok(EndpointRef { name: endpoint.string("name")?, address })
    }
}

impl Decoder<'_, '_> {
    /// A `java.lang.Integer`.
    pub(super) fn integer(&self, value: Value, place: &str) -> Result<i32, DecodeError> {
        Structure::of_class(self, value, "java.lang.Integer", place)?.int("value")
    }

    /// The id of a value of a Scala `Enumeration`. The enumeration that hangs on it is of no interest.
    fn enumeration_id(&self, value: Value, place: &str) -> Result<i32, DecodeError> {
        Structure::of_class(self, value, "scala.Enumeration$Val", place)?.int("i")
    }

    /// An exception of any class, as `Throwable.toString` has it. A plain `java.lang.Exception` says no more than its
    /// message, which stands for itself: it is what [`crate::encode_message`] makes of a text.
    pub(super) fn exception(&self, value: Value, place: &str) -> Result<String, DecodeError> {
        let throwable = Structure::of_class(self, value, "java.lang.Throwable", place)?;
        let class = throwable.object.class().name.to_string();
        self.pay(class.len(), place)?;
        let message = match throwable.value("detailMessage")? {
            Value::Null => return Ok(class),
            message => self.string(message, place)?,
        };
        Ok(if class == "java.lang.Exception" { message } else { format!("{class}: {message}") })
    }
}
