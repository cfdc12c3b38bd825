//! The table of all releases, as the two files hold it: releases in order of age, and a row for each form of a class
//! with the spans of releases that have it.

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

const NONE: &str = "-";

/// All releases, and what each class is in each.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Table {
    scalas: BTreeMap<Release, String>,
    classes: BTreeMap<String, BTreeMap<Release, Description>>,
}

impl Table {
    /// Reads the two files.
    pub(super) fn parse(releases: &str, classes: &str) -> Result<Self> {
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
            for span in words(spans) {
                let (first, last) = span.split_once('-').unwrap_or((span, span));
                let span = table.scalas.range(first.parse::<Release>()?..=last.parse()?);
                forms.extend(span.map(|(release, _)| (release.clone(), description.clone())));
            }
        }
        Ok(table)
    }

    pub(super) fn releases(&self) -> impl Iterator<Item = &Release> {
        self.scalas.keys()
    }

    /// Takes a release in, in place of what was known of it.
    pub(super) fn set(&mut self, release: &Release, scala: &str, classes: BTreeMap<String, Description>) {
        for forms in self.classes.values_mut() {
            forms.remove(release);
        }
        for (name, description) in classes {
            self.classes.entry(name).or_default().insert(release.clone(), description);
        }
        self.classes.retain(|_, forms| !forms.is_empty());
        self.scalas.insert(release.clone(), scala.to_owned());
    }

    /// The newest release before that one with the same Scala line.
    pub(super) fn before(&self, release: &Release) -> Option<&Release> {
        let line = |release| self.scalas.get(release).and_then(|scala| scala.rsplit_once('.')).map(|it| it.0);
        self.scalas.range(..release).map(|(older, _)| older).rfind(|older| line(older) == line(release))
    }

    /// The classes that are not the same in two releases.
    pub(super) fn differing(&self, one: &Release, other: &Release) -> Vec<&str> {
        let differs = |forms: &BTreeMap<Release, Description>| forms.get(one) != forms.get(other);
        self.classes.iter().filter(|(_, forms)| differs(forms)).map(|(name, _)| name.as_str()).collect()
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
            let mut rest: BTreeSet<&Release> = forms.keys().collect();
            while let Some(oldest) = rest.pop_first() {
                let form = &forms[oldest];
                let same: BTreeSet<&Release> =
                    forms.iter().filter(|(_, other)| *other == form).map(|(release, _)| release).collect();
                rest.retain(|release| !same.contains(release));
                let fields = form.fields.iter().map(|(name, signature)| format!("{name}:{signature}"));
                let _ = writeln!(
                    text,
                    "{name}\t{}\t{}\t{:02x}\t{}\t{}",
                    self.spans(&same),
                    form.suid,
                    form.flags,
                    form.parent.as_deref().unwrap_or(NONE),
                    or_none(&fields.collect::<Vec<_>>()),
                );
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
