//! Scala's collections: whatever a sequence or map is, its elements.

use wire_java::{DataCursor, Elements, Node, NodeId, ObjectRef, Value};

use super::decoder::Decoder;
use crate::DecodeError;

impl<'g, 'a> Decoder<'g, 'a> {
    /// The elements of a Scala or Java sequence, or of an array.
    pub(super) fn sequence(&self, value: Value, place: &str) -> Result<Vec<Value>, DecodeError> {
        let (node, class) = self.unwrapped(value, place)?;
        if let Node::Array(_) = self.graph.node(node) {
            return self.array(Value::Node(node), place);
        }
        let Some(object) = self.graph.object(node) else { return Err(self.incompatible(node, place)) };
        let field = |name: &str| object.field(name).unwrap_or(Value::Null);
        match &*class {
            "scala.collection.immutable.Nil$" => Ok(Vec::new()),
            "scala.collection.immutable.List$SerializationProxy" => self.until_end(object.data(), place),
            "scala.collection.generic.DefaultSerializationProxy" => self.default_proxy(object.data(), place),
            "scala.collection.immutable.Vector" => self.vector(&object, place),
            "scala.collection.immutable.ArraySeq$ofRef" => self.array(field("unsafeArray"), place),
            "scala.collection.mutable.ArraySeq$ofRef" | "scala.collection.mutable.WrappedArray$ofRef" => {
                self.array(field("array"), place)
            }
            "scala.collection.mutable.ArraySeq" => self.array_part(field("array"), field("length"), place),
            "scala.collection.mutable.ArrayBuffer" => self.array_part(field("array"), field("size0"), place),
            _ => match self.java_sequence(&class, &object, place)? {
                Some(elements) => Ok(elements),
                None => Err(self.incompatible(node, place)),
            },
        }
    }

    /// The entries of a Scala or Java map.
    pub(super) fn map(&self, value: Value, place: &str) -> Result<Vec<(Value, Value)>, DecodeError> {
        let (node, class) = self.unwrapped(value, place)?;
        let Some(object) = self.graph.object(node) else { return Err(self.incompatible(node, place)) };
        let mut data = object.data();
        match &*class {
            "scala.collection.immutable.Map$EmptyMap$"
            | "scala.collection.immutable.HashMap$EmptyHashMap$" => Ok(Vec::new()),
            "scala.collection.immutable.Map$Map1"
            | "scala.collection.immutable.Map$Map2"
            | "scala.collection.immutable.Map$Map3"
            | "scala.collection.immutable.Map$Map4" => self.small_map(&object, place),
            "scala.collection.immutable.HashMap$SerializationProxy" => {
                let size = data.i32();
                self.flat_entries(data, size, place)
            }
            // HashTable.serializeTo, 2.12: load factor, size, seed, whether there is a size map.
            "scala.collection.mutable.HashMap" | "scala.collection.mutable.LinkedHashMap" => {
                let (_load_factor, size, _seed, _size_map) = (data.i32(), data.i32(), data.i32(), data.u8());
                self.flat_entries(data, size, place)
            }
            "scala.collection.generic.DefaultSerializationProxy" => {
                let pairs = self.default_proxy(data, place)?;
                pairs.into_iter().map(|pair| self.pair(pair, place)).collect()
            }
            _ => match self.java_map(&class, &object, place)? {
                Some(entries) => Ok(entries),
                None => Err(self.incompatible(node, place)),
            },
        }
    }

    /// The collection that holds the elements, from under those that only wrap another, and its class.
    fn unwrapped(&self, mut value: Value, place: &str) -> Result<(NodeId, String), DecodeError> {
        for _ in 0..MAX_WRAPPERS {
            let node = self.node(value, place)?;
            let class = self.class_name(node);
            let Some(field) = wrapped_field(&class) else { return Ok((node, class)) };
            value = self.graph.object(node).and_then(|wrapper| wrapper.field(field)).unwrap_or(Value::Null);
        }
        Err(self.malformed(place, "a collection, not so many around each other", value))
    }

    /// The elements of an array of objects.
    pub(super) fn array(&self, value: Value, place: &str) -> Result<Vec<Value>, DecodeError> {
        let elements = self.elements(value, place)?;
        self.pay(elements.len() * size_of::<Value>(), place)?;
        Ok(elements.iter().map(|element| element.map_or(Value::Null, Value::Node)).collect())
    }

    /// The first elements of an array that is longer than what it holds.
    pub(super) fn array_part(
        &self,
        array: Value,
        count: Value,
        place: &str,
    ) -> Result<Vec<Value>, DecodeError> {
        let mut elements = self.array(array, place)?;
        match count {
            Value::Int(count) if usize::try_from(count).is_ok_and(|count| count <= elements.len()) => {
                elements.truncate(usize::try_from(count).unwrap_or_default());
                Ok(elements)
            }
            _ => Err(self.malformed(place, "a sequence no longer than its array", count)),
        }
    }

