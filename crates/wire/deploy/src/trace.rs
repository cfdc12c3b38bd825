//! Which Spark a stack trace comes from: its lines stand elsewhere in each release's source.
//!
//! `schema/lines.tsv` has the lines of the methods that stand in the trace of a question which Spark's network refuses.
//! `cargo xtask suids` writes it.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::LazyLock;

use crate::Releases;
use crate::schema::{parse_releases, rows, words};

/// Where a method stands in the source of some releases.
struct Place {
    releases: Releases,
    lines: Vec<RangeInclusive<u32>>,
}

const LINES: &str = include_str!("schema/lines.tsv");

/// The places of each method, by class and name.
static PLACES: LazyLock<HashMap<(&'static str, &'static str), Vec<Place>>> = LazyLock::new(|| {
    let mut places: HashMap<_, Vec<Place>> = HashMap::new();
    for (method, place) in rows(LINES).filter_map(parse_row) {
        places.entry(method).or_default().push(place);
    }
    places
});

/// Longer traces are not of Spark's network; what comes behind so many lines is not looked at.
const MOST_LINES: usize = 256;

/// The releases whose code can have made a Java stack trace: those that have each of its lines which the tables know in
/// the same method. All where they know none of them, [`Releases::NONE`] where no release fits.
///
/// A peer may run with another netty than its Spark came with. So where no release fits all lines, those of Spark's own
/// methods decide alone.
pub fn releases_of_trace(text: &str) -> Releases {
    let (mut by_all, mut by_own) = (Releases::all(), Releases::all());
    for frame in text.lines().take(MOST_LINES).filter_map(Frame::parse) {
        let Some(places) = PLACES.get(&(frame.class, frame.method)) else { continue };
        let fitting = places.iter().filter(|place| place.lines.iter().any(|span| span.contains(&frame.line)));
        let fitting = fitting.fold(Releases::NONE, |releases, place| releases.or(place.releases));
        by_all = by_all.and(fitting);
        if frame.class.starts_with("org.apache.spark.") {
            by_own = by_own.and(fitting);
        }
    }
    if by_all.is_empty() { by_own } else { by_all }
}

/// Whether a text is a Java stack trace, and not the words of somebody who keeps its stack to itself.
pub fn is_trace(text: &str) -> bool {
    text.lines().take(MOST_LINES).any(|line| Frame::parse(line).is_some())
}

/// One line of a trace: `at org.apache.spark.rpc.netty.Dispatcher.postMessage(Dispatcher.scala:178)`; a module or
/// the name of a class loader may stand before the class, with a slash behind it.
#[derive(Debug, PartialEq, Eq)]
struct Frame<'a> {
    class: &'a str,
    method: &'a str,
    line: u32,
}

impl<'a> Frame<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let (place, source) = line.trim().strip_prefix("at ")?.split_once('(')?;
        let (class, method) = place.rsplit('/').next()?.rsplit_once('.')?;
        let line = source.strip_suffix(')')?.rsplit_once(':')?.1.parse().ok()?;
        Some(Self { class, method, line })
    }
}

fn parse_row(row: &'static str) -> Option<((&'static str, &'static str), Place)> {
    let [class, method, spans, lines] = row.split('\t').collect::<Vec<_>>()[..] else { return None };
    let span = |span: &str| {
        let (first, last) = span.split_once('-').unwrap_or((span, span));
        Some(first.parse().ok()?..=last.parse().ok()?)
    };
    let lines = words(lines).map(span).collect::<Option<_>>()?;
    Some(((class, method), Place { releases: parse_releases(spans)?, lines }))
}

#[cfg(test)]
mod tests;
