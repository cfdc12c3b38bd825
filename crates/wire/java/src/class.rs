//! Class descriptors: name, serialVersionUID, flags, fields, superclass.

use crate::graph::{ClassId, Content, NodeId, Value};
use crate::text::Text;

/// The type of a field or array element, by the letter of its signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FieldKind {
    /// `B`
    Byte,
    /// `C`
    Char,
    /// `D`
    Double,
    /// `F`
    Float,
    /// `I`
    Int,
    /// `J`
    Long,
    /// `S`
    Short,
    /// `Z`
    Boolean,
    /// `[`
    Array,
    /// `L`
    Object,
}

impl FieldKind {
    /// The kind that a signature begins with.
    pub fn from_code(code: u8) -> Option<Self> {
        Some(match code {
            b'B' => Self::Byte,
            b'C' => Self::Char,
            b'D' => Self::Double,
            b'F' => Self::Float,
            b'I' => Self::Int,
            b'J' => Self::Long,
            b'S' => Self::Short,
            b'Z' => Self::Boolean,
            b'[' => Self::Array,
            b'L' => Self::Object,
            _ => return None,
        })
    }

    /// The letter.
    pub fn code(self) -> u8 {
        match self {
            Self::Byte => b'B',
            Self::Char => b'C',
            Self::Double => b'D',
            Self::Float => b'F',
            Self::Int => b'I',
            Self::Long => b'J',
            Self::Short => b'S',
            Self::Boolean => b'Z',
            Self::Array => b'[',
            Self::Object => b'L',
        }
    }

    /// Bytes of a primitive on the wire; none for references.
    pub fn width(self) -> Option<usize> {
        match self {
            Self::Byte | Self::Boolean => Some(1),
            Self::Char | Self::Short => Some(2),
            Self::Float | Self::Int => Some(4),
            Self::Double | Self::Long => Some(8),
            Self::Array | Self::Object => None,
        }
    }

    /// What a field of this kind holds when nobody sets it.
    pub fn zero(self) -> Value {
        match self {
            Self::Byte => Value::Byte(0),
            Self::Char => Value::Char(0),
            Self::Double => Value::Double(0.0),
            Self::Float => Value::Float(0.0),
            Self::Int => Value::Int(0),
            Self::Long => Value::Long(0),
            Self::Short => Value::Short(0),
            Self::Boolean => Value::Boolean(false),
            Self::Array | Self::Object => Value::Null,
        }
    }
}

/// One field of a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// Its name.
    pub name: Text<'a>,
    /// Its kind.
    pub kind: FieldKind,
    /// For a reference, the string node that holds the full signature, e.g. `Ljava/lang/String;`.
    pub signature: Option<NodeId>,
}

/// How objects of a class are written (`SC_*`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClassFlags(pub u8);

impl ClassFlags {
    /// The class has a `writeObject` method: data follows its fields.
    pub const WRITE_METHOD: Self = Self(0x01);
    /// `java.io.Serializable`.
    pub const SERIALIZABLE: Self = Self(0x02);
    /// `java.io.Externalizable`.
    pub const EXTERNALIZABLE: Self = Self(0x04);
    /// Externalizable data stands in blocks, as every JDK since 1.2 writes it.
    pub const BLOCK_DATA: Self = Self(0x08);
    /// An enum.
    pub const ENUM: Self = Self(0x10);

    /// Whether all flags of `other` are set.
    pub fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

impl std::ops::BitOr for ClassFlags {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// A class as the stream describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassDescriptor<'a> {
    /// The class name as `Class.getName` has it; `$Proxy` for a dynamic proxy.
    pub name: Text<'a>,
    /// The interfaces of a dynamic proxy; none for all other classes.
    pub interfaces: Option<Vec<Text<'a>>>,
    /// serialVersionUID; 0 for a dynamic proxy.
    pub suid: i64,
    /// How its objects are written.
    pub flags: ClassFlags,
    /// Its own fields, in the order of the stream.
    pub fields: Vec<Field<'a>>,
    /// What `annotateClass` wrote.
    pub annotations: Vec<Content<'a>>,
    /// Its superclass, where that is serializable.
    pub parent: Option<ClassId>,
    /// The node that stands for it in the graph.
    pub(crate) node: NodeId,
    /// From the topmost superclass down to itself; empty while its description is still being read.
    pub(crate) lineage: Vec<ClassId>,
    /// Fields of all superclasses, which come before its own in an object.
    pub(crate) inherited_fields: usize,
    /// Annotations of all superclasses, which come before its own in an object.
    pub(crate) inherited_annotations: usize,
}

impl ClassDescriptor<'_> {
    /// From the topmost superclass down to this class: the order of an object's data.
    pub fn lineage(&self) -> &[ClassId] {
        &self.lineage
    }

    /// Where its own fields begin among an object's fields, which are those of the topmost superclass first.
    pub fn first_field(&self) -> usize {
        self.inherited_fields
    }

    /// Fields of an object of exactly this class; an externalizable one has only data of its own making.
    pub fn field_count(&self) -> usize {
        if self.is_externalizable() { 0 } else { self.fields_through() }
    }

    /// Fields down to and with this class, in an object of this class or of a subclass.
    pub(crate) fn fields_through(&self) -> usize {
        self.inherited_fields + self.fields.len()
    }

    /// Annotations down to and with this class, in an object of this class or of a subclass.
    pub(crate) fn annotations_through(&self) -> usize {
        self.inherited_annotations + usize::from(self.has_write_method())
    }

    /// Annotations of an object of exactly this class.
    pub(crate) fn annotation_count(&self) -> usize {
        if self.is_externalizable() { 1 } else { self.annotations_through() }
    }

    /// Where an object of exactly this class keeps the annotation of this class.
    pub(crate) fn own_annotation(&self) -> Option<usize> {
        if self.is_externalizable() {
            Some(0)
        } else {
            self.has_write_method().then_some(self.inherited_annotations)
        }
    }

    pub(crate) fn has_write_method(&self) -> bool {
        self.flags.contains(ClassFlags::WRITE_METHOD)
    }

    pub(crate) fn is_externalizable(&self) -> bool {
        self.flags.contains(ClassFlags::EXTERNALIZABLE)
    }
}
