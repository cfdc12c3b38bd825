//! Bytes to graph.

use std::borrow::Cow;
use std::mem::size_of;

use crate::class::{ClassDescriptor, ClassFlags, Field, FieldKind};
use crate::code;
use crate::error::ReadError;
use crate::graph::{Array, ClassId, Content, Elements, EnumConstant, Graph, Node, NodeId, Object, Value};
use crate::input::Input;
use crate::limits::Limits;
use crate::text::Text;

mod descriptor;

/// Reads a whole stream.
///
/// # Errors
/// When the bytes are no Java stream to their very end, or ask for more than the limits. Nothing that the bytes say
/// makes it panic.
pub fn read<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Graph<'a>, ReadError> {
    if bytes.len() > limits.stream_bytes {
        return Err(ReadError::TooLarge { offset: 0, what: "bytes", limit: limits.stream_bytes });
    }
    let mut input = Input::new(bytes);
    let expected = "the header AC ED 00 05";
    let header = input.take(4, expected)?;
    if header != code::HEADER {
        return Err(ReadError::Malformed { offset: 0, expected, found: format!("{header:02X?}") });
    }
    // What messages have on average: a little memory at once rather than in many steps.
    let (nodes, classes) = ((bytes.len() / 20).min(1024), (bytes.len() / 64).min(64));
    let graph = Graph {
        contents: Vec::new(),
        nodes: Vec::with_capacity(nodes),
        classes: Vec::with_capacity(classes),
    };
    let handles = Vec::with_capacity(nodes);
    let mut reader = Reader { input, limits, graph, handles, graph_bytes: 0, depth: 0 };
    while reader.input.remaining() > 0 {
        let content = reader.top_level()?;
        reader.charge(size_of::<Content<'_>>())?;
        reader.graph.contents.push(content);
    }
    Ok(reader.graph)
}

struct Reader<'a, 'l> {
    input: Input<'a>,
    limits: &'l Limits,
    graph: Graph<'a>,
    handles: Vec<NodeId>,
    graph_bytes: usize,
    depth: usize,
}

