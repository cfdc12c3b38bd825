//! How a line of the log looks: Spark's console pattern `%d{yy/MM/dd HH:mm:ss} %p %c{1}: %m%n`, or JSON.

use std::fmt::{Debug, Write as _};

use jiff::Zoned;
use serde_json::{Map, Value, json};
use tracing::field::{Field, Visit};
use tracing::{Event, Level};

/// The style of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `26/11/20 13:05:01 INFO Master: text`, in local time.
    Text,
    /// One object a line: `ts` (RFC 3339), `level`, `target`, `message`, and `fields` where there are some.
    Json,
}

impl Format {
    /// The line of an event, its end included.
    pub(crate) fn line(self, now: &Zoned, event: &Event<'_>) -> String {
        let mut said = Said::default();
        event.record(&mut said);
        let metadata = event.metadata();
        self.render(now, *metadata.level(), short(metadata.target()), said)
    }

    /// The line that stands for others that were lost.
    pub(crate) fn lost(self, now: &Zoned, count: u64) -> String {
        let message = format!("{count} lines of the log were lost here: stderr was not read in time");
        self.render(now, Level::WARN, "Log", Said { message, fields: Map::new() })
    }

    fn render(self, now: &Zoned, level: Level, target: &str, said: Said) -> String {
        let Said { message, fields } = said;
        match self {
            Self::Text => {
                let mut text = message;
                for (name, value) in &fields {
                    let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                    let _ = write!(text, " {name}={value}");
                }
                format!("{} {level} {target}: {}\n", now.strftime("%y/%m/%d %H:%M:%S"), on_one_line(&text))
            }
            Self::Json => {
                let ts = format!("{:.3}", now.timestamp());
                let mut line =
                    json!({"ts": ts, "level": level.as_str(), "target": target, "message": message});
                if !fields.is_empty() {
                    line["fields"] = Value::Object(fields);
                }
                format!("{line}\n")
            }
        }
    }
}

/// The last part of a path of modules; daemons name their targets without one.
fn short(target: &str) -> &str {
    target.rsplit("::").next().unwrap_or(target)
}

/// What peers name themselves ends up in the log: it must not begin a line of its own, nor steer a terminal.
fn on_one_line(text: &str) -> String {
    if !text.contains(char::is_control) {
        return text.to_owned();
    }
    text.chars().fold(String::with_capacity(text.len() + 8), |mut out, c| {
        if c.is_control() && c != '\t' {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
        out
    })
}

/// What an event says.
#[derive(Debug, Default)]
struct Said {
    message: String,
    fields: Map<String, Value>,
}

impl Said {
    fn take(&mut self, field: &Field, value: Value) {
        match (field.name(), value) {
            ("message", Value::String(text)) => self.message = text,
            (name, value) => {
                self.fields.insert(name.to_owned(), value);
            }
        }
    }
}

impl Visit for Said {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.take(field, Value::String(format!("{value:?}")));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.take(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.take(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.take(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.take(field, value.into());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.take(field, value.into());
    }
}
