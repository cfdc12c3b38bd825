//! Answers: the protocol's messages, Jetty's pages for what is no message, and answers without a body.

use std::fmt::Write as _;

use maud::html;
use serde_json::{Map, Value};

use crate::json_text;

/// What goes back to a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub content: Content,
    /// The methods that the address takes, where that was the question.
    pub allow: Option<&'static str>,
}

/// The body of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A message of the protocol: `application/json;charset=utf-8`.
    Json(String),
    /// A page, all of it ASCII: `text/html;charset=iso-8859-1`.
    Html(String),
    /// Nothing.
    Empty,
}

impl Answer {
    pub(super) fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }
}

/// A message, its fields by name and without those that say nothing, as Jackson writes it.
pub(super) fn message<const N: usize>(
    action: &str,
    spark_version: &str,
    fields: [(&str, Value); N],
) -> Answer {
    let all =
        [("action", action.into()), ("serverSparkVersion", spark_version.into())].into_iter().chain(fields);
    let mut all: Vec<(&str, Value)> = all.filter(|(_, value)| !value.is_null()).collect();
    all.sort_by_key(|(name, _)| *name);
    let all: Map<String, Value> = all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Answer { status: 200, content: Content::Json(json_text(&Value::Object(all))), allow: None }
}

/// An `ErrorResponse`.
pub(super) fn error(status: u16, spark_version: &str, text: &str) -> Answer {
    message("ErrorResponse", spark_version, [("message", text.into())]).with_status(status)
}

/// A page such as Jetty's, without what it tells of the server's inside.
pub(super) fn page(status: u16, text: &str, path: &str) -> Answer {
    let title = format!("Error {status} {text}");
    let page = html! {
        (maud::PreEscaped("<html>\n"))
        head {
            meta http-equiv="Content-Type" content="text/html;charset=ISO-8859-1";
            title { (title) }
        }
        body {
            h2 { "HTTP ERROR " (status) " " (text) }
            table {
                tr { th { "URI:" } td { (path) } }
                tr { th { "STATUS:" } td { (status) } }
                tr { th { "MESSAGE:" } td { (text) } }
            }
        }
        (maud::PreEscaped("</html>\n"))
    };
    Answer { status, content: Content::Html(in_ascii(&page.into_string())), allow: None }
}

/// Which methods an address takes.
pub(super) fn options(method: &str) -> Answer {
    let allow = if method == "GET" { "GET, HEAD, OPTIONS" } else { "POST, OPTIONS" };
    Answer { allow: Some(allow), ..empty(200) }
}

/// An answer that is its status alone.
pub(super) fn empty(status: u16) -> Answer {
    Answer { status, content: Content::Empty, allow: None }
}

fn in_ascii(page: &str) -> String {
    let mut ascii = String::with_capacity(page.len());
    for letter in page.chars() {
        if letter.is_ascii() {
            ascii.push(letter);
        } else {
            // Writing into memory does not fail.
            let _ = write!(ascii, "&#{};", u32::from(letter));
        }
    }
    ascii
}
