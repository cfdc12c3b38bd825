//! The page in `docs/` is the one that the table draws.

use super::*;
use crate::table;
use std::path::Path;

#[test]
fn the_page_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../docs/operate/configuration.md");
    let page = reference();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page,
        "docs/operate/configuration.md is not current: run the test with UPDATE_EXPECT=1"
    );
}

#[test]
fn every_row_says_what_it_is() {
    for about in table::settings() {
        let name = format!("{about:?}");
        assert!(!about.meaning.is_empty() && !about.kind.is_empty(), "{name}");
        assert!(!(about.flag.is_empty() && about.variable.is_empty() && about.key.is_empty()), "{name}");
        assert!(about.key.is_empty() || about.key.starts_with("spark."), "{name}");
        assert!(
            about.flag.is_empty() || about.flag.starts_with("--") || about.flag == "MASTER_URL",
            "{name}"
        );
    }
}

#[test]
fn no_name_stands_in_both_tables_or_twice() {
    let mut keys: Vec<_> = table::settings().map(|about| about.key).filter(|key| !key.is_empty()).collect();
    keys.extend(UNHONOURED.iter().map(|row| row.key));
    let count = keys.len();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), count);
}
