//! The object graph: nodes in an arena, so that cycles and sharing are plain numbers.

use std::borrow::Cow;

use crate::class::{ClassDescriptor, FieldKind};
use crate::text::Text;
use crate::view::ObjectRef;

/// A node of one [`Graph`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(crate) u32);

/// A class descriptor of one [`Graph`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClassId(pub(crate) u32);

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// No object.
    Null,
    /// An object, string, array, enum constant, class or class descriptor.
    Node(NodeId),
    /// `boolean`
    Boolean(bool),
    /// `byte`
    Byte(i8),
    /// `char`: one UTF-16 unit
    Char(u16),
    /// `short`
    Short(i16),
    /// `int`
    Int(i32),
    /// `long`
    Long(i64),
    /// `float`
    Float(f32),
    /// `double`
    Double(f64),
}

/// What stands at the top of a stream or in the data that a class wrote by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content<'a> {
    /// `null`
    Null,
    /// An object of any kind.
    Node(NodeId),
    /// Primitive data.
    Block {
        /// The bytes.
        bytes: Cow<'a, [u8]>,
        /// Whether the length is written in four bytes; required from 256 on.
        long: bool,
    },
    /// All handles are forgotten. Only at the top.
    Reset,
    /// The writer failed with this exception. Only at the top.
    Exception(NodeId),
}

/// One node.
#[derive(Clone, Debug, PartialEq)]
pub enum Node<'a> {
    /// A class descriptor.
    Descriptor(ClassId),
    /// A `java.lang.Class`.
    Class(ClassId),
    /// An object.
    Object(Object<'a>),
    /// A string.
    String {
        /// The text.
        text: Text<'a>,
        /// Whether the length is written in eight bytes; required from 65536 on.
        long: bool,
    },
    /// An array.
    Array(Array<'a>),
    /// An enum constant.
    Enum(EnumConstant),
}

/// An object: the values of its fields, those of the topmost superclass first.
#[derive(Clone, Debug, PartialEq)]
pub struct Object<'a> {
    /// Its class.
    pub class: ClassId,
    pub(crate) fields: Vec<Value>,
    /// One for each class of the lineage that has `writeObject` data, topmost first.
    pub(crate) annotations: Vec<Vec<Content<'a>>>,
}

/// An array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Array<'a> {
    /// Its class, e.g. `[Ljava.lang.Object;`.
    pub class: ClassId,
    /// What it holds.
    pub elements: Elements<'a>,
}

/// The elements of an array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Elements<'a> {
    /// Big-endian, as they stand on the wire.
    Primitive {
        /// Their type.
        kind: FieldKind,
        /// A whole number of them.
        bytes: Cow<'a, [u8]>,
    },
    /// Objects; none for null.
    References(Vec<Option<NodeId>>),
}

impl Elements<'_> {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Primitive { kind, bytes } => bytes.len() / kind.width().unwrap_or(1),
            Self::References(references) => references.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A constant of a Java enum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnumConstant {
    /// The enum.
    pub class: ClassId,
    /// The string node with the constant's name.
    pub constant: NodeId,
}

/// A whole stream.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Graph<'a> {
    pub(crate) contents: Vec<Content<'a>>,
    pub(crate) nodes: Vec<Node<'a>>,
    pub(crate) classes: Vec<ClassDescriptor<'a>>,
}

impl<'a> Graph<'a> {
    /// What was written at the top, in order.
    pub fn contents(&self) -> &[Content<'a>] {
        &self.contents
    }

    /// The one object that makes up the stream; none when there is another number of things at the top.
    pub fn root(&self) -> Option<NodeId> {
        match self.contents[..] {
            [Content::Node(id)] => Some(id),
            _ => None,
        }
    }

    /// All objects, in the order in which they were met.
    pub fn objects(&self) -> impl Iterator<Item = ObjectRef<'_, 'a>> {
        (0..self.nodes.len()).filter_map(|at| self.object(NodeId(at as u32)))
    }

    /// A node; ids of another graph are a mistake of the caller.
    pub fn node(&self, id: NodeId) -> &Node<'a> {
        &self.nodes[id.0 as usize]
    }

    /// A class descriptor; ids of another graph are a mistake of the caller.
    pub fn class(&self, id: ClassId) -> &ClassDescriptor<'a> {
        &self.classes[id.0 as usize]
    }

    /// All class descriptors, in the order in which they were met.
    pub fn classes(&self) -> &[ClassDescriptor<'a>] {
        &self.classes
    }

    /// The node as an object, if it is one.
    pub fn object(&self, id: NodeId) -> Option<ObjectRef<'_, 'a>> {
        match self.node(id) {
            Node::Object(object) => Some(ObjectRef { graph: self, id, object }),
            _ => None,
        }
    }

    /// The node as a string, if it is one.
    pub fn text(&self, id: NodeId) -> Option<&Text<'a>> {
        match self.node(id) {
            Node::String { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The class of the node: an object's, array's or enum constant's; for a class or descriptor the class that it is.
    pub fn class_of(&self, id: NodeId) -> Option<&ClassDescriptor<'a>> {
        Some(self.class(match self.node(id) {
            Node::Descriptor(class) | Node::Class(class) => *class,
            Node::Object(object) => object.class,
            Node::Array(array) => array.class,
            Node::Enum(constant) => constant.class,
            Node::String { .. } => return None,
        }))
    }
}
