//! Tables: on a wide screen a table, on a phone one card per row.

use std::fmt::Display;

use maud::{Markup, html};

/// One cell: what it shows and, where that does not sort by itself, what it sorts by.
pub(crate) struct Cell {
    content: Markup,
    key: Option<String>,
    class: Option<&'static str>,
}

impl Cell {
    /// Markup or text as it is; text is escaped.
    pub(crate) fn new(content: Markup) -> Self {
        Self { content, key: None, class: None }
    }

    /// Plain text, escaped.
    pub(crate) fn text(text: &str) -> Self {
        Self::new(html! { (text) })
    }

    /// A number, set to the right.
    pub(crate) fn number(number: impl Into<u64>) -> Self {
        Self { content: html! { (number.into()) }, key: None, class: Some("num") }
    }

    /// A quantity with its unit, which sorts by the number behind it.
    pub(crate) fn quantity(text: &str, key: impl Display + Copy) -> Self {
        Self { content: html! { (text) }, key: Some(key.to_string()), class: Some("num") }
    }

    /// An identifier in a fixed-width face.
    pub(crate) fn id(content: Markup) -> Self {
        Self { content, key: None, class: Some("id") }
    }

    /// A name that somebody chose: it may be long, and break anywhere.
    pub(crate) fn name(content: Markup) -> Self {
        Self { content, key: None, class: Some("name") }
    }

    /// A date, which sorts by the moment.
    pub(crate) fn time(date: &str, time_ms: i64) -> Self {
        Self { content: html! { (date) }, key: Some(time_ms.to_string()), class: Some("time") }
    }

    /// Sorts by this.
    pub(crate) fn sorted_by(self, key: impl Display + Copy) -> Self {
        Self { key: Some(key.to_string()), ..self }
    }
}

/// A table with a heading for each column; `id` names it across renewals of the page.
pub(crate) fn table(id: &str, headings: &[&str], rows: Vec<Vec<Cell>>) -> Markup {
    html! {
        div.scroll {
            table #(id) {
                thead { tr { @for heading in headings { th scope="col" { (heading) } } } }
                tbody {
                    @for row in rows {
                        tr {
                            @for (cell, heading) in row.into_iter().zip(headings) {
                                td class=[cell.class] data-label=(heading) data-key=[cell.key] { (cell.content) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A section with its heading, a count, and a table or, in its place, what an empty one means.
pub(crate) fn section(id: &str, title: &str, count: usize, content: &Markup) -> Markup {
    html! {
        section #(id) {
            h2 { (title) " " span.count { "(" (count) ")" } }
            (content)
        }
    }
}

/// What stands where a table would be empty.
pub(crate) fn empty(content: &Markup) -> Markup {
    html! { div.empty { (content) } }
}
