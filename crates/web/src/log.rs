//! A log of an executor, a driver or the daemon itself, a stretch at a time: `/logPage/` as a page and `/log/` as
//! plain text.
//!
//! ```text
//!   query ──► LogRequest (checked) ──► range(total) ──► the daemon reads those bytes ──► page / plain
//! ```

use std::fmt;
use std::ops::Range;

use maud::{Markup, html};
use serde::Deserialize;

use crate::format;
use crate::layout::{self, Frame};

/// Bytes shown where the query names no number (`LogPage.defaultBytes`, 3.5).
pub const DEFAULT_LOG_BYTES: u64 = 100 * 1024;

/// The most that one answer carries, whatever the query asks for.
pub const MAX_LOG_BYTES: u64 = 4 * 1024 * 1024;

/// The query of `/logPage/` and `/log/` with Spark's parameters, not checked yet.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase", default)]
pub struct LogQuery {
    /// The application of an executor.
    pub app_id: Option<String>,
    /// The executor's number.
    pub executor_id: Option<String>,
    /// A driver, in place of application and executor.
    pub driver_id: Option<String>,
    /// Present, with any value, for the daemon's own log (4.0).
    #[serde(rename = "self")]
    pub own: Option<String>,
    /// `stdout` or `stderr`; `out` of the daemon itself.
    pub log_type: Option<String>,
    /// The first byte; without it the log's end is shown.
    pub offset: Option<String>,
    /// How many bytes.
    pub byte_length: Option<String>,
}

/// Which log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogType {
    /// What the process printed.
    Stdout,
    /// What it logged.
    Stderr,
    /// What the daemon itself logged.
    Out,
}

impl LogType {
    /// The name of the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stdout => "stdout",
            Self::Stderr => "stderr",
            Self::Out => "out",
        }
    }
}

/// Whose log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogOwner {
    /// An executor.
    Executor {
        /// The application's id.
        application: String,
        /// The executor's number.
        executor: u32,
    },
    /// A cluster-mode driver's id.
    Driver(String),
    /// The daemon's own.
    Daemon,
}

/// The folder below the Worker's own: `app-20261120121822-0000/0`, `driver-20261120121822-0000`. It names nothing
/// outside of it. The daemon's own log is in none.
impl fmt::Display for LogOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Executor { application, executor } => write!(f, "{application}/{executor}"),
            Self::Driver(driver) => f.write_str(driver),
            Self::Daemon => f.write_str("this daemon"),
        }
    }
}

/// A query that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRequest {
    /// Whose log.
    pub owner: LogOwner,
    /// Which of its logs.
    pub log_type: LogType,
    offset: Option<i64>,
    byte_length: u64,
}

/// A query that names no log: a sentence for its author.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLogQuery(String);

impl fmt::Display for BadLogQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadLogQuery {}

impl TryFrom<LogQuery> for LogRequest {
    type Error = BadLogQuery;

    fn try_from(query: LogQuery) -> Result<Self, BadLogQuery> {
        let owner = match (query.app_id, query.executor_id, query.driver_id, query.own) {
            (Some(application), Some(executor), None, None) => LogOwner::Executor {
                executor: executor.parse().map_err(|_| {
                    BadLogQuery(format!("executorId '{executor}' is not an executor's number"))
                })?,
                application: folder_name("appId", application)?,
            },
            (None, None, Some(driver), None) => LogOwner::Driver(folder_name("driverId", driver)?),
            (None, None, None, Some(_)) => LogOwner::Daemon,
            _ => {
                let text =
                    "name appId and executorId, or driverId, and logType=stdout or logType=stderr; or self";
                return Err(BadLogQuery(text.into()));
            }
        };
        let log_type = match (&owner, query.log_type.as_deref()) {
            (LogOwner::Daemon, None | Some("out")) => LogType::Out,
            (LogOwner::Executor { .. } | LogOwner::Driver(_), Some("stdout")) => LogType::Stdout,
            (LogOwner::Executor { .. } | LogOwner::Driver(_), Some("stderr")) => LogType::Stderr,
            (owner, other) => {
                let given = other.unwrap_or_default();
                let known = if *owner == LogOwner::Daemon { "not out" } else { "neither stdout nor stderr" };
                return Err(BadLogQuery(format!("logType '{given}' is {known}")));
            }
        };
        let offset = query.offset.map(|text| number("offset", &text)).transpose()?;
        let byte_length = query.byte_length.map(|text| number("byteLength", &text)).transpose()?;
        let byte_length = match byte_length {
            None => DEFAULT_LOG_BYTES,
            Some(length) => u64::try_from(length).unwrap_or(0).clamp(1, MAX_LOG_BYTES),
        };
        Ok(Self { owner, log_type, offset, byte_length })
    }
}

