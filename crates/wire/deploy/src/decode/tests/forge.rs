//! Messages made by hand.

use wire_java::{ClassFlags, Content, Elements, Field, FieldKind, Graph, NodeId, Text, Value};

/// serialVersionUID of `KillExecutors` in Scala 2.12.
pub(super) const KILL_EXECUTORS_212: i64 = -3955979353196882338;

/// A stream while it is made. Classes are described anew for each object, which is legal.
#[derive(Default)]
pub(super) struct Forge {
    graph: Graph<'static>,
}

impl Forge {
    pub(super) fn string(&mut self, text: &str) -> Value {
        Value::Node(self.graph.add_string(Text::new(text.to_owned())))
    }

    pub(super) fn strings(&mut self, texts: &[&str]) -> Vec<Value> {
        texts.iter().map(|text| self.string(text)).collect()
    }

    /// An `Object[]`, null where a value is.
    pub(super) fn array(&mut self, elements: &[Value]) -> Value {
        let class =
            self.graph.add_class(Text::new("[Ljava.lang.Object;"), 1, ClassFlags::SERIALIZABLE, vec![], None);
        let elements = elements.iter().map(|element| match element {
            Value::Node(node) => Some(*node),
            _ => None,
        });
        let elements = Elements::References(elements.collect());
        Value::Node(self.graph.add_array(class, elements))
    }

    pub(super) fn object(&mut self, class: &'static str, fields: &[(&'static str, Value)]) -> Value {
        self.object_with(class, 1, fields, None)
    }

    /// An object whose class writes data of its own.
    pub(super) fn object_with_data(
        &mut self,
        class: &'static str,
        fields: &[(&'static str, Value)],
        data: Vec<Content<'static>>,
    ) -> Value {
        self.object_with(class, 1, fields, Some(data))
    }

    pub(super) fn object_with(
        &mut self,
        class: &'static str,
        suid: i64,
        fields: &[(&'static str, Value)],
        data: Option<Vec<Content<'static>>>,
    ) -> Value {
        let described: Vec<_> = fields.iter().map(|(name, value)| self.field(name, *value)).collect();
        let flags = if data.is_some() {
            ClassFlags::SERIALIZABLE | ClassFlags::WRITE_METHOD
        } else {
            ClassFlags::SERIALIZABLE
        };
        let class = self.graph.add_class(Text::new(class), suid, flags, described, None);
        let object = self.graph.add_object(class);
        for (name, value) in fields {
            assert!(self.graph.set_field(object, name, *value), "{name}");
        }
        for content in data.into_iter().flatten() {
            assert!(self.graph.append_data(object, content));
        }
        Value::Node(object)
    }

    fn field(&mut self, name: &'static str, value: Value) -> Field<'static> {
        let kind = match value {
            Value::Int(_) => FieldKind::Int,
            Value::Long(_) => FieldKind::Long,
            Value::Double(_) => FieldKind::Double,
            Value::Boolean(_) => FieldKind::Boolean,
            _ => FieldKind::Object,
        };
        let signature =
            kind.width().is_none().then(|| self.graph.add_string(Text::new("Ljava/lang/Object;")));
        Field { name: Text::new(name), kind, signature }
    }

    /// Points a field of an object somewhere else, e.g. at the object itself.
    pub(super) fn set(&mut self, object: Value, field: &str, value: Value) {
        let Value::Node(object) = object else { panic!("{object:?}") };
        assert!(self.graph.set_field(object, field, value));
    }

    /// `KillExecutors` of Scala 2.12 with that sequence of executors.
    pub(super) fn kill_executors(mut self, executors: Value) -> Vec<u8> {
        let application = self.string("app-1");
        let fields = [("appId", application), ("executorIds", executors)];
        let class = "org.apache.spark.deploy.DeployMessages$KillExecutors";
        let message = self.object_with(class, KILL_EXECUTORS_212, &fields, None);
        self.stream(message)
    }

    pub(super) fn stream(mut self, root: Value) -> Vec<u8> {
        self.graph.push(Content::Node(node(root)));
        wire_java::write(&self.graph)
    }
}

pub(super) fn node(value: Value) -> NodeId {
    match value {
        Value::Node(node) => node,
        _ => panic!("{value:?} is no node"),
    }
}

/// What `writeObject` methods write: big-endian numbers in a block.
pub(super) fn ints(numbers: &[i32]) -> Content<'static> {
    let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_be_bytes()).collect();
    Content::Block { bytes: bytes.into(), long: false }
}

/// Numbers, then objects.
pub(super) fn data(numbers: &[i32], objects: &[Value]) -> Vec<Content<'static>> {
    let objects = objects.iter().map(|object| match object {
        Value::Node(node) => Content::Node(*node),
        _ => Content::Null,
    });
    std::iter::once(ints(numbers)).chain(objects).collect()
}
