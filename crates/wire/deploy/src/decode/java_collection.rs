//! Java's own collections, which Scala wraps and serialises as they are (JDK 8 to 21).

use wire_java::{ObjectRef, Value};

use super::collection::cut_short;
use super::decoder::Decoder;
use crate::DecodeError;

impl<'g, 'a> Decoder<'g, 'a> {
    /// The elements of a `java.util` list; none when it is of another class.
    pub(super) fn java_sequence(
        &self,
        class: &str,
        object: &ObjectRef<'g, 'a>,
        place: &str,
    ) -> Result<Option<Vec<Value>>, DecodeError> {
        let field = |name: &str| object.field(name).unwrap_or(Value::Null);
        let mut data = object.data();
        let elements = match class {
            "java.util.Collections$EmptyList" => Vec::new(),
            "java.util.Collections$SingletonList" => vec![field("element")],
            "java.util.Arrays$ArrayList" => self.array(field("a"), place)?,
            "java.util.ArrayList" => {
                let (_capacity, Value::Int(size)) = (data.i32(), field("size")) else {
                    return Err(cut_short(place));
                };
                (0..self.size(Some(size), place)?)
                    .map(|_| self.next(&mut data, place))
                    .collect::<Result<_, _>>()?
            }
            // LinkedList, and List.of and the like by their proxy.
            "java.util.LinkedList" | "java.util.CollSer" => {
                let size = data.i32();
                (0..self.size(size, place)?).map(|_| self.next(&mut data, place)).collect::<Result<_, _>>()?
            }
            _ => return Ok(None),
        };
        Ok(Some(elements))
    }

    /// The entries of a `java.util` map; none when it is of another class.
    pub(super) fn java_map(
        &self,
        class: &str,
        object: &ObjectRef<'g, 'a>,
        place: &str,
    ) -> Result<Option<Vec<(Value, Value)>>, DecodeError> {
        let field = |name: &str| object.field(name).unwrap_or(Value::Null);
        let mut data = object.data();
        let entries = match class {
            "java.util.Collections$EmptyMap" => Vec::new(),
            "java.util.Collections$SingletonMap" => vec![(field("k"), field("v"))],
            // LinkedHashMap has no data of its own: its superclass wrote it.
            "java.util.HashMap" | "java.util.LinkedHashMap" => {
                let written = object.annotation("java.util.HashMap").unwrap_or_default();
                let mut data = wire_java::DataCursor::new(written);
                let (_buckets, size) = (data.i32(), data.i32());
                self.flat_entries(data, size, place)?
            }
            "java.util.Hashtable" => {
                let (_buckets, size) = (data.i32(), data.i32());
                self.flat_entries(data, size, place)?
            }
            "java.util.TreeMap" => {
                let size = data.i32();
                self.flat_entries(data, size, place)?
            }
            // Map.of and the like by their proxy: the number of keys and values together.
            "java.util.CollSer" => {
                let size = data.i32().map(|both| both / 2);
                self.flat_entries(data, size, place)?
            }
            // Ends with a null key.
            "java.util.concurrent.ConcurrentHashMap" => {
                let mut entries = Vec::new();
                loop {
                    match self.next(&mut data, place)? {
                        Value::Null => break entries,
                        key => entries.push((key, self.next(&mut data, place)?)),
                    }
                }
            }
            _ => return Ok(None),
        };
        Ok(Some(entries))
    }
}
