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

    /// How much of something is in use, of how much.
    pub(crate) fn share(content: Markup, key: impl Display + Copy) -> Self {
        Self { content, key: Some(key.to_string()), class: Some("share") }
    }

    /// An identifier in a fixed-width face.
    pub(crate) fn id(content: Markup) -> Self {
        Self { content, key: None, class: Some("id") }
    }

    /// A name that somebody chose: it may be long, and break anywhere.
    pub(crate) fn name(content: Markup) -> Self {
        Self { content, key: None, class: Some("name") }
    }

    /// Releases of Spark, or nothing where none is known.
    pub(crate) fn spark(text: &str) -> Self {
        Self { content: html! { (text) }, key: None, class: Some("spark") }
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

/// A row: its cells and, where there is more to say of it, a note below them that goes where the row goes.
pub(crate) struct Row {
    cells: Vec<Cell>,
    note: Option<Markup>,
}

impl Row {
    pub(crate) fn new(cells: Vec<Cell>, note: Option<Markup>) -> Self {
        Self { cells, note }
    }
}

impl From<Vec<Cell>> for Row {
    fn from(cells: Vec<Cell>) -> Self {
        Self::new(cells, None)
    }
}

/// A table with a heading for each column; `id` names it across renewals of the page.
pub(crate) fn table<R: Into<Row>>(id: &str, headings: &[&str], rows: Vec<R>) -> Markup {
    html! {
        div.scroll {
            table #(id) {
                thead { tr { @for heading in headings { th scope="col" { (heading) } } } }
                tbody { @for one in rows { (row(headings, one.into())) } }
            }
        }
    }
}

fn row(headings: &[&str], Row { cells, note }: Row) -> Markup {
    html! {
        tr {
            @for (cell, heading) in cells.into_iter().zip(headings) {
                td class=[cell.class] data-label=(heading) data-key=[cell.key] { (cell.content) }
            }
        }
        @if let Some(note) = note {
            tr.note { td colspan=(headings.len()) { (note) } }
        }
    }
}

/// A table without those of its `optional` columns that say nothing in any row.
pub(crate) fn sparse_table(id: &str, headings: &[&str], optional: &[&str], mut rows: Vec<Row>) -> Markup {
    let mut headings = headings.to_vec();
    for name in optional {
        let Some(at) = headings.iter().position(|heading| heading == name) else { continue };
        let says = |row: &Row| row.cells.get(at).is_some_and(|cell| !cell.content.0.is_empty());
        if !rows.iter().any(says) {
            headings.remove(at);
            rows.iter_mut().filter(|row| at < row.cells.len()).for_each(|row| drop(row.cells.remove(at)));
        }
    }
    table(id, &headings, rows)
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
