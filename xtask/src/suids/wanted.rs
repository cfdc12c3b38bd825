//! Which classes the table describes: those that are asked for by name, and those that these extend.

use std::collections::BTreeMap;

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
