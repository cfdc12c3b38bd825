//! Against what `java.util.Properties` reads from the same text.

use super::*;

fn pairs(text: &str) -> Vec<(usize, String, String)> {
    parse(text).unwrap().into_iter().map(|entry| (entry.line, entry.key, entry.value)).collect()
}

fn one(text: &str) -> (String, String) {
    let mut entries = parse(text).unwrap();
    assert_eq!(entries.len(), 1, "{entries:?}");
    let entry = entries.remove(0);
    (entry.key, entry.value)
}

fn pair(key: &str, value: &str) -> (String, String) {
    (key.to_owned(), value.to_owned())
}

#[test]
fn all_three_separators_count() {
    for text in ["a.b=c d", "a.b:c d", "a.b c d", "  a.b \t = \t c d  ", "a.b : c d", "a.b\tc d"] {
        assert_eq!(one(text), pair("a.b", "c d"), "{text:?}");
    }
    assert_eq!(one("a==b"), pair("a", "=b"));
    assert_eq!(one("a = : b"), pair("a", ": b"));
    assert_eq!(one("a"), pair("a", ""));
    assert_eq!(one("=b"), pair("", "b"));
}

#[test]
fn comments_and_blank_lines_are_passed_over_and_lines_are_counted() {
    let text = "# one\n\n  ! two\r\nspark.a 1\rspark.b 2\r\n\tspark.c 3";
    let expected = [(4, "spark.a", "1"), (5, "spark.b", "2"), (6, "spark.c", "3")];
    assert_eq!(pairs(text), expected.map(|(line, key, value)| (line, key.into(), value.into())));
    assert_eq!(one("a b # not a comment"), pair("a", "b # not a comment"));
}

#[test]
fn a_backslash_continues_a_line() {
    let text = "a one,\\\n    two,\\\r\n\tthree\nb 2";
    assert_eq!(pairs(text), [(1, "a".into(), "one,two,three".into()), (4, "b".into(), "2".into())]);
    assert_eq!(one("a b\\\\"), pair("a", "b\\"), "two backslashes are one, and end nothing");
    assert_eq!(one("a b\\"), pair("a", "b"));
    assert_eq!(pairs("# comment\\\na b"), [(2, "a".into(), "b".into())], "comments do not continue");
    assert_eq!(one("a 1\\\n# 2"), pair("a", "1# 2"), "a continued line holds no comment");
}

#[test]
fn escapes_are_undone() {
    assert_eq!(one(r"a\ b\=c\:d = x\ty\u0041\q"), pair("a b=c:d", "x\tyAq"));
    assert_eq!(one(r"a \ud83d\ude00"), pair("a", "\u{1f600}"), "a surrogate pair is one character");
    assert_eq!(parse("a 1\nb \\u00g1"), Err((2, "a malformed \\uXXXX escape")));
    assert_eq!(parse("b \\u12"), Err((1, "a malformed \\uXXXX escape")));
}

#[test]
fn values_are_trimmed_but_for_line_ends() {
    assert_eq!(one("a b \t "), pair("a", "b"));
    assert_eq!(one("a \\n"), pair("a", "\n"));
}
