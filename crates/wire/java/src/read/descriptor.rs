//! Class descriptors, plain and proxy.

use super::{
    ClassDescriptor, ClassFlags, ClassId, Field, FieldKind, Node, ReadError, Reader, Text, code, size_of,
};
use crate::graph::NodeId;

impl<'a> Reader<'a, '_> {
    /// The class of an object, array or enum constant, or the one that a `java.lang.Class` stands for.
    pub(super) fn class(&mut self) -> Result<ClassId, ReadError> {
        self.class_or_null()?.ok_or_else(|| self.input.unexpected(code::NULL, "a class descriptor"))
    }

    fn class_or_null(&mut self) -> Result<Option<ClassId>, ReadError> {
        let expected = "a class descriptor";
        let tag = self.input.u8(expected)?;
        match tag {
            code::NULL => Ok(None),
            code::REFERENCE => {
                let id = self.back_reference()?;
                match self.graph.node(id) {
                    // A class takes part in its own description only through a forged stream.
                    Node::Descriptor(class) if !self.graph.class(*class).lineage.is_empty() => {
                        Ok(Some(*class))
                    }
                    Node::Descriptor(_) => {
                        Err(self.input.malformed(expected, "one that is not complete yet"))
                    }
                    _ => Err(self.input.malformed(expected, "a reference to something else")),
                }
            }
            code::CLASS_DESCRIPTOR => self.class_descriptor().map(Some),
            code::PROXY_CLASS_DESCRIPTOR => self.proxy_class_descriptor().map(Some),
            _ => Err(self.input.unexpected(tag, expected)),
        }
    }

    pub(super) fn class_descriptor(&mut self) -> Result<ClassId, ReadError> {
        let name = self.name("the name of a class")?;
        let suid = self.input.u64("a serialVersionUID")?.cast_signed();
        let class = self.add_class(name, None, suid)?;
        let flags = ClassFlags(self.input.u8("the flags of a class")?);
        if flags.contains(ClassFlags::SERIALIZABLE | ClassFlags::EXTERNALIZABLE) {
            return Err(self
                .input
                .unexpected(flags.0, "flags that say serializable or externalizable, not both"));
        }
        let count = usize::from(self.input.u16("the number of fields")?);
        // A field takes three bytes at least, so the bytes that are left bound how many there can be.
        let mut fields = Vec::with_capacity(count.min(self.input.remaining() / 3));
        for _ in 0..count {
            let field = self.field()?;
            self.charge(size_of::<Field<'_>>())?;
            fields.push(field);
        }
        let descriptor = &mut self.graph.classes[class.0 as usize];
        descriptor.flags = flags;
        descriptor.fields = fields;
        self.finish_class(class)
    }

    pub(super) fn proxy_class_descriptor(&mut self) -> Result<ClassId, ReadError> {
        let class = self.add_class(Text::new("$Proxy"), Some(Vec::new()), 0)?;
        let count = self.input.count(2, "the number of interfaces")?;
        let mut interfaces = Vec::new();
        for _ in 0..count {
            let interface = self.name("the name of an interface")?;
            self.charge(size_of::<Text<'_>>())?;
            interfaces.push(interface);
        }
        self.graph.classes[class.0 as usize].interfaces = Some(interfaces);
        self.finish_class(class)
    }

    fn name(&mut self, expected: &'static str) -> Result<Text<'a>, ReadError> {
        let length = usize::from(self.input.u16(expected)?);
        self.text(length)
    }

    fn field(&mut self) -> Result<Field<'a>, ReadError> {
        let expected = "the type of a field";
        let kind = self.input.u8(expected)?;
        let kind = FieldKind::from_code(kind).ok_or_else(|| self.input.unexpected(kind, expected))?;
        let name = self.name("the name of a field")?;
        let signature = match kind.width() {
            Some(_) => None,
            None => Some(self.string_node("the signature of a field")?),
        };
        Ok(Field { name, kind, signature })
    }

    fn add_class(
        &mut self,
        name: Text<'a>,
        interfaces: Option<Vec<Text<'a>>>,
        suid: i64,
    ) -> Result<ClassId, ReadError> {
        let class = self.graph.next_class();
        let node = self.add(Node::Descriptor(class))?;
        self.charge(size_of::<ClassDescriptor<'_>>())?;
        self.graph.classes.push(ClassDescriptor::incomplete(name, interfaces, suid, node));
        Ok(class)
    }

    /// Annotations and superclass.
    fn finish_class(&mut self, class: ClassId) -> Result<ClassId, ReadError> {
        self.depth += 1;
        if self.depth > self.limits.depth {
            return Err(self.too_large("levels of classes within classes", self.limits.depth));
        }
        let annotations = self.annotation()?;
        let parent = self.class_or_null()?;
        self.depth -= 1;
        let ancestors = parent.map_or(0, |parent| self.graph.class(parent).lineage.len());
        if ancestors >= self.limits.depth {
            return Err(self.too_large("superclasses above a class", self.limits.depth));
        }
        self.charge((ancestors + 1) * size_of::<ClassId>())?;
        self.graph.classes[class.0 as usize].annotations = annotations;
        self.graph.complete_class(class, parent);
        Ok(class)
    }
}

impl<'a> ClassDescriptor<'a> {
    pub(crate) fn incomplete(
        name: Text<'a>,
        interfaces: Option<Vec<Text<'a>>>,
        suid: i64,
        node: NodeId,
    ) -> Self {
        let flags = ClassFlags::SERIALIZABLE;
        let (fields, annotations, lineage) = (Vec::new(), Vec::new(), Vec::new());
        let (parent, inherited_fields, inherited_annotations) = (None, 0, 0);
        Self {
            name,
            interfaces,
            suid,
            flags,
            fields,
            annotations,
            parent,
            node,
            lineage,
            inherited_fields,
            inherited_annotations,
        }
    }
}
