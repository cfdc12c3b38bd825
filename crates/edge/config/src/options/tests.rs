//! Against what Spark's launcher makes of the same text.

use super::*;

#[test]
fn words_are_split_as_the_launcher_splits_them() {
    assert_eq!(words(r#""ab cd" efgh 'i " j'"#).unwrap(), ["ab cd", "efgh", r#"i " j"#]);
    assert_eq!(words(r#"a\ b "c\"d" 'e\f' g"h i"j"#).unwrap(), ["a b", r#"c"d"#, r"e\f", "gh ij"]);
    assert_eq!(words(" \t\n ").unwrap(), Vec::<String>::new());
    assert_eq!(words("a '' \"\" b").unwrap(), ["a", "", "", "b"]);
}

#[test]
fn only_system_properties_are_kept() {
    let text =
        r#"-Xmx512m -Dspark.worker.timeout=30 -XX:+UseG1GC -Dspark.master.ui.title="A title" -Dx -Dy=a=b"#;
    let found = system_properties("SPARK_MASTER_OPTS", text).unwrap();
    let expected =
        [("spark.worker.timeout", "30"), ("spark.master.ui.title", "A title"), ("x", ""), ("y", "a=b")];
    assert_eq!(found, expected.map(|(key, value)| (key.to_owned(), value.to_owned())));
}

#[test]
fn an_open_quote_is_named_without_the_text() {
    let error =
        system_properties("SPARK_WORKER_OPTS", "-Dspark.authenticate.secret='hush").unwrap_err().to_string();
    assert!(error.starts_with("SPARK_WORKER_OPTS: a quote is opened"), "{error}");
    assert!(!error.contains("hush"), "{error}");
    assert!(system_properties("SPARK_WORKER_OPTS", "a\\").unwrap_err().to_string().contains("backslash"));
}
