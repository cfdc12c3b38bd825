//! JSON as loosely as Jackson takes it: fields in their order, doubles among them, numbers where text is wanted.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The fields of an object in their order, none of them read yet.
#[derive(Debug)]
pub(super) struct Fields<'a>(pub(super) Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(Reader)
    }
}

impl<'a> Fields<'a> {
    /// The value of a field; of two with the same name, the last one.
    pub(super) fn last(&self, name: &str) -> Option<&'a RawValue> {
        self.0.iter().rev().find(|(field, _)| field == name).map(|(_, value)| *value)
    }
}

/// The first value in a text; what follows it counts for nothing.
pub(super) fn first_value(text: &str) -> Result<&RawValue, serde_json::Error> {
    <&RawValue>::deserialize(&mut serde_json::Deserializer::from_str(text))
}

/// A text, or the text of a number or truth value; none for `null`.
pub(super) fn text(value: &RawValue) -> Result<Option<String>, String> {
    let raw = value.get();
    match raw.as_bytes().first() {
        Some(b'"') => serde_json::from_str(raw).map(Some).map_err(|error| error.to_string()),
        Some(b'[') => Err("an array stands where a text is wanted".to_owned()),
        Some(b'{') => Err("an object stands where a text is wanted".to_owned()),
        _ if raw == "null" => Ok(None),
        _ => Ok(Some(raw.to_owned())),
    }
}

/// An array of texts; none for `null`.
pub(super) fn texts(value: &RawValue) -> Result<Option<Vec<Option<String>>>, String> {
    if value.get() == "null" {
        return Ok(None);
    }
    let values: Vec<&RawValue> =
        serde_json::from_str(value.get()).map_err(|_| "it has to be an array of texts".to_owned())?;
    values.into_iter().map(text).collect::<Result<_, _>>().map(Some)
}

/// The fields of an object of texts, in their order.
pub(super) type Pairs = Vec<(String, Option<String>)>;

/// An object of texts, the fields in their order; none for `null`.
pub(super) fn pairs(value: &RawValue) -> Result<Option<Pairs>, String> {
    if value.get() == "null" {
        return Ok(None);
    }
    let Fields(fields) =
        serde_json::from_str(value.get()).map_err(|_| "it has to be an object of texts".to_owned())?;
    let pair = |(name, value): (String, &RawValue)| match text(value) {
        Ok(text) => Ok((name, text)),
        Err(problem) => Err(format!("'{name}': {problem}")),
    };
    fields.into_iter().map(pair).collect::<Result<_, _>>().map(Some)
}
