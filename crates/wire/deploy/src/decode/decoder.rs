//! What all parts of the decoder need: the graph, and an allowance that bounds the work.

use std::cell::Cell;

use wire_java::{ClassDescriptor, Graph, Node, NodeId, Value};

use crate::DecodeError;

/// A graph while it is turned into a message.
///
/// A graph may share: a million references to one long string take little room on the wire and a lot as values. So
/// everything that is made is paid from an allowance in proportion to the stream.
pub(super) struct Decoder<'g, 'a> {
    pub(super) graph: &'g Graph<'a>,
    allowance_bytes: Cell<usize>,
}

/// Sharing in real messages makes them a few times larger at most.
const ALLOWANCE_FACTOR: usize = 32;
const ALLOWANCE_AT_LEAST: usize = 64 << 10;
const ALLOWANCE_AT_MOST: usize = 128 << 20;

impl<'g, 'a> Decoder<'g, 'a> {
    pub(super) fn new(graph: &'g Graph<'a>, stream_bytes: usize) -> Self {
        let allowance =
            stream_bytes.saturating_mul(ALLOWANCE_FACTOR).clamp(ALLOWANCE_AT_LEAST, ALLOWANCE_AT_MOST);
        Self { graph, allowance_bytes: Cell::new(allowance) }
    }

    /// Pays for something of that size, or for a step of work.
    pub(super) fn pay(&self, bytes: usize, place: &str) -> Result<(), DecodeError> {
        let left = self.allowance_bytes.get().checked_sub(bytes).ok_or_else(|| DecodeError::Misbehaved {
            place: place.to_owned(),
            expected: "of a size in proportion to the message",
            found: "the same thing over and over".into(),
        })?;
        self.allowance_bytes.set(left);
        Ok(())
    }

    /// The class of a node, a Scala `object` that stands there by proxy (2.13) under its own name; none for a string.
    pub(super) fn class(&self, node: NodeId) -> Option<&'g ClassDescriptor<'a>> {
        let class = self.graph.class_of(node)?;
        if class.name != "scala.runtime.ModuleSerializationProxy" {
            return Some(class);
        }
        match self.graph.object(node)?.field("moduleClass") {
            Some(Value::Node(module)) => match self.graph.node(module) {
                Node::Class(module) => Some(self.graph.class(*module)),
                _ => Some(class),
            },
            _ => Some(class),
        }
    }

    /// The same, as text.
    pub(super) fn class_name(&self, node: NodeId) -> String {
        self.class(node).map_or_else(|| "java.lang.String".into(), |class| class.name.to_string())
    }

    /// A class that does not belong in that place.
    pub(super) fn incompatible(&self, node: NodeId, place: &str) -> DecodeError {
        let suid = self.class(node).map_or(0, |class| class.suid);
        DecodeError::incompatible(place, self.class_name(node), suid)
    }

    /// How a value is called in a message for people.
    pub(super) fn describe(&self, value: Value) -> String {
        match value {
            Value::Null => "null".into(),
            Value::Node(node) => match self.graph.node(node) {
                Node::String { .. } => "a string".into(),
                Node::Array(_) => format!("an array {}", self.class_name(node)),
                Node::Class(_) | Node::Descriptor(_) => format!("the class {}", self.class_name(node)),
                Node::Object(_) | Node::Enum(_) => format!("a {}", self.class_name(node)),
            },
            Value::Boolean(value) => value.to_string(),
            Value::Byte(value) => value.to_string(),
            Value::Char(value) => value.to_string(),
            Value::Short(value) => value.to_string(),
            Value::Int(value) => value.to_string(),
            Value::Long(value) => value.to_string(),
            Value::Float(value) => value.to_string(),
            Value::Double(value) => value.to_string(),
        }
    }

    pub(super) fn malformed(&self, place: &str, expected: &'static str, found: Value) -> DecodeError {
        DecodeError::Malformed { place: place.to_owned(), expected, found: self.describe(found) }
    }

    /// A string.
    pub(super) fn string(&self, value: Value, place: &str) -> Result<String, DecodeError> {
        let text = match value {
            Value::Node(node) => self.graph.text(node),
            _ => None,
        };
        let text = text.ok_or_else(|| self.malformed(place, "a string", value))?;
        self.pay(text.as_bytes().len(), place)?;
        Ok(text.to_str().into_owned())
    }

    /// The node that a value refers to.
    pub(super) fn node(&self, value: Value, place: &str) -> Result<NodeId, DecodeError> {
        match value {
            Value::Node(node) => Ok(node),
            _ => Err(self.malformed(place, "an object", value)),
        }
    }
}
