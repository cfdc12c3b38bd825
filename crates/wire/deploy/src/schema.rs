//! The tables of Java classes: what each stands for in a stream, by release. `cargo xtask suids` writes them.
//!
//! They serve both ways: to write what a peer's release reads, and to tell from what a peer writes which release it is.

use std::collections::HashMap;
use std::sync::LazyLock;

use wire_java::{ClassFlags, FieldKind};

use crate::Releases;

/// What a class is in some releases.
#[derive(Debug)]
pub(crate) struct Form {
    pub(crate) releases: Releases,
    pub(crate) suid: i64,
    pub(crate) flags: ClassFlags,
    pub(crate) parent: Option<&'static str>,
    pub(crate) fields: Vec<Field>,
}

/// One field of a class; the signature as Java writes it, e.g. `I` or `Ljava/lang/String;`.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: FieldKind,
    pub(crate) signature: &'static str,
}

const CLASSES: &str = include_str!("schema/classes.tsv");
const JAVA: &str = include_str!("schema/java.tsv");

/// The forms of each class, that of the oldest release first.
static SCHEMA: LazyLock<HashMap<&'static str, Vec<Form>>> = LazyLock::new(|| {
    let mut schema: HashMap<&'static str, Vec<Form>> = HashMap::new();
    for (name, form) in rows(CLASSES).chain(rows(JAVA)).filter_map(parse_row) {
        schema.entry(name).or_default().push(form);
    }
    schema
});

fn forms(name: &str) -> &'static [Form] {
    SCHEMA.get(name).map_or(&[], Vec::as_slice)
}

/// The form that the newest of these releases has which has the class at all.
pub(crate) fn form(name: &str, releases: Releases) -> Option<&'static Form> {
    let newest = |form: &&Form| form.releases.and(releases).newest_place();
    forms(name).iter().max_by_key(newest).filter(|form| newest(form).is_some())
}

/// Whether a class has more than one form in these releases.
pub(crate) fn varies(name: &str, releases: Releases) -> bool {
    forms(name).iter().filter(|form| !form.releases.and(releases).is_empty()).count() > 1
}

/// Whether the tables have a class of that name.
pub(crate) fn is_known(name: &str) -> bool {
    SCHEMA.contains_key(name)
}

/// The releases of Spark in which the class of that name has that serialVersionUID: those that a stream with such a
/// class can come from. [`Releases::NONE`] where there is no such release, or no such class in the tables.
pub fn releases_matching(class: &str, suid: i64) -> Releases {
    let matching = forms(class).iter().filter(|form| form.suid == suid);
    matching.fold(Releases::NONE, |releases, form| releases.or(form.releases))
}

/// All serialVersionUIDs of a class, with the releases that have them; empty for an unknown class.
pub(crate) fn known_suids(name: &str) -> impl Iterator<Item = (i64, Releases)> {
    forms(name).iter().map(|form| (form.suid, form.releases))
}

pub(crate) fn rows(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().filter(|line| !line.starts_with('#'))
}

fn parse_row(row: &'static str) -> Option<(&'static str, Form)> {
    let [name, spans, suid, flags, parent, fields] = row.split('\t').collect::<Vec<_>>()[..] else {
        return None;
    };
    let form = Form {
        releases: parse_releases(spans)?,
        suid: suid.parse().ok()?,
        flags: ClassFlags(u8::from_str_radix(flags, 16).ok()?),
        parent: (parent != "-").then_some(parent),
        fields: words(fields).map(parse_field).collect::<Option<_>>()?,
    };
    Some((name, form))
}

/// Spans of releases.
pub(crate) fn parse_releases(spans: &'static str) -> Option<Releases> {
    words(spans).try_fold(Releases::NONE, |releases, span| Some(releases.or(parse_span(span)?)))
}

/// `3.4.0-3.5.9`, `3.4.0`, or `*` for all.
fn parse_span(span: &'static str) -> Option<Releases> {
    if span == "*" {
        return Some(Releases::all());
    }
    let (first, last) = span.split_once('-').unwrap_or((span, span));
    Releases::span(first, last)
}

pub(crate) fn words(column: &'static str) -> impl Iterator<Item = &'static str> {
    column.split(' ').filter(|word| *word != "-")
}

fn parse_field(field: &'static str) -> Option<Field> {
    let (name, signature) = field.split_once(':')?;
    Some(Field { name, kind: FieldKind::from_code(*signature.as_bytes().first()?)?, signature })
}

#[cfg(test)]
mod tests;
