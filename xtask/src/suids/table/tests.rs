//! Rows with spans of releases, there and back again, and the tables of the repository.

use super::*;

const RELEASES: &str = include_str!("../../../../crates/wire/deploy/src/schema/releases.tsv");
const CLASSES: &str = include_str!("../../../../crates/wire/deploy/src/schema/classes.tsv");
const LINES: &str = include_str!("../../../../crates/wire/deploy/src/schema/lines.tsv");
/// What `java.io.ObjectStreamClass` of a JVM with some releases said, as it was captured.
const OF_A_JVM: &str = include_str!("../testdata/object-stream-class.tsv");

fn description(suid: i64) -> Description {
    let fields = vec![("size".into(), "J".into()), ("name".into(), "Ljava/lang/String;".into())];
    Description { suid, flags: 2, parent: None, fields }
}

fn table(releases: &[(&str, i64)]) -> Table {
    let mut table = Table::default();
    for (release, suid) in releases {
        let scala = if release.starts_with('3') { "2.12.18" } else { "2.13.16" };
        table.set(&release.parse().unwrap(), scala, found(*suid));
    }
    table
}

/// A class and a method that differ as the number does.
fn found(suid: i64) -> Found {
    let lines = BTreeSet::from([7, 8, 10, 100 + suid as u16]);
    Found {
        classes: BTreeMap::from([("a.B".into(), description(suid))]),
        lines: BTreeMap::from([(("a.B".into(), "run".into()), lines)]),
    }
}

fn spans(table: &Table) -> Vec<String> {
    let text = table.render_classes();
    rows(&text).map(|row| row.split('\t').skip(1).take(2).collect::<Vec<_>>().join(" = ")).collect()
}

#[test]
fn equal_releases_make_one_span() {
    let mut table = table(&[("3.4.0", 1), ("3.4.10", 1), ("3.5.0", 2), ("4.0.0", 1)]);
    assert_eq!(spans(&table), ["3.4.0-3.4.10 4.0.0 = 1", "3.5.0 = 2"]);
    // A release between two others, like them and not like them.
    let between = "3.4.9".parse().unwrap();
    table.set(&between, "2.12.17", found(1));
    assert_eq!(spans(&table), ["3.4.0-3.4.10 4.0.0 = 1", "3.5.0 = 2"]);
    table.set(&between, "2.12.17", found(3));
    assert_eq!(spans(&table), ["3.4.0 3.4.10 4.0.0 = 1", "3.4.9 = 3", "3.5.0 = 2"]);
    // One that has the class no more.
    table.set(&between, "2.12.17", Found::default());
    assert_eq!(spans(&table), ["3.4.0 3.4.10 4.0.0 = 1", "3.5.0 = 2"]);
}

#[test]
fn a_release_is_compared_with_the_one_before_it_of_the_same_scala() {
    let table = table(&[("3.5.0", 1), ("3.5.1", 2), ("4.0.0", 3), ("4.0.1", 3)]);
    let release = |text: &str| -> Release { text.parse().unwrap() };
    assert_eq!(table.before(&release("3.5.1")), Some(&release("3.5.0")));
    assert_eq!(table.before(&release("4.0.0")), None);
    assert_eq!(table.differing(&release("3.5.0"), &release("3.5.1")), ["a.B", "the lines of a.B.run"]);
    assert!(table.differing(&release("4.0.0"), &release("4.0.1")).is_empty());
}

#[test]
fn what_is_no_row_is_named() {
    let error = |releases, classes, lines| Table::parse(releases, classes, lines).unwrap_err().to_string();
    assert_eq!(error("3.4.0", "", ""), "this is no row of the tables: 3.4.0");
    assert_eq!(error("", "a.B\t-\tx\t02\t-\t-", ""), "this is no row of the tables: a.B\t-\tx\t02\t-\t-");
    assert_eq!(error("3.4\t2.12.17", "", ""), "\"3.4\" is no release of Spark: it looks like 3.5.7");
    assert_eq!(error("", "", "a.B\trun\t-\t1-x"), "this is no row of the tables: a.B\trun\t-\t1-x");
}

#[test]
fn lines_are_kept_in_spans() {
    let table = table(&[("3.5.0", 1), ("3.5.1", 2), ("4.0.0", 1)]);
    let text = table.render_lines();
    let kept: Vec<&str> = rows(&text).collect();
    assert_eq!(kept, ["a.B\trun\t3.5.0 4.0.0\t7-8 10 101", "a.B\trun\t3.5.1\t7-8 10 102"]);
    let again = Table::parse(&table.render_releases(), &table.render_classes(), &text).unwrap();
    assert_eq!(again, table);
}

#[test]
fn the_tables_are_as_they_would_be_written() {
    let table = Table::parse(RELEASES, CLASSES, LINES).unwrap();
    assert_eq!(table.render_releases(), RELEASES);
    assert_eq!(table.render_classes(), CLASSES);
    assert_eq!(table.render_lines(), LINES);
}

#[test]
fn the_tables_say_what_a_jvm_said() {
    let table = Table::parse(RELEASES, CLASSES, LINES).unwrap();
    let mut compared = 0;
    for row in rows(OF_A_JVM) {
        let [release, name, suid, parent, fields] = row.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{row}")
        };
        let described = &table.classes[name][&release.parse().unwrap()];
        let said = fields.split("; ").filter(|it| !it.is_empty()).map(field).collect::<Option<Vec<_>>>();
        assert_eq!(described.suid, suid.parse::<i64>().unwrap(), "{row}");
        assert_eq!(described.parent.as_deref().unwrap_or_default(), parent, "{row}");
        assert_eq!(Some(&described.fields), said.as_ref(), "{row}");
        compared += 1;
    }
    assert_eq!(compared, 91);
}
