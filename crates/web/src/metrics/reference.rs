//! The tables of all metrics for the manual.

use std::fmt::Write as _;

use super::exposition::Family;
use super::families::{OF_A_MASTER, OF_A_WORKER, OF_THE_PROCESS};

/// The tables, in Markdown.
pub fn reference() -> String {
    let mut page = String::new();
    table(&mut page, "Of every daemon", OF_THE_PROCESS);
    table(&mut page, "Of the Master", OF_A_MASTER);
    table(&mut page, "Of the Worker", OF_A_WORKER);
    page
}

fn table(page: &mut String, title: &str, families: &[Family]) {
    let _ = writeln!(page, "### {title}\n\n| metric | type | labels | meaning |\n|---|---|---|---|");
    for family in families {
        let labels: Vec<String> = family.labels.iter().map(|label| format!("`{label}`")).collect();
        let _ = writeln!(
            page,
            "| `{}` | {} | {} | {} |",
            family.sample_name(),
            family.kind.name(),
            labels.join(", "),
            family.help
        );
    }
    page.push('\n');
}
