//! The shape of a JSON document: which keys it has and of which type their values are.

use std::collections::BTreeMap;

use serde_json::Value;

/// Path (`workers[].id`) to type (`string`); several types are joined with `|`.
pub type Shape = BTreeMap<String, String>;

/// The shape of `document`. The elements of an array share one path: an array is as its elements together.
pub fn of(document: &Value) -> Shape {
    let mut shape = Shape::new();
    note("", document, &mut shape);
    shape
}

fn note(path: &str, value: &Value, shape: &mut Shape) {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "fraction",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let kinds = shape.entry(path.to_owned()).or_default();
    if !kinds.split('|').any(|known| known == kind) {
        let separator = if kinds.is_empty() { "" } else { "|" };
        kinds.push_str(&format!("{separator}{kind}"));
    }
    match value {
        Value::Array(elements) => {
            elements.iter().for_each(|element| note(&format!("{path}[]"), element, shape));
        }
        Value::Object(fields) => {
            let prefix = if path.is_empty() { String::new() } else { format!("{path}.") };
            fields.iter().for_each(|(key, field)| note(&format!("{prefix}{key}"), field, shape));
        }
        _ => {}
    }
}

/// What stands for a path that a shape does not have.
pub const ABSENT: &str = "-";

/// The paths at which two shapes differ, each with what stands there in the first and the second ([`ABSENT`] if nothing).
pub fn differences(first: &Shape, second: &Shape) -> BTreeMap<String, (String, String)> {
    let at = |shape: &Shape, path: &str| shape.get(path).map_or_else(|| ABSENT.to_owned(), Clone::clone);
    first
        .keys()
        .chain(second.keys())
        .map(|path| (path.clone(), (at(first, path), at(second, path))))
        .filter(|(_, (one, other))| one != other)
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{differences, of};

    #[test]
    fn arrays_are_as_their_elements_together() {
        let shape = of(&json!({"workers": [{"id": "a"}, {"id": "b", "port": 1}], "status": "ALIVE"}));
        let paths: Vec<(&str, &str)> =
            shape.iter().map(|(path, kind)| (path.as_str(), kind.as_str())).collect();
        let expected = [
            ("", "object"),
            ("status", "string"),
            ("workers", "array"),
            ("workers[]", "object"),
            ("workers[].id", "string"),
            ("workers[].port", "integer"),
        ];
        assert_eq!(paths, expected);
    }

    #[test]
    fn a_missing_key_and_another_type_are_differences() {
        let found = differences(&of(&json!({"a": 1, "b": 2})), &of(&json!({"a": "1", "c": null})));
        let expected = [("a", ("integer", "string")), ("b", ("integer", "-")), ("c", ("-", "null"))];
        let expected =
            expected.map(|(path, (one, other))| (path.to_owned(), (one.to_owned(), other.to_owned())));
        assert_eq!(found, expected.into_iter().collect());
    }
}
