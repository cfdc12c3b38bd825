//! The table of all releases, as the three files hold it: releases in order of age, a row for each form of a class with
//! the spans of releases that have it, and a row for each place in its source that a method has had.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use conformance::{Failure, Result};

use super::description::Description;
use super::release::Release;

const RELEASES_HEAD: &str = "\
# Spark's releases and the Scala that each comes with. Written by `cargo xtask suids`; nothing here is typed by hand.
# release	scala
";

const CLASSES_HEAD: &str = "\
# Classes as they stand in a Java stream, computed from the jars of each release. Written by `cargo xtask suids`;
# nothing here is typed by hand. A span holds all releases of releases.tsv from its first to its last.
# class	releases	serialVersionUID	flags	superclass	fields
";

const LINES_HEAD: &str = "\
# The lines of the source that methods have in the jars of each release: what a Java stack trace can show of them.
# Written by `cargo xtask suids`; nothing here is typed by hand. A span of lines holds those from its first to its last.
# class	method	releases	lines
";

const NONE: &str = "-";

/// What something is in each release that has it.
type Forms<T> = BTreeMap<Release, T>;

/// A method by its class and name.
type Method = (String, String);

/// All releases, and what each class and method is in each.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Table {
    scalas: BTreeMap<Release, String>,
    classes: BTreeMap<String, Forms<Description>>,
    lines: BTreeMap<Method, Forms<BTreeSet<u16>>>,
}

/// What the jars of one release say.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) classes: BTreeMap<String, Description>,
    pub(super) lines: BTreeMap<Method, BTreeSet<u16>>,
}

impl Table {
    /// Reads the three files.
    pub(super) fn parse(releases: &str, classes: &str, lines: &str) -> Result<Self> {
        let mut table = Self::default();
        for row in rows(releases) {
            let (release, scala) = row.split_once('\t').ok_or_else(|| not_a_row(row))?;
            table.scalas.insert(release.parse()?, scala.to_owned());
        }
        for row in rows(classes) {
            let [name, spans, suid, flags, parent, fields] = row.split('\t').collect::<Vec<_>>()[..] else {
                return Err(not_a_row(row));
            };
            let description = Description {
                suid: suid.parse().map_err(|_| not_a_row(row))?,
                flags: u8::from_str_radix(flags, 16).map_err(|_| not_a_row(row))?,
                parent: (parent != NONE).then(|| parent.to_owned()),
                fields: words(fields).map(field).collect::<Option<_>>().ok_or_else(|| not_a_row(row))?,
            };
            let forms = table.classes.entry(name.to_owned()).or_default();
            extend(forms, &table.scalas, spans, &description)?;
        }
        for row in rows(lines) {
            let [class, method, spans, lines] = row.split('\t').collect::<Vec<_>>()[..] else {
                return Err(not_a_row(row));
            };
            let lines = parse_lines(lines).ok_or_else(|| not_a_row(row))?;
            let forms = table.lines.entry((class.to_owned(), method.to_owned())).or_default();
            extend(forms, &table.scalas, spans, &lines)?;
        }
        Ok(table)
    }

    pub(super) fn releases(&self) -> impl Iterator<Item = &Release> {
        self.scalas.keys()
    }

    /// Takes a release in, in place of what was known of it.
    pub(super) fn set(&mut self, release: &Release, scala: &str, found: Found) {
        replace(&mut self.classes, release, found.classes);
        replace(&mut self.lines, release, found.lines);
        self.scalas.insert(release.clone(), scala.to_owned());
    }

    /// The newest release before that one with the same Scala line.
    pub(super) fn before(&self, release: &Release) -> Option<&Release> {
        let line = |release| self.scalas.get(release).and_then(|scala| scala.rsplit_once('.')).map(|it| it.0);
        self.scalas.range(..release).map(|(older, _)| older).rfind(|older| line(older) == line(release))
    }

    /// The classes and methods that are not the same in two releases.
    pub(super) fn differing(&self, one: &Release, other: &Release) -> Vec<String> {
        let classes = self.classes.iter().filter(|(_, forms)| forms.get(one) != forms.get(other));
        let methods = self.lines.iter().filter(|(_, forms)| forms.get(one) != forms.get(other));
        let methods = methods.map(|((class, method), _)| format!("the lines of {class}.{method}"));
        classes.map(|(name, _)| name.clone()).chain(methods).collect()
    }

    /// `releases.tsv`
    pub(super) fn render_releases(&self) -> String {
        let mut text = RELEASES_HEAD.to_owned();
        for (release, scala) in &self.scalas {
            let _ = writeln!(text, "{release}\t{scala}");
        }
        text
    }

