//! The layout of the text, and that it is the value.

use serde_json::json;

use super::*;

#[test]
fn the_layout_is_that_of_spark() {
    let value = json!({"a": [], "b": {}, "c": [1, "x"], "d": [{"e": {"f": null}}, {}], "g": {"h": {}}});
    let text = concat!(
        "{\n  \"a\" : [ ],\n  \"b\" : { },\n  \"c\" : [ 1, \"x\" ],\n  \"d\" : [ {\n    \"e\" : {\n",
        "      \"f\" : null\n    }\n  }, { } ],\n  \"g\" : {\n    \"h\" : { }\n  }\n}"
    );
    assert_eq!(json_text(&value), text);
}

#[test]
fn the_text_is_the_value() {
    let value = json!({"quote\"": "line\nbreak \\ \u{7}", "deep": [[[]], [{"x": -1.5}]]});
    assert_eq!(serde_json::from_str::<Value>(&json_text(&value)).unwrap(), value);
}
