//! Objects out of the tables: a class by its name, fields by theirs.

use std::collections::HashMap;

use wire_java::{ClassFlags, ClassId, Content, Elements, Field, FieldKind, Graph, NodeId, Text, Value};

use crate::schema::{form, varies};
use crate::{Family, Releases};

/// Name of a class in Spark's `DeployMessages`.
macro_rules! deploy {
    ($name:literal) => {
        concat!("org.apache.spark.deploy.DeployMessages$", $name)
    };
}
pub(super) use deploy;

/// A graph while a message is put into it.
pub(super) struct Encoder<'a> {
    pub(super) family: Family,
    pub(super) readers: Releases,
    graph: Graph<'a>,
    classes: HashMap<&'static str, ClassId>,
    signatures: HashMap<&'static str, NodeId>,
    modules: HashMap<&'static str, NodeId>,
}

/// A field that Spark's class does not have, with its value.
pub(super) struct Extra {
    pub(super) name: &'static str,
    pub(super) kind: FieldKind,
    pub(super) signature: &'static str,
    pub(super) value: Value,
}

impl<'a> Encoder<'a> {
    pub(super) fn new(readers: Releases) -> Self {
        Self {
            family: readers.newest().family().unwrap_or(Family::Scala213),
            readers,
            graph: Graph::default(),
            classes: HashMap::new(),
            signatures: HashMap::new(),
            modules: HashMap::new(),
        }
    }

    pub(super) fn finish(mut self, root: NodeId) -> Graph<'a> {
        self.graph.push(Content::Node(root));
        self.graph
    }

    /// The descriptor of a class, described once in a stream. It names those fields alone that are given a value: the
    /// others are zero or null at the reader's.
    fn class(&mut self, name: &'static str, given: &[(&'static str, Value)]) -> ClassId {
        self.descriptor(name, given, &[], false)
    }

    fn descriptor(
        &mut self,
        name: &'static str,
        given: &[(&'static str, Value)],
        extras: &[Extra],
        is_superclass: bool,
    ) -> ClassId {
        if let Some(class) = self.classes.get(name) {
            return *class;
        }
        let form = form(name, self.readers);
        debug_assert!(form.is_some(), "{name} is not in the table of Spark {}", self.readers);
        let parent =
            form.and_then(|form| form.parent).map(|parent| self.descriptor(parent, given, &[], true));
        let fields = form.map_or(&[][..], |form| &form.fields).iter();
        let fields = fields.filter(|field| given.iter().any(|(name, _)| *name == field.name));
        let mut fields: Vec<_> = fields.map(|field| (field.name, field.kind, field.signature)).collect();
        if !extras.is_empty() {
            fields.extend(extras.iter().map(|extra| (extra.name, extra.kind, extra.signature)));
            // Java's order: primitives before references, each by name (`ObjectStreamField.compareTo`).
            fields.sort_by_key(|(name, kind, _)| (kind.width().is_none(), *name));
        }
        let field = |(name, kind, signature): (&'static str, FieldKind, &'static str)| {
            let signature = kind.width().is_none().then(|| self.signature(signature));
            Field { name: Text::new(name), kind, signature }
        };
        let fields = fields.into_iter().map(field).collect();
        let (suid, mut flags) = form.map_or((0, ClassFlags::SERIALIZABLE), |form| (form.suid, form.flags));
        if is_superclass && varies(name, self.family.into()) {
            // Of a superclass that does not call itself serializable Java fills the fields and compares nothing
            // (`ObjectStreamClass.initNonProxy`, JDK 17), so that one form fits all releases of the family.
            flags = ClassFlags::default();
        }
        let class = self.graph.add_class(Text::new(name), suid, flags, fields, parent);
        self.classes.insert(name, class);
        class
    }

    fn signature(&mut self, signature: &'static str) -> NodeId {
        let graph = &mut self.graph;
        *self.signatures.entry(signature).or_insert_with(|| graph.add_string(Text::new(signature)))
    }

    /// An object of that class; fields that are not given are zero or null.
    pub(super) fn object<const N: usize>(
        &mut self,
        class: &'static str,
        fields: [(&'static str, Value); N],
    ) -> NodeId {
        self.object_with(class, fields, &[])
    }

    /// The same, with fields that Spark's class does not have: whoever does not know them passes them over.
    pub(super) fn object_with<const N: usize>(
        &mut self,
        class: &'static str,
        fields: [(&'static str, Value); N],
        extras: &[Extra],
    ) -> NodeId {
        let class = self.descriptor(class, &fields, extras, false);
        let object = self.graph.add_object(class);
        for (name, value) in fields.into_iter().chain(extras.iter().map(|extra| (extra.name, extra.value))) {
            let was_set = self.graph.set_field(object, name, value);
            debug_assert!(was_set, "{:?} has no field {name} for {value:?}", self.graph.class(class).name);
        }
        object
    }

    /// Writes the number of elements, then the elements, behind the fields of an object.
    pub(super) fn append_counted(
        &mut self,
        object: NodeId,
        count: usize,
        elements: impl IntoIterator<Item = Value>,
    ) {
        let count = i32::try_from(count).unwrap_or(i32::MAX).to_be_bytes().to_vec();
        self.graph.append_data(object, Content::Block { bytes: count.into(), long: false });
        self.append(object, elements);
    }

    /// Writes elements behind the fields of an object.
    pub(super) fn append(&mut self, object: NodeId, elements: impl IntoIterator<Item = Value>) {
        for element in elements {
            let content = match element {
                Value::Node(node) => Content::Node(node),
                _ => Content::Null,
            };
            let was_appended = self.graph.append_data(object, content);
            debug_assert!(was_appended, "an object without data of its own");
        }
    }

    pub(super) fn string(&mut self, text: &'a str) -> Value {
        Value::Node(self.graph.add_string(Text::new(text)))
    }

    pub(super) fn owned_string(&mut self, text: String) -> Value {
        Value::Node(self.graph.add_string(Text::new(text)))
    }

    pub(super) fn string_array(&mut self, texts: &'a [String]) -> Value {
        let class = self.class("[Ljava.lang.String;", &[]);
        let texts = texts.iter().map(|text| Some(self.graph.add_string(Text::new(text.as_str())))).collect();
        Value::Node(self.graph.add_array(class, Elements::References(texts)))
    }

    pub(super) fn enum_constant(&mut self, class: &'static str, constant: &'static str) -> Value {
        let class = self.class(class, &[]);
        Value::Node(self.graph.add_enum(class, Text::new(constant)))
    }

    /// A class by itself, not an object of it. A reader takes it whatever serialVersionUID the class has there, since
    /// the descriptor does not call it serializable (`ObjectStreamClass.initNonProxy`, JDK 17).
    pub(super) fn class_of_any_release(&mut self, name: &'static str) -> Value {
        let class = self.graph.add_class(Text::new(name), 0, ClassFlags::default(), Vec::new(), None);
        Value::Node(self.graph.add_class_object(class))
    }

    /// A Scala `object`: as itself in 2.12, by the proxy that names its class in 2.13.
    pub(super) fn module(&mut self, class: &'static str) -> NodeId {
        if let Some(module) = self.modules.get(class) {
            return *module;
        }
        let module = match self.family {
            Family::Scala212 => self.object(class, []),
            Family::Scala213 => {
                let named = self.class(class, &[]);
                let named = Value::Node(self.graph.add_class_object(named));
                self.object("scala.runtime.ModuleSerializationProxy", [("moduleClass", named)])
            }
        };
        self.modules.insert(class, module);
        module
    }
}
