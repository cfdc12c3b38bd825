//! What the tables describe: the classes that are asked for by name, and those that these extend; the lines of the
//! methods that are asked for.

use std::collections::{BTreeMap, BTreeSet};

use conformance::Result;

use super::description::Description;
use super::jars::Jars;

/// The names that a list asks for: one in a line, `#` begins a comment.
pub(super) fn names(list: &str) -> impl Iterator<Item = &str> {
    list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Describes the classes of those names as far as the jars have them, and their superclasses.
pub(super) fn describe<'a>(
    names: impl Iterator<Item = &'a str>,
    jars: &mut Jars,
) -> Result<BTreeMap<String, Description>> {
    let mut described = BTreeMap::new();
    let mut open: Vec<String> = names.map(str::to_owned).collect();
    while let Some(name) = open.pop() {
        if described.contains_key(&name) {
            continue;
        }
        let Some(class) = jars.class(&name)? else { continue };
        let Some(description) = Description::of(&class, jars)? else { continue };
        open.extend(description.parent.clone());
        described.insert(name, description);
    }
    Ok(described)
}

/// The lines of the methods that a list asks for, as far as the jars have them. A line of the list names a class, and
/// behind it methods; those of the same name count as one, as a stack trace does not tell them apart.
pub(super) fn lines<'a>(
    list: impl Iterator<Item = &'a str>,
    jars: &mut Jars,
) -> Result<BTreeMap<(String, String), BTreeSet<u16>>> {
    let mut found = BTreeMap::new();
    for row in list {
        let mut words = row.split_whitespace();
        let Some(name) = words.next() else { continue };
        let Some(class) = jars.class(name)? else { continue };
        for wanted in words {
            let methods = class.methods.iter().filter(|method| method.name == wanted);
            let lines: BTreeSet<u16> = methods.flat_map(|method| &method.lines).copied().collect();
            if !lines.is_empty() {
                found.insert((name.to_owned(), wanted.to_owned()), lines);
            }
        }
    }
    Ok(found)
}
