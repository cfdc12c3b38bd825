//! The tables of Java classes, one per family: serialVersionUIDs and fields as data.
//!
//! They serve both ways: to write, and to tell from a serialVersionUID which family a peer is of.

use std::collections::HashMap;
use std::sync::LazyLock;

use wire_java::{ClassFlags, FieldKind};

use crate::Family;

/// One class of a family.
#[derive(Debug)]
pub(crate) struct Class {
    pub(crate) name: &'static str,
    /// The serialVersionUID that is written.
    pub(crate) suid: i64,
    pub(crate) flags: ClassFlags,
    pub(crate) parent: Option<&'static str>,
    pub(crate) fields: Vec<Field>,
    /// The serialVersionUIDs of releases that have another one.
    pub(crate) other_suids: Vec<i64>,
}

/// One field of a class; the signature as Java writes it, e.g. `I` or `Ljava/lang/String;`.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: FieldKind,
    pub(crate) signature: &'static str,
}

/// The classes of one family, by name.
pub(crate) type Schema = HashMap<&'static str, Class>;

const SCALA_212: &str = include_str!("schema/scala212.tsv");
const SCALA_213: &str = include_str!("schema/scala213.tsv");

static SCHEMA_212: LazyLock<Schema> = LazyLock::new(|| parse(SCALA_212));
static SCHEMA_213: LazyLock<Schema> = LazyLock::new(|| parse(SCALA_213));

/// The table of a family.
pub(crate) fn schema(family: Family) -> &'static Schema {
    match family {
        Family::Scala212 => &SCHEMA_212,
        Family::Scala213 => &SCHEMA_213,
    }
}

/// What the tables know of a serialVersionUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// It belongs to that class in one family alone.
    Only(Family),
    /// It belongs to that class in both.
    Both,
    /// The class is known, with other serialVersionUIDs.
    OtherVersion,
    /// There is no such class.
    Nothing,
}

/// Looks a class up in both tables.
pub(crate) fn known(name: &str, suid: i64) -> Known {
    let has = |family| schema(family).get(name).is_some_and(|class| class.has(suid));
    match (has(Family::Scala212), has(Family::Scala213)) {
        (true, true) => Known::Both,
        (true, false) => Known::Only(Family::Scala212),
        (false, true) => Known::Only(Family::Scala213),
        (false, false) if known_suids(name).is_empty() => Known::Nothing,
        (false, false) => Known::OtherVersion,
    }
}

/// All serialVersionUIDs of a class, by family; empty for an unknown class.
pub(crate) fn known_suids(name: &str) -> Vec<(Family, i64)> {
    let families = [Family::Scala212, Family::Scala213];
    let of =
        |family| schema(family).get(name).into_iter().flat_map(Class::suids).map(move |suid| (family, suid));
    families.into_iter().flat_map(of).collect()
}

impl Class {
    fn suids(&self) -> impl Iterator<Item = i64> {
        std::iter::once(self.suid).chain(self.other_suids.iter().copied())
    }

    fn has(&self, suid: i64) -> bool {
        self.suids().any(|one| one == suid)
    }
}

fn parse(table: &'static str) -> Schema {
    let rows = table.lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(parse_row).map(|class| (class.name, class)).collect()
}

fn parse_row(row: &'static str) -> Option<Class> {
    let [name, suid, flags, parent, fields, others] = row.split('\t').collect::<Vec<_>>()[..] else {
        return None;
    };
    Some(Class {
        name,
        suid: suid.parse().ok()?,
        flags: ClassFlags(u8::from_str_radix(flags, 16).ok()?),
        parent: (parent != "-").then_some(parent),
        fields: words(fields).map(parse_field).collect::<Option<_>>()?,
        other_suids: words(others)
            .map(|other| other.split_once('=')?.1.parse().ok())
            .collect::<Option<_>>()?,
    })
}

fn words(column: &'static str) -> impl Iterator<Item = &'static str> {
    column.split(' ').filter(|word| *word != "-")
}

fn parse_field(field: &'static str) -> Option<Field> {
    let (name, signature) = field.split_once(':')?;
    Some(Field { name, kind: FieldKind::from_code(*signature.as_bytes().first()?)?, signature })
}

#[cfg(test)]
mod tests;
