//! Looking at an object: its fields by name through its classes, and what `writeObject` wrote.

use crate::class::ClassDescriptor;
use crate::data::DataCursor;
use crate::graph::{Content, Graph, NodeId, Object, Value};

/// An object of a graph.
#[derive(Clone, Copy, Debug)]
pub struct ObjectRef<'g, 'a> {
    pub(crate) graph: &'g Graph<'a>,
    pub(crate) id: NodeId,
    pub(crate) object: &'g Object<'a>,
}

impl<'g, 'a> ObjectRef<'g, 'a> {
    /// The node that it is.
    pub fn id(&self) -> NodeId {
        self.id
    }

    /// Its class.
    pub fn class(&self) -> &'g ClassDescriptor<'a> {
        self.graph.class(self.object.class)
    }

    /// Its classes, from itself up to the topmost serializable superclass.
    pub fn classes(&self) -> impl Iterator<Item = &'g ClassDescriptor<'a>> + use<'g, 'a> {
        let graph = self.graph;
        self.class().lineage().iter().rev().map(|id| graph.class(*id))
    }

    /// The value of a field; where a superclass has one of the same name, that of the class itself.
    pub fn field(&self, name: &str) -> Option<Value> {
        self.classes().find_map(|class| {
            let at = class.fields.iter().position(|field| field.name == name)?;
            self.object.fields.get(class.first_field() + at).copied()
        })
    }

    /// All fields with their names, those of the topmost superclass first.
    pub fn fields(&self) -> impl Iterator<Item = (&'g crate::Text<'a>, Value)> + use<'g, 'a> {
        let graph = self.graph;
        let names = self.class().lineage().iter().flat_map(move |id| &graph.class(*id).fields);
        names.map(|field| &field.name).zip(self.object.fields.iter().copied())
    }

    /// What the `writeObject` method of that class wrote behind the fields; none where it has no such method.
    pub fn annotation(&self, class_name: &str) -> Option<&'g [Content<'a>]> {
        let own = self.class();
        let at = if own.name == class_name {
            own.own_annotation()?
        } else {
            let class = self.classes().find(|class| class.name == class_name && class.has_write_method())?;
            class.inherited_annotations
        };
        self.object.annotations.get(at).map(Vec::as_slice)
    }

    /// What the object's own class wrote, to be read as its `readObject` or `readExternal` would; empty where it
    /// writes nothing.
    pub fn data(&self) -> DataCursor<'g, 'a> {
        let own = self.class().own_annotation().and_then(|at| self.object.annotations.get(at));
        DataCursor::new(own.map_or(&[], Vec::as_slice))
    }
}
