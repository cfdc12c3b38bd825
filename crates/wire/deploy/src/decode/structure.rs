//! An object with named fields, and what each field should be.

use wire_java::{NodeId, ObjectRef, Value};

use super::decoder::Decoder;
use crate::DecodeError;

/// An object whose fields are asked for by name; errors say which field of what.
pub(super) struct Structure<'d, 'g, 'a> {
    pub(super) decoder: &'d Decoder<'g, 'a>,
    pub(super) object: ObjectRef<'g, 'a>,
    name: &'static str,
}

impl<'d, 'g, 'a> Structure<'d, 'g, 'a> {
    /// The node as an object that people call by that name.
    pub(super) fn new(
        decoder: &'d Decoder<'g, 'a>,
        node: NodeId,
        name: &'static str,
    ) -> Result<Self, DecodeError> {
        decoder.pay(1, name)?;
        let object = decoder.graph.object(node);
        let object = object.ok_or_else(|| decoder.malformed(name, "an object", Value::Node(node)))?;
        Ok(Self { decoder, object, name })
    }

    /// The same, when it is of that class or a subclass.
    pub(super) fn of_class(
        decoder: &'d Decoder<'g, 'a>,
        value: Value,
        class: &'static str,
        place: &str,
    ) -> Result<Self, DecodeError> {
        let node = decoder.node(value, place)?;
        let name = class.rsplit(['.', '$']).next().unwrap_or(class);
        match decoder.graph.object(node) {
            Some(object) if object.classes().any(|one| one.name == class) => Self::new(decoder, node, name),
            Some(_) => Err(decoder.incompatible(node, place)),
            None => Err(decoder.malformed(place, "an object", value)),
        }
    }

    /// `Class.field`, for people.
    pub(super) fn place(&self, field: &str) -> String {
        format!("{}.{field}", self.name)
    }

    pub(super) fn value(&self, field: &str) -> Result<Value, DecodeError> {
        self.object.field(field).ok_or_else(|| DecodeError::Malformed {
            place: self.place(field),
            expected: "there",
            found: "missing".into(),
        })
    }

    /// An object of a class with named fields.
    pub(super) fn structure(
        &self,
        field: &str,
        class: &'static str,
    ) -> Result<Structure<'d, 'g, 'a>, DecodeError> {
        Structure::of_class(self.decoder, self.value(field)?, class, &self.place(field))
    }

    pub(super) fn string(&self, field: &str) -> Result<String, DecodeError> {
        match self.value(field)? {
            // The place is only put into words when it is needed.
            Value::Node(node) if self.decoder.graph.text(node).is_some() => {
                self.decoder.string(Value::Node(node), self.name)
            }
            other => Err(self.malformed(field, "a string", other)),
        }
    }

    pub(super) fn boolean(&self, field: &str) -> Result<bool, DecodeError> {
        match self.value(field)? {
            Value::Boolean(value) => Ok(value),
            other => Err(self.malformed(field, "a boolean", other)),
        }
    }

    pub(super) fn int(&self, field: &str) -> Result<i32, DecodeError> {
        match self.value(field)? {
            Value::Int(value) => Ok(value),
            other => Err(self.malformed(field, "an int", other)),
        }
    }

    /// An `int` that counts something.
    pub(super) fn count(&self, field: &str) -> Result<u32, DecodeError> {
        let value = self.int(field)?;
        u32::try_from(value).map_err(|_| self.misbehaved(field, "0 or more", value))
    }

    /// A `long` that counts something.
    pub(super) fn long_count(&self, field: &str) -> Result<u64, DecodeError> {
        match self.value(field)? {
            Value::Long(value) => {
                u64::try_from(value).map_err(|_| self.misbehaved(field, "0 or more", value))
            }
            other => Err(self.malformed(field, "a long", other)),
        }
    }

    /// A `double` that is an amount of something.
    pub(super) fn amount(&self, field: &str) -> Result<f64, DecodeError> {
        match self.value(field)? {
            Value::Double(value) if value.is_finite() && value >= 0.0 => Ok(value),
            Value::Double(value) => Err(self.misbehaved(field, "a finite number, 0 or more", value)),
            other => Err(self.malformed(field, "a double", other)),
        }
    }

    /// A TCP port.
    pub(super) fn port(&self, field: &str) -> Result<u16, DecodeError> {
        let value = self.int(field)?;
        u16::try_from(value).map_err(|_| self.misbehaved(field, "a port between 0 and 65535", value))
    }

    pub(super) fn malformed(&self, field: &str, expected: &'static str, found: Value) -> DecodeError {
        self.decoder.malformed(&self.place(field), expected, found)
    }

    pub(super) fn misbehaved(
        &self,
        field: &str,
        expected: &'static str,
        found: impl std::fmt::Display,
    ) -> DecodeError {
        DecodeError::Misbehaved { place: self.place(field), expected, found: found.to_string() }
    }
}