/// An id names one folder: never its parent, never one further down.
fn folder_name(parameter: &str, id: String) -> Result<String, BadLogQuery> {
    let plain = !id.is_empty() && id != "." && id != ".." && !id.contains(['/', '\\', '\0']);
    if plain { Ok(id) } else { Err(BadLogQuery(format!("{parameter} '{id}' is not an id"))) }
}

fn number(parameter: &str, text: &str) -> Result<i64, BadLogQuery> {
    text.parse().map_err(|_| BadLogQuery(format!("{parameter} '{text}' is not a number of bytes")))
}

impl LogRequest {
    /// Which bytes of a log of `total` to read: at most [`MAX_LOG_BYTES`], within the log (`LogPage.getLog`, 3.5).
    pub fn range(&self, total: u64) -> Range<u64> {
        let start = match self.offset {
            None => total.saturating_sub(self.byte_length),
            Some(offset) => u64::try_from(offset).unwrap_or(0).min(total),
        };
        start..start.saturating_add(self.byte_length).min(total)
    }

    /// Whether the log's end is asked for, wherever that is.
    pub fn follows(&self) -> bool {
        self.offset.is_none()
    }

    fn address(&self, offset: Option<u64>) -> String {
        let owner = match &self.owner {
            LogOwner::Executor { application, executor } => {
                format!("appId={}&executorId={executor}", format::query_value(application))
            }
            LogOwner::Driver(driver) => format!("driverId={}", format::query_value(driver)),
            LogOwner::Daemon => "self".to_owned(),
        };
        let mut address = format!("?{owner}&logType={}", self.log_type.name());
        if let Some(offset) = offset {
            address.push_str(&format!("&offset={offset}"));
        }
        if self.byte_length != DEFAULT_LOG_BYTES {
            address.push_str(&format!("&byteLength={}", self.byte_length));
        }
        address
    }
}

/// What was read of a log.
#[derive(Clone, Copy, Debug)]
pub struct LogSlice<'a> {
    /// The bytes.
    pub bytes: &'a [u8],
    /// Where in the log the first one stands.
    pub start: u64,
    /// The log's length.
    pub total: u64,
}

impl LogSlice<'_> {
    fn end(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }
}

/// The plain text at `/log/`: a line that says what it is, then the bytes. `path` is the log's file.
pub fn plain(path: &str, slice: &LogSlice<'_>) -> String {
    let head = format!("==== Bytes {}-{} of {} of {path} ====\n", slice.start, slice.end(), slice.total);
    head + &text(slice.bytes)
}

/// The page at `/logPage/`, which leads to earlier and newer bytes; one that shows the end renews itself. `daemon`
/// is whose page it leads back to, such as `Worker`.
pub fn page(daemon: &str, request: &LogRequest, slice: &LogSlice<'_>) -> String {
    let title = format!("{} log page for {}", request.log_type.name(), request.owner);
    let frame = Frame {
        title: &title,
        state: None,
        back: Some(("../", daemon)),
        json: None,
        taken: None,
        renews: request.follows(),
    };
    let way = navigation(request, slice);
    let content = html! {
        (way)
        @if slice.bytes.is_empty() {
            div.empty { p { "Nothing has been written here yet." } }
        } @else {
            pre.log tabindex="0" { (text(slice.bytes)) }
            (way)
        }
    };
    layout::document(&frame, &content)
}

fn navigation(request: &LogRequest, slice: &LogSlice<'_>) -> Markup {
    let earlier = (slice.start > 0).then(|| slice.start.saturating_sub(request.byte_length));
    let newer = (slice.end() < slice.total).then(|| slice.end());
    let step = |text: &str, offset: Option<u64>| match offset {
        Some(offset) => html! { a href=(request.address(Some(offset))) { (text) } },
        None => html! { span.off { (text) } },
    };
    html! {
        nav.steps {
            (step("Start", (slice.start > 0).then_some(0)))
            (step("← Earlier", earlier))
            span {
                "Bytes " (slice.start) " – " (slice.end()) " of " (slice.total)
                " (" (format::bytes(slice.total)) ")"
            }
            (step("Newer →", newer))
            @if request.follows() { span.here { "End" } }
            @else { a href=(request.address(None)) { "End" } }
        }
    }
}

/// A stretch begins and ends anywhere, so also within a character: what is cut off there is left out.
fn text(bytes: &[u8]) -> String {
    let is_continuation = |byte: &&u8| **byte & 0b1100_0000 == 0b1000_0000;
    let cut = bytes.iter().take(3).take_while(is_continuation).count();
    let bytes = &bytes[cut..];
    let tail = match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => error.valid_up_to(),
        _ => bytes.len(),
    };
    String::from_utf8_lossy(&bytes[..tail]).into_owned()
}

#[cfg(test)]
mod tests;