impl<'a> Reader<'a, '_> {
    fn top_level(&mut self) -> Result<Content<'a>, ReadError> {
        let tag = self.input.u8("an object or block of data")?;
        match tag {
            code::RESET => {
                self.handles.clear();
                Ok(Content::Reset)
            }
            code::EXCEPTION => Ok(Content::Exception(self.exception()?)),
            _ => self.content(tag, "an object, block of data or reset"),
        }
    }

    /// What the exception is stands between two resets.
    fn exception(&mut self) -> Result<NodeId, ReadError> {
        let expected = "an exception object";
        self.handles.clear();
        let tag = self.input.u8(expected)?;
        if tag != code::OBJECT {
            return Err(self.input.unexpected(tag, expected));
        }
        let exception = self.node(tag, expected)?;
        self.handles.clear();
        Ok(exception)
    }

    fn content(&mut self, tag: u8, expected: &'static str) -> Result<Content<'a>, ReadError> {
        match tag {
            code::NULL => Ok(Content::Null),
            code::BLOCK_DATA => {
                let length = usize::from(self.input.u8("the length of a block")?);
                self.block(length, false)
            }
            code::BLOCK_DATA_LONG => {
                let length = self.input.count(1, "the length of a long block")?;
                self.block(length, true)
            }
            _ => Ok(Content::Node(self.node(tag, expected)?)),
        }
    }

    fn block(&mut self, length: usize, long: bool) -> Result<Content<'a>, ReadError> {
        let bytes = Cow::Borrowed(self.input.take(length, "a block of data")?);
        Ok(Content::Block { bytes, long })
    }

    /// Contents up to the end-of-block-data mark.
    fn annotation(&mut self) -> Result<Vec<Content<'a>>, ReadError> {
        let expected = "an object, block of data or the end of the data";
        let mut contents = Vec::new();
        loop {
            let tag = self.input.u8(expected)?;
            if tag == code::END_BLOCK_DATA {
                return Ok(contents);
            }
            let content = self.content(tag, expected)?;
            self.charge(size_of::<Content<'_>>())?;
            contents.push(content);
        }
    }

    fn reference(&mut self) -> Result<Option<NodeId>, ReadError> {
        let expected = "an object or null";
        match self.input.u8(expected)? {
            code::NULL => Ok(None),
            tag => self.node(tag, expected).map(Some),
        }
    }

    fn node(&mut self, tag: u8, expected: &'static str) -> Result<NodeId, ReadError> {
        if tag == code::REFERENCE {
            return self.back_reference();
        }
        self.depth += 1;
        if self.depth > self.limits.depth {
            return Err(self.too_large("levels of objects within objects", self.limits.depth));
        }
        let node = match tag {
            code::OBJECT => self.object(),
            code::STRING | code::LONG_STRING => self.string(tag == code::LONG_STRING),
            code::ARRAY => self.array(),
            code::ENUM => self.enum_constant(),
            code::CLASS => {
                let class = self.class()?;
                self.add(Node::Class(class))
            }
            code::CLASS_DESCRIPTOR => self.class_descriptor().map(|class| self.graph.class(class).node),
            code::PROXY_CLASS_DESCRIPTOR => {
                self.proxy_class_descriptor().map(|class| self.graph.class(class).node)
            }
            code::EXCEPTION => Err(self.aborted()?),
            _ => Err(self.input.unexpected(tag, expected)),
        };
        self.depth -= 1;
        node
    }

    /// An exception in the middle of something: that something was never finished.
    fn aborted(&mut self) -> Result<ReadError, ReadError> {
        let offset = self.input.offset() - 1;
        let exception = self.exception()?;
        let class = self.graph.class_of(exception).map(|class| class.name.to_string());
        Ok(ReadError::Aborted { offset, exception: class.unwrap_or_default() })
    }

    fn back_reference(&mut self) -> Result<NodeId, ReadError> {
        let offset = self.input.offset();
        let expected = "the handle of something that came before";
        let handle = self.input.u32(expected)?;
        let index = handle.checked_sub(code::BASE_HANDLE).and_then(|index| usize::try_from(index).ok());
        index.and_then(|index| self.handles.get(index).copied()).ok_or_else(|| ReadError::Malformed {
            offset,
            expected,
            found: format!("0x{handle:08x}"),
        })
    }

    fn object(&mut self) -> Result<NodeId, ReadError> {
        let class = self.class()?;
        let descriptor = self.graph.class(class);
        let (fields, annotations) = (descriptor.field_count(), descriptor.annotation_count());
        self.charge(fields * size_of::<Value>() + annotations * size_of::<Vec<Content<'_>>>())?;
        let id = self.add(Node::Object(Object { class, fields: Vec::new(), annotations: Vec::new() }))?;
        let mut object = Object {
            class,
            fields: Vec::with_capacity(fields),
            annotations: Vec::with_capacity(annotations),
        };
        let flags = self.graph.class(class).flags;
        if !flags.contains(ClassFlags::EXTERNALIZABLE) {
            self.object_data(class, &mut object)?;
        } else if flags.contains(ClassFlags::BLOCK_DATA) {
            object.annotations.push(self.annotation()?);
        } else {
            return Err(self.input.malformed("externalizable data in blocks", "data of protocol version 1"));
        }
        self.graph.nodes[id.0 as usize] = Node::Object(object);
        Ok(id)
    }

    fn object_data(&mut self, class: ClassId, object: &mut Object<'a>) -> Result<(), ReadError> {
        for at in 0..self.graph.class(class).lineage.len() {
            let ancestor = self.graph.class(class).lineage[at];
            for field in 0..self.graph.class(ancestor).fields.len() {
                let kind = self.graph.class(ancestor).fields[field].kind;
                object.fields.push(self.value(kind)?);
            }
            if self.graph.class(ancestor).has_write_method() {
                object.annotations.push(self.annotation()?);
            }
        }
        Ok(())
    }

    fn value(&mut self, kind: FieldKind) -> Result<Value, ReadError> {
        let expected = "the value of a field";
        Ok(match kind {
            FieldKind::Byte => Value::Byte(self.input.u8(expected)?.cast_signed()),
            FieldKind::Boolean => match self.input.u8("a boolean, 0 or 1")? {
                0 => Value::Boolean(false),
                1 => Value::Boolean(true),
                other => return Err(self.input.unexpected(other, "a boolean, 0 or 1")),
            },
            FieldKind::Char => Value::Char(self.input.u16(expected)?),
            FieldKind::Short => Value::Short(self.input.u16(expected)?.cast_signed()),
            FieldKind::Int => Value::Int(self.input.u32(expected)?.cast_signed()),
            FieldKind::Long => Value::Long(self.input.u64(expected)?.cast_signed()),
            FieldKind::Float => Value::Float(f32::from_bits(self.input.u32(expected)?)),
            FieldKind::Double => Value::Double(f64::from_bits(self.input.u64(expected)?)),
            FieldKind::Array | FieldKind::Object => self.reference()?.map_or(Value::Null, Value::Node),
        })
    }

    fn string(&mut self, long: bool) -> Result<NodeId, ReadError> {
        let expected = "the length of a string";
        let length = if long {
            let length = self.input.u64(expected)?;
            usize::try_from(length).map_err(|_| self.input.malformed(expected, length.to_string()))?
        } else {
            usize::from(self.input.u16(expected)?)
        };
        let text = self.text(length)?;
        self.add(Node::String { text, long })
    }

    fn text(&mut self, length: usize) -> Result<Text<'a>, ReadError> {
        let offset = self.input.offset();
        let bytes = self.input.take(length, "a string")?;
        Text::from_modified_utf8(bytes).map_err(|at| ReadError::Malformed {
            offset: offset + at,
            expected: "a string in modified UTF-8",
            found: format!("byte 0x{:02x}", bytes[at]),
        })
    }

    fn array(&mut self) -> Result<NodeId, ReadError> {
        let class = self.class()?;
        let id = self.add(Node::Array(Array { class, elements: Elements::References(Vec::new()) }))?;
        let kind = match self.graph.class(class).name.as_bytes() {
            [b'[', code, ..] => FieldKind::from_code(*code),
            _ => None,
        };
        let Some(kind) = kind else {
            let name = self.graph.class(class).name.to_string();
            return Err(self.input.malformed("the class of an array", format!("the class {name}")));
        };
        let elements = if let Some(width) = kind.width() {
            let length = self.input.count(width, "the length of an array")?;
            let bytes = Cow::Borrowed(self.input.take(length * width, "the elements of an array")?);
            Elements::Primitive { kind, bytes }
        } else {
            let length = self.input.count(1, "the length of an array")?;
            self.charge(length * size_of::<Option<NodeId>>())?;
            let mut references = Vec::with_capacity(length);
            for _ in 0..length {
                references.push(self.reference()?);
            }
            Elements::References(references)
        };
        self.graph.nodes[id.0 as usize] = Node::Array(Array { class, elements });
        Ok(id)
    }

    fn enum_constant(&mut self) -> Result<NodeId, ReadError> {
        let class = self.class()?;
        let id = self.add(Node::Enum(EnumConstant { class, constant: NodeId(0) }))?;
        let constant = self.string_node("the name of an enum constant")?;
        self.graph.nodes[id.0 as usize] = Node::Enum(EnumConstant { class, constant });
        Ok(id)
    }

    /// A string, new or met before.
    fn string_node(&mut self, expected: &'static str) -> Result<NodeId, ReadError> {
        let tag = self.input.u8(expected)?;
        let id = match tag {
            code::REFERENCE => self.back_reference()?,
            code::STRING | code::LONG_STRING => self.string(tag == code::LONG_STRING)?,
            _ => return Err(self.input.unexpected(tag, expected)),
        };
        match self.graph.text(id) {
            Some(_) => Ok(id),
            None => Err(self.input.malformed(expected, "a reference to something else")),
        }
    }

    fn add(&mut self, node: Node<'a>) -> Result<NodeId, ReadError> {
        if self.graph.nodes.len() >= self.limits.handles {
            return Err(self.too_large("objects, strings and classes", self.limits.handles));
        }
        self.charge(size_of::<Node<'_>>() + size_of::<NodeId>())?;
        let id = self.graph.add(node);
        self.handles.push(id);
        Ok(id)
    }

    /// Accounts for memory before it is taken.
    fn charge(&mut self, bytes: usize) -> Result<(), ReadError> {
        self.graph_bytes = self.graph_bytes.saturating_add(bytes);
        if self.graph_bytes > self.limits.graph_bytes {
            return Err(self.too_large("bytes of memory to hold it", self.limits.graph_bytes));
        }
        Ok(())
    }

    fn too_large(&self, what: &'static str, limit: usize) -> ReadError {
        ReadError::TooLarge { offset: self.input.offset(), what, limit }
    }
}

#[cfg(test)]
mod tests;