    /// `classes.tsv`
    pub(super) fn render_classes(&self) -> String {
        let mut text = CLASSES_HEAD.to_owned();
        for (name, forms) in &self.classes {
            for (releases, form) in groups(forms) {
                let fields = form.fields.iter().map(|(name, signature)| format!("{name}:{signature}"));
                let _ = writeln!(
                    text,
                    "{name}\t{}\t{}\t{:02x}\t{}\t{}",
                    self.spans(&releases),
                    form.suid,
                    form.flags,
                    form.parent.as_deref().unwrap_or(NONE),
                    or_none(&fields.collect::<Vec<_>>()),
                );
            }
        }
        text
    }

    /// `lines.tsv`
    pub(super) fn render_lines(&self) -> String {
        let mut text = LINES_HEAD.to_owned();
        for ((class, method), forms) in &self.lines {
            for (releases, lines) in groups(forms) {
                let (releases, lines) = (self.spans(&releases), line_spans(lines));
                let _ = writeln!(text, "{class}\t{method}\t{releases}\t{lines}");
            }
        }
        text
    }

    /// `3.4.0-3.5.9 4.0.1`: as few spans as can be.
    fn spans(&self, releases: &BTreeSet<&Release>) -> String {
        let mut spans: Vec<(&Release, &Release)> = Vec::new();
        let mut is_open = false;
        for release in self.scalas.keys() {
            let is_in = releases.contains(release);
            match spans.last_mut() {
                Some((_, last)) if is_in && is_open => *last = release,
                _ if is_in => spans.push((release, release)),
                _ => {}
            }
            is_open = is_in;
        }
        let span = |(first, last): (&Release, &Release)| {
            if first == last { first.to_string() } else { format!("{first}-{last}") }
        };
        or_none(&spans.into_iter().map(span).collect::<Vec<_>>())
    }
}

/// Enters what something is in the releases of these spans.
fn extend<T: Clone>(
    forms: &mut Forms<T>,
    releases: &BTreeMap<Release, String>,
    spans: &str,
    form: &T,
) -> Result<()> {
    for span in words(spans) {
        let (first, last) = span.split_once('-').unwrap_or((span, span));
        let span = releases.range(first.parse::<Release>()?..=last.parse()?);
        forms.extend(span.map(|(release, _)| (release.clone(), form.clone())));
    }
    Ok(())
}

/// Takes what was found in a release in, in place of what was known of it.
fn replace<K: Ord, T>(known: &mut BTreeMap<K, Forms<T>>, release: &Release, found: BTreeMap<K, T>) {
    for forms in known.values_mut() {
        forms.remove(release);
    }
    for (key, form) in found {
        known.entry(key).or_default().insert(release.clone(), form);
    }
    known.retain(|_, forms| !forms.is_empty());
}

/// Each form, that of the oldest release first, with all releases that have it.
fn groups<T: PartialEq>(forms: &Forms<T>) -> Vec<(BTreeSet<&Release>, &T)> {
    let mut groups: Vec<(BTreeSet<&Release>, &T)> = Vec::new();
    for (release, form) in forms {
        match groups.iter_mut().find(|(_, other)| *other == form) {
            Some((releases, _)) => drop(releases.insert(release)),
            None => groups.push((BTreeSet::from([release]), form)),
        }
    }
    groups
}

/// `173-178 180`: as few spans as can be.
fn line_spans(lines: &BTreeSet<u16>) -> String {
    let mut spans: Vec<(u16, u16)> = Vec::new();
    for line in lines {
        match spans.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(*line) => *last = *line,
            _ => spans.push((*line, *line)),
        }
    }
    let span = |(first, last)| if first == last { format!("{first}") } else { format!("{first}-{last}") };
    or_none(&spans.into_iter().map(span).collect::<Vec<_>>())
}

fn parse_lines(column: &str) -> Option<BTreeSet<u16>> {
    let mut lines = BTreeSet::new();
    for span in words(column) {
        let (first, last) = span.split_once('-').unwrap_or((span, span));
        lines.extend(first.parse::<u16>().ok()?..=last.parse().ok()?);
    }
    Some(lines)
}

fn rows(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.starts_with('#'))
}

fn words(column: &str) -> impl Iterator<Item = &str> {
    column.split(' ').filter(|word| *word != NONE)
}

fn or_none(words: &[String]) -> String {
    if words.is_empty() { NONE.to_owned() } else { words.join(" ") }
}

fn field(field: &str) -> Option<(String, String)> {
    field.split_once(':').map(|(name, signature)| (name.to_owned(), signature.to_owned()))
}

fn not_a_row(row: &str) -> Failure {
    Failure::unexpected(format!("this is no row of the tables: {row}"))
}

#[cfg(test)]
mod tests;