    pub(super) fn elements(&self, value: Value, place: &str) -> Result<&'g [Option<NodeId>], DecodeError> {
        match value {
            Value::Node(node) => match self.graph.node(node) {
                Node::Array(array) => match &array.elements {
                    Elements::References(elements) => Ok(elements),
                    Elements::Primitive { .. } => Err(self.malformed(place, "an array of objects", value)),
                },
                _ => Err(self.malformed(place, "an array of objects", value)),
            },
            _ => Err(self.malformed(place, "an array of objects", value)),
        }
    }

    /// The next object of a collection's data.
    pub(super) fn next(&self, data: &mut DataCursor<'g, 'a>, place: &str) -> Result<Value, DecodeError> {
        self.pay(size_of::<Value>(), place)?;
        match data.object() {
            Some(Some(node)) => Ok(Value::Node(node)),
            Some(None) => Ok(Value::Null),
            None => Err(cut_short(place)),
        }
    }

    /// Elements up to the mark that ends them.
    fn until_end(&self, mut data: DataCursor<'g, 'a>, place: &str) -> Result<Vec<Value>, DecodeError> {
        let mut elements = Vec::new();
        loop {
            let element = self.next(&mut data, place)?;
            if self.is_end(element) {
                return Ok(elements);
            }
            elements.push(element);
        }
    }

    fn is_end(&self, element: Value) -> bool {
        let Value::Node(node) = element else { return false };
        self.class(node).is_some_and(|class| {
            class.name == "scala.collection.immutable.ListSerializeEnd$"
                || class.name == "scala.collection.generic.SerializeEnd$"
        })
    }

    /// 2.13's form of almost all: a factory, then the number of elements or -1, then the elements.
    fn default_proxy(&self, mut data: DataCursor<'g, 'a>, place: &str) -> Result<Vec<Value>, DecodeError> {
        match data.i32() {
            Some(-1) => self.until_end(data, place),
            count => (0..self.size(count, place)?).map(|_| self.next(&mut data, place)).collect(),
        }
    }

    /// A number of things that follow; how many really do shows when they are read.
    pub(super) fn size(&self, size: Option<i32>, place: &str) -> Result<u32, DecodeError> {
        let size = size.ok_or_else(|| cut_short(place))?;
        u32::try_from(size).map_err(|_| self.malformed(place, "a collection of 0 or more", Value::Int(size)))
    }

    /// Keys and values by turns.
    pub(super) fn flat_entries(
        &self,
        mut data: DataCursor<'g, 'a>,
        size: Option<i32>,
        place: &str,
    ) -> Result<Vec<(Value, Value)>, DecodeError> {
        let size = self.size(size, place)?;
        (0..size).map(|_| Ok((self.next(&mut data, place)?, self.next(&mut data, place)?))).collect()
    }

    fn pair(&self, pair: Value, place: &str) -> Result<(Value, Value), DecodeError> {
        let node = self.node(pair, place)?;
        let object = self.graph.object(node).filter(|object| object.class().name == "scala.Tuple2");
        match object.map(|object| (object.field("_1"), object.field("_2"))) {
            Some((Some(key), Some(value))) => Ok((key, value)),
            _ => Err(self.incompatible(node, place)),
        }
    }

    /// `Map1` to `Map4`: `key1`, `value1` and so on, in 2.13 behind a mangled prefix.
    fn small_map(&self, map: &ObjectRef<'g, 'a>, place: &str) -> Result<Vec<(Value, Value)>, DecodeError> {
        let field = |name: &str| {
            let is_named = |field: &wire_java::Text<'_>| field.to_str().rsplit('$').next() == Some(name);
            map.fields().find(|(field, _)| is_named(field)).map(|(_, value)| value)
        };
        let mut entries = Vec::new();
        for number in 1..=4 {
            match (field(&format!("key{number}")), field(&format!("value{number}"))) {
                (Some(key), Some(value)) => entries.push((key, value)),
                (None, None) => break,
                _ => return Err(cut_short(place)),
            }
        }
        self.pay(entries.len() * 2 * size_of::<Value>(), place)?;
        Ok(entries)
    }
}

/// Nobody wraps a collection more often; one that lies under itself has no end.
const MAX_WRAPPERS: usize = 16;

/// The field with the collection that one of that class wraps; none where it holds elements itself.
fn wrapped_field(class: &str) -> Option<&'static str> {
    match class {
        "scala.collection.immutable.Map$WithDefault" | "scala.collection.mutable.Map$WithDefault" => {
            Some("underlying")
        }
        "java.util.Collections$UnmodifiableList" | "java.util.Collections$UnmodifiableRandomAccessList" => {
            Some("list")
        }
        "java.util.Collections$UnmodifiableMap" => Some("m"),
        // Java's behind a Scala face: convert.Wrappers$JMapWrapper (2.12), convert.JavaCollectionWrappers$JListWrapper
        // (2.13) and so on.
        _ => {
            let wrapper = class.strip_prefix("scala.collection.convert.")?;
            wrapper.contains("Wrappers$J").then_some("underlying")
        }
    }
}

pub(super) fn cut_short(place: &str) -> DecodeError {
    DecodeError::Malformed {
        place: place.to_owned(),
        expected: "a whole collection",
        found: "one that ends early".into(),
    }
}
