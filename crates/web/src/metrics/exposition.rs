//! The text formats of metrics: OpenMetrics 1.0, and the older one of Prometheus that most tools read.
//!
//! Written here and not with a library: both formats and the reference page come from one table of families, and
//! a scrape needs no registry that is kept up to date beside the state.

use std::fmt::{Display, Write as _};

use crate::accepts;

/// Which format is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `application/openmetrics-text; version=1.0.0`
    OpenMetrics,
    /// `text/plain; version=0.0.4`
    Prometheus,
}

impl Format {
    /// What a client that sends this `Accept` header reads: OpenMetrics when it names it, else Prometheus's.
    pub fn accepted(accept: &str) -> Self {
        let named = accepts(accept, "application/openmetrics-text");
        if named { Self::OpenMetrics } else { Self::Prometheus }
    }

    /// The content type of an answer in it.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
            Self::Prometheus => "text/plain; version=0.0.4; charset=utf-8",
        }
    }
}

/// How a family's values behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Goes up and down.
    Gauge,
    /// Only grows while the process lives; its samples end in `_total`.
    Counter,
    /// Always 1: what it says stands in its labels; its samples end in `_info`.
    Info,
}

impl Kind {
    /// Its name in OpenMetrics.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Gauge => "gauge",
            Self::Counter => "counter",
            Self::Info => "info",
        }
    }

    fn suffix(self) -> &'static str {
        match self {
            Self::Gauge => "",
            Self::Counter => "_total",
            Self::Info => "_info",
        }
    }
}

/// One metric with all its samples: what stands in `HELP`, `TYPE` and `UNIT`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Family {
    /// Its name, without the suffix of a counter; it ends in the unit where there is one.
    pub(crate) name: &'static str,
    /// How its values behave.
    pub(crate) kind: Kind,
    /// `seconds`, `bytes` or nothing.
    pub(crate) unit: &'static str,
    /// The labels of its samples.
    pub(crate) labels: &'static [&'static str],
    /// What it says.
    pub(crate) help: &'static str,
}

impl Family {
    /// The name of its samples.
    pub(crate) fn sample_name(&self) -> String {
        format!("{}{}", self.name, self.kind.suffix())
    }
}

/// A text under way.
#[derive(Debug)]
pub(crate) struct Exposition {
    format: Format,
    text: String,
}

impl Exposition {
    pub(crate) fn new(format: Format) -> Self {
        Self { format, text: String::new() }
    }

    /// A family of one sample without labels.
    pub(crate) fn value(&mut self, family: &Family, value: impl Display) {
        self.family(family, |samples| samples.add(&[], value));
    }

    /// A family with the samples that `fill` adds.
    pub(crate) fn family(&mut self, family: &Family, fill: impl FnOnce(&mut Samples<'_>)) {
        let sample = family.sample_name();
        match self.format {
            Format::OpenMetrics => {
                self.line("HELP", family.name, family.help);
                self.line("TYPE", family.name, family.kind.name());
                if !family.unit.is_empty() {
                    self.line("UNIT", family.name, family.unit);
                }
            }
            Format::Prometheus => {
                self.line("HELP", &sample, family.help);
                // It knows no `info`.
                let kind = if family.kind == Kind::Counter { "counter" } else { "gauge" };
                self.line("TYPE", &sample, kind);
            }
        }
        fill(&mut Samples { name: &sample, labels: family.labels, text: &mut self.text });
    }

    pub(crate) fn finish(mut self) -> String {
        if self.format == Format::OpenMetrics {
            self.text.push_str("# EOF\n");
        }
        self.text
    }

    fn line(&mut self, what: &str, name: &str, text: &str) {
        let _ = writeln!(self.text, "# {what} {name} {text}");
    }
}

/// Takes the samples of one family.
pub(crate) struct Samples<'a> {
    name: &'a str,
    labels: &'static [&'static str],
    text: &'a mut String,
}

impl Samples<'_> {
    /// One sample; `values` are those of the family's labels, in their order.
    pub(crate) fn add(&mut self, values: &[&str], value: impl Display) {
        self.text.push_str(self.name);
        for (at, (label, text)) in self.labels.iter().zip(values).enumerate() {
            let open = if at == 0 { '{' } else { ',' };
            let _ = write!(self.text, "{open}{label}=\"");
            escape(text, self.text);
            self.text.push('"');
        }
        if !values.is_empty() {
            self.text.push('}');
        }
        let _ = writeln!(self.text, " {value}");
    }
}

/// A label's value: names of applications are whatever their authors chose.
fn escape(text: &str, out: &mut String) {
    for letter in text.chars() {
        match letter {
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            other => out.push(other),
        }
    }
}
