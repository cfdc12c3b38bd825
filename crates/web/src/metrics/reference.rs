//! The tables of all metrics stand in the manual.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::exposition::Family;
use super::families::{OF_A_MASTER, OF_A_SHUFFLE_SERVICE, OF_A_WORKER, OF_THE_PROCESS};

/// The tables, in Markdown.
fn reference() -> String {
    let tables = [
        ("Of every daemon", OF_THE_PROCESS),
        ("Of the Master", OF_A_MASTER),
        ("Of a Worker", OF_A_WORKER),
        ("Of a shuffle service, also of one inside a Worker", OF_A_SHUFFLE_SERVICE),
    ];
    tables.map(|(title, families)| table(title, families)).join("\n")
}

fn table(title: &str, families: &[Family]) -> String {
    let mut table = format!("### {title}\n\n| metric | type | labels | meaning |\n|---|---|---|---|\n");
    for family in families {
        let labels: Vec<String> = family.labels.iter().map(|label| format!("`{label}`")).collect();
        let (name, kind, labels) = (family.sample_name(), family.kind.name(), labels.join(", "));
        let _ = writeln!(table, "| `{name}` | {kind} | {labels} | {} |", family.help);
    }
    table
}

#[test]
fn the_manual_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/operate/monitoring.md");
    let written = fs::read_to_string(&path).unwrap();
    let mark = "run UPDATE_EXPECT=1 cargo test -p web. -->\n\n";
    let (before, _) = written.split_once(mark).expect("the place where the tables begin");
    let current = format!("{before}{mark}{}", reference());
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, &current).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap();
    assert!(written == current, "{} is not current: run the test with UPDATE_EXPECT=1", path.display());
}
