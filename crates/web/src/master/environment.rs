//! The Master's page about what it was started with.

use maud::{Markup, html};

use super::PageOptions;
use crate::layout::{self, Frame};
use crate::redaction::Redaction;
use crate::table::{Cell, empty, section, table};

/// What a Master was started with; of values that may be secrets the page shows none.
#[derive(Clone, Copy, Debug)]
pub struct Environment<'a> {
    /// The program and the machine.
    pub runtime: &'a [(String, String)],
    /// The `spark.*` keys that were set.
    pub properties: &'a [(String, String)],
    /// The variables of the process that may be shown (`spark.master.ui.visibleEnvVarPrefixes`).
    pub variables: &'a [(String, String)],
}

/// The page at `/environment/` (`EnvironmentPage`, 4.0).
pub fn environment_page(
    environment: &Environment<'_>,
    redaction: Redaction<'_>,
    options: &PageOptions<'_>,
) -> String {
    let frame = Frame {
        title: "Environment",
        state: None,
        back: Some(("../", options.title.unwrap_or("Spark Master"))),
        json: None,
        taken: None,
        renews: false,
    };
    let hidden = "None is shown. Those whose names begin with a prefix in \
                  spark.master.ui.visibleEnvVarPrefixes would be.";
    let content = html! {
        (pairs("runtime", "Runtime Information", environment.runtime, redaction, ""))
        (pairs("properties", "Spark Properties", environment.properties, redaction, "No key was set."))
        (pairs("variables", "Environment Variables", environment.variables, redaction, hidden))
    };
    layout::document(&frame, &content)
}

fn pairs(id: &str, title: &str, pairs: &[(String, String)], redaction: Redaction<'_>, none: &str) -> Markup {
    let mut pairs: Vec<&(String, String)> = pairs.iter().collect();
    pairs.sort();
    let row = |(name, value): &&(String, String)| {
        vec![Cell::id(html! { (name) }), Cell::name(html! { (redaction.shown(name, value)) })]
    };
    let content = if pairs.is_empty() {
        empty(&html! { p { (none) } })
    } else {
        table(&format!("{id}-table"), &["Name", "Value"], pairs.iter().map(row).collect())
    };
    section(id, title, pairs.len(), &content)
}
