//! Scala's values in the plainest form that each family reads.

use wire_java::Value;

use super::encoder::Encoder;
use crate::Family;

const DEFAULT_PROXY: &str = "scala.collection.generic.DefaultSerializationProxy";

impl Encoder<'_> {
    pub(super) fn none(&mut self) -> Value {
        Value::Node(self.module("scala.None$"))
    }

    pub(super) fn option(&mut self, value: Option<Value>) -> Value {
        match value {
            Some(value) => Value::Node(self.object("scala.Some", [("value", value)])),
            None => self.none(),
        }
    }

    /// A `java.lang.Integer`.
    pub(super) fn boxed_int(&mut self, value: i32) -> Value {
        Value::Node(self.object("java.lang.Integer", [("value", Value::Int(value))]))
    }

    /// Any sequence, as a `List`.
    pub(super) fn sequence(&mut self, elements: Vec<Value>) -> Value {
        Value::Node(match self.family {
            Family::Scala212 => {
                let list = self.object("scala.collection.immutable.List$SerializationProxy", []);
                let end = Value::Node(self.object("scala.collection.immutable.ListSerializeEnd$", []));
                self.append(list, elements.into_iter().chain([end]));
                list
            }
            Family::Scala213 => {
                let list = Value::Node(self.module("scala.collection.immutable.List$"));
                let factory = self.object("scala.collection.IterableFactory$ToFactory", [("factory", list)]);
                let proxy = self.object(DEFAULT_PROXY, [("factory", Value::Node(factory))]);
                self.append_counted(proxy, elements.len(), elements);
                proxy
            }
        })
    }

    /// Any map, as an immutable one.
    pub(super) fn map(&mut self, entries: Vec<(Value, Value)>) -> Value {
        Value::Node(match self.family {
            Family::Scala212 if entries.is_empty() => {
                self.object("scala.collection.immutable.Map$EmptyMap$", [])
            }
            Family::Scala212 => {
                let map = self.object("scala.collection.immutable.HashMap$SerializationProxy", []);
                let size = entries.len();
                self.append_counted(map, size, entries.into_iter().flat_map(|(key, value)| [key, value]));
                map
            }
            Family::Scala213 => {
                let map = Value::Node(self.module("scala.collection.immutable.Map$"));
                let factory = self.object("scala.collection.MapFactory$ToFactory", [("factory", map)]);
                let proxy = self.object(DEFAULT_PROXY, [("factory", Value::Node(factory))]);
                let pair =
                    |(key, value)| Value::Node(self.object("scala.Tuple2", [("_1", key), ("_2", value)]));
                let pairs: Vec<Value> = entries.into_iter().map(pair).collect();
                self.append_counted(proxy, pairs.len(), pairs);
                proxy
            }
        })
    }

    /// A value of an `Enumeration`: its `readResolve` looks it up by its id, so the enumeration comes without fields.
    pub(super) fn enumeration_value(&mut self, enumeration: &'static str, id: i32) -> Value {
        let enumeration = Value::Node(self.module(enumeration));
        Value::Node(self.object(
            "scala.Enumeration$Val",
            [("i", Value::Int(id)), ("$outer", enumeration), ("scala$Enumeration$$outerEnum", enumeration)],
        ))
    }
}
