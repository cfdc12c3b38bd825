//! Making a graph by hand.

use crate::class::{ClassDescriptor, ClassFlags, Field};
use crate::graph::{Array, ClassId, Content, Elements, EnumConstant, Graph, Node, NodeId, Object, Value};
use crate::text::Text;

impl<'a> Graph<'a> {
    /// Writes something at the top.
    pub fn push(&mut self, content: Content<'a>) {
        self.contents.push(content);
    }

    /// A string of its own; writing an id twice writes a reference the second time.
    pub fn add_string(&mut self, text: Text<'a>) -> NodeId {
        let long = text.as_bytes().len() > usize::from(u16::MAX);
        self.add(Node::String { text, long })
    }

    /// A class. Names longer than 65,535 bytes are cut when written: no class has one.
    pub fn add_class(
        &mut self,
        name: Text<'a>,
        suid: i64,
        flags: ClassFlags,
        fields: Vec<Field<'a>>,
        parent: Option<ClassId>,
    ) -> ClassId {
        let class = self.next_class();
        let node = self.add(Node::Descriptor(class));
        let mut descriptor = ClassDescriptor::incomplete(name, None, suid, node);
        descriptor.flags = flags;
        descriptor.fields = fields;
        self.classes.push(descriptor);
        self.complete_class(class, parent);
        class
    }

    /// A dynamic proxy class.
    pub fn add_proxy_class(&mut self, interfaces: Vec<Text<'a>>, parent: Option<ClassId>) -> ClassId {
        let class = self.next_class();
        let node = self.add(Node::Descriptor(class));
        self.classes.push(ClassDescriptor::incomplete(Text::new("$Proxy"), Some(interfaces), 0, node));
        self.complete_class(class, parent);
        class
    }

    /// An object whose fields are all zero or null and whose classes wrote no data.
    pub fn add_object(&mut self, class: ClassId) -> NodeId {
        let descriptor = self.class(class);
        let annotations = vec![Vec::new(); descriptor.annotation_count()];
        let mut fields = Vec::with_capacity(descriptor.field_count());
        if !descriptor.is_externalizable() {
            let lineage = descriptor.lineage.iter();
            fields.extend(lineage.flat_map(|id| &self.class(*id).fields).map(|field| field.kind.zero()));
        }
        self.add(Node::Object(Object { class, fields, annotations }))
    }

    /// Sets a field of an object, found as [`ObjectRef::field`](crate::ObjectRef::field) finds it. False, and
    /// nothing is set, where there is no such field or the value is of another kind.
    pub fn set_field(&mut self, object: NodeId, name: &str, value: Value) -> bool {
        let Some(found) = self.object(object) else { return false };
        let at = found.classes().find_map(|class| {
            class.fields.iter().position(|field| field.name == name).map(|at| class.first_field() + at)
        });
        let Node::Object(Object { fields, .. }) = &mut self.nodes[object.0 as usize] else { return false };
        match at.and_then(|at| fields.get_mut(at)) {
            Some(old) if old.is_of_the_kind_of(value) => {
                *old = value;
                true
            }
            _ => false,
        }
    }

    /// Appends to what the object's own class writes behind its fields. False where it writes nothing.
    pub fn append_data(&mut self, object: NodeId, content: Content<'a>) -> bool {
        let own = self.object(object).and_then(|object| object.class().own_annotation());
        let Node::Object(Object { annotations, .. }) = &mut self.nodes[object.0 as usize] else {
            return false;
        };
        let Some(data) = own.and_then(|at| annotations.get_mut(at)) else { return false };
        data.push(content);
        true
    }

    /// An array.
    pub fn add_array(&mut self, class: ClassId, elements: Elements<'a>) -> NodeId {
        self.add(Node::Array(Array { class, elements }))
    }

    /// An enum constant.
    pub fn add_enum(&mut self, class: ClassId, constant: Text<'a>) -> NodeId {
        // Handles are given out in the order of writing, so the name may well be numbered first here.
        let constant = self.add_string(constant);
        self.add(Node::Enum(EnumConstant { class, constant }))
    }

    /// A `java.lang.Class`.
    pub fn add_class_object(&mut self, class: ClassId) -> NodeId {
        self.add(Node::Class(class))
    }

    pub(crate) fn add(&mut self, node: Node<'a>) -> NodeId {
        let id = NodeId(self.nodes.len() as u32);
        self.nodes.push(node);
        id
    }

    pub(crate) fn next_class(&self) -> ClassId {
        ClassId(self.classes.len() as u32)
    }

    /// Gives a class its superclass, whose description is complete.
    pub(crate) fn complete_class(&mut self, class: ClassId, parent: Option<ClassId>) {
        let above = parent.map(|parent| self.class(parent));
        let mut lineage = above.map_or_else(Vec::new, |above| above.lineage.clone());
        let inherited_fields = above.map_or(0, ClassDescriptor::fields_through);
        let inherited_annotations = above.map_or(0, ClassDescriptor::annotations_through);
        lineage.push(class);
        let descriptor = &mut self.classes[class.0 as usize];
        descriptor.parent = parent;
        descriptor.lineage = lineage;
        descriptor.inherited_fields = inherited_fields;
        descriptor.inherited_annotations = inherited_annotations;
    }
}

impl Value {
    fn is_of_the_kind_of(self, other: Self) -> bool {
        let is_reference = |value| matches!(value, Self::Null | Self::Node(_));
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
            || is_reference(self) && is_reference(other)
    }
}
