//! Graph to bytes.

use crate::class::ClassDescriptor;
use crate::code;
use crate::graph::{Array, ClassId, Content, Elements, Graph, Node, NodeId, Object, Value};
use crate::text::Text;

/// Writes a whole stream. Whatever is reached a second time is written as a reference to the first.
pub fn write(graph: &Graph<'_>) -> Vec<u8> {
    let mut writer = Writer {
        graph,
        bytes: Vec::with_capacity(512),
        handles: vec![Handle { part: 0, number: 0 }; graph.nodes.len()],
        part: 1,
        next: 0,
    };
    writer.bytes.extend(code::HEADER);
    for content in &graph.contents {
        writer.content(content);
    }
    writer.bytes
}

/// The number that a node has in a part of the stream; parts are what lies between resets, counted from 1.
#[derive(Clone, Copy)]
struct Handle {
    part: u32,
    number: u32,
}

struct Writer<'g, 'a> {
    graph: &'g Graph<'a>,
    bytes: Vec<u8>,
    handles: Vec<Handle>,
    part: u32,
    next: u32,
}

impl Writer<'_, '_> {
    fn content(&mut self, content: &Content<'_>) {
        match content {
            Content::Null => self.bytes.push(code::NULL),
            Content::Node(id) => self.node(*id),
            Content::Block { bytes, long } => self.block(bytes, *long),
            Content::Reset => {
                self.bytes.push(code::RESET);
                self.forget_handles();
            }
            Content::Exception(id) => {
                self.bytes.push(code::EXCEPTION);
                self.forget_handles();
                self.node(*id);
                self.forget_handles();
            }
        }
    }

    fn forget_handles(&mut self) {
        self.part += 1;
        self.next = 0;
    }

    fn block(&mut self, bytes: &[u8], long: bool) {
        match u8::try_from(bytes.len()) {
            Ok(length) if !long => self.bytes.extend([code::BLOCK_DATA, length]),
            _ => {
                self.bytes.push(code::BLOCK_DATA_LONG);
                self.length(bytes.len());
            }
        }
        self.bytes.extend(bytes);
    }

    fn reference(&mut self, reference: Option<NodeId>) {
        match reference {
            Some(id) => self.node(id),
            None => self.bytes.push(code::NULL),
        }
    }

    /// Writes a reference where the node was written before.
    fn was_written(&mut self, id: NodeId) -> bool {
        let handle = self.handles[id.0 as usize];
        if handle.part != self.part {
            return false;
        }
        self.bytes.push(code::REFERENCE);
        self.bytes.extend((code::BASE_HANDLE + handle.number).to_be_bytes());
        true
    }

    fn number(&mut self, id: NodeId) {
        self.handles[id.0 as usize] = Handle { part: self.part, number: self.next };
        self.next += 1;
    }

    fn node(&mut self, id: NodeId) {
        if self.was_written(id) {
            return;
        }
        let graph = self.graph;
        match graph.node(id) {
            Node::Descriptor(class) => self.class(*class),
            Node::Class(class) => {
                self.begin(code::CLASS, *class, id);
            }
            Node::Object(object) => {
                self.begin(code::OBJECT, object.class, id);
                self.object(object);
            }
            Node::String { text, long } => {
                self.number(id);
                self.string(text, *long);
            }
            Node::Array(array) => {
                self.begin(code::ARRAY, array.class, id);
                self.array(array);
            }
            Node::Enum(constant) => {
                self.begin(code::ENUM, constant.class, id);
                self.node(constant.constant);
            }
        }
    }

    fn begin(&mut self, tag: u8, class: ClassId, id: NodeId) {
        self.bytes.push(tag);
        self.class(class);
        self.number(id);
    }

    fn string(&mut self, text: &Text<'_>, long: bool) {
        match u16::try_from(text.as_bytes().len()) {
            Ok(length) if !long => {
                self.bytes.push(code::STRING);
                self.bytes.extend(length.to_be_bytes());
            }
            _ => {
                self.bytes.push(code::LONG_STRING);
                self.bytes.extend((text.as_bytes().len() as u64).to_be_bytes());
            }
        }
        self.bytes.extend(text.as_bytes());
    }

    fn name(&mut self, name: &Text<'_>) {
        let length = u16::try_from(name.as_bytes().len()).unwrap_or(u16::MAX);
        self.bytes.extend(length.to_be_bytes());
        self.bytes.extend(&name.as_bytes()[..usize::from(length)]);
    }

    fn length(&mut self, length: usize) {
        self.bytes.extend((length as u32).to_be_bytes());
    }

    fn class(&mut self, id: ClassId) {
        let graph = self.graph;
        let class = graph.class(id);
        if self.was_written(class.node) {
            return;
        }
        match &class.interfaces {
            Some(interfaces) => {
                self.bytes.push(code::PROXY_CLASS_DESCRIPTOR);
                self.number(class.node);
                self.length(interfaces.len());
                for interface in interfaces {
                    self.name(interface);
                }
            }
            None => self.plain_class(class),
        }
        self.annotation(&class.annotations);
        match class.parent {
            Some(parent) => self.class(parent),
            None => self.bytes.push(code::NULL),
        }
    }

    fn plain_class(&mut self, class: &ClassDescriptor<'_>) {
        self.bytes.push(code::CLASS_DESCRIPTOR);
        self.name(&class.name);
        self.bytes.extend(class.suid.to_be_bytes());
        self.number(class.node);
        self.bytes.push(class.flags.0);
        self.bytes.extend((class.fields.len() as u16).to_be_bytes());
        for field in &class.fields {
            self.bytes.push(field.kind.code());
            self.name(&field.name);
            if let Some(signature) = field.signature {
                self.node(signature);
            }
        }
    }

    fn annotation(&mut self, contents: &[Content<'_>]) {
        for content in contents {
            self.content(content);
        }
        self.bytes.push(code::END_BLOCK_DATA);
    }

    fn object(&mut self, object: &Object<'_>) {
        let graph = self.graph;
        let class = graph.class(object.class);
        let mut annotations = object.annotations.iter();
        if class.is_externalizable() {
            annotations.for_each(|annotation| self.annotation(annotation));
            return;
        }
        let mut fields = object.fields.iter();
        for ancestor in class.lineage().iter().map(|id| graph.class(*id)) {
            fields.by_ref().take(ancestor.fields.len()).for_each(|value| self.value(*value));
            if ancestor.has_write_method() {
                annotations.by_ref().take(1).for_each(|annotation| self.annotation(annotation));
            }
        }
    }

    fn value(&mut self, value: Value) {
        match value {
            Value::Null => self.bytes.push(code::NULL),
            Value::Node(id) => self.node(id),
            Value::Boolean(value) => self.bytes.push(u8::from(value)),
            Value::Byte(value) => self.bytes.extend(value.to_be_bytes()),
            Value::Char(value) => self.bytes.extend(value.to_be_bytes()),
            Value::Short(value) => self.bytes.extend(value.to_be_bytes()),
            Value::Int(value) => self.bytes.extend(value.to_be_bytes()),
            Value::Long(value) => self.bytes.extend(value.to_be_bytes()),
            Value::Float(value) => self.bytes.extend(value.to_bits().to_be_bytes()),
            Value::Double(value) => self.bytes.extend(value.to_bits().to_be_bytes()),
        }
    }

    fn array(&mut self, array: &Array<'_>) {
        self.length(array.elements.len());
        match &array.elements {
            Elements::Primitive { bytes, .. } => self.bytes.extend(&bytes[..]),
            Elements::References(references) => {
                for reference in references {
                    self.reference(*reference);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
