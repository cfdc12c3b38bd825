//! Who wrote a message: the releases that write its classes as they stand in it.

use std::fmt;

use wire_java::{ClassFlags, Graph};

use crate::schema::{is_known, releases_matching};
use crate::{Family, Releases};

/// What one message tells of whoever wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The releases that it can come from; all where it tells nothing.
    pub releases: Releases,
    /// A class of Spark that no known release writes so: the writer is of another one.
    pub unknown: Option<UnknownClass>,
}

/// A class of Spark with a serialVersionUID that it has in no known release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownClass {
    /// Its name.
    pub class: String,
    /// Its serialVersionUID.
    pub suid: i64,
}

impl Origin {
    /// The family that all of its releases are of.
    pub fn family(&self) -> Option<Family> {
        self.releases.family()
    }

    /// What the classes of a stream tell. Those that come first, the message's own before all, have more weight than
    /// what contradicts them.
    pub(crate) fn of(graph: &Graph<'_>) -> Self {
        let mut origin = Self { releases: Releases::all(), unknown: None };
        for class in graph.classes() {
            // A class that does not call itself serializable is one whose serialVersionUID nobody looks at.
            if !class.flags.contains(ClassFlags::SERIALIZABLE) {
                continue;
            }
            let name = class.name.to_str();
            let matching = releases_matching(&name, class.suid);
            if !matching.is_empty() {
                origin.narrow(matching);
            } else if origin.unknown.is_none() && name.starts_with("org.apache.spark.") && is_known(&name) {
                origin.unknown = Some(UnknownClass { class: name.into_owned(), suid: class.suid });
            }
        }
        origin
    }

    fn narrow(&mut self, to: Releases) {
        let both = self.releases.and(to);
        if !both.is_empty() {
            self.releases = both;
        }
    }
}

impl fmt::Display for UnknownClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} with serialVersionUID {}", self.class, self.suid)
    }
}

/// What all messages of a peer have told of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    releases: Option<Releases>,
    is_unknown: bool,
}

impl Told {
    /// A message of the peer. What contradicts its earlier ones is not believed.
    pub fn hear(&mut self, origin: &Origin) {
        self.is_unknown |= origin.unknown.is_some();
        self.learn(origin.releases);
    }

    /// The peer is one of these.
    pub fn learn(&mut self, releases: Releases) {
        let both = self.releases.map_or(releases, |told| told.and(releases));
        if !both.is_empty() && both != Releases::all() {
            self.releases = Some(both);
        }
    }

    /// The releases to write for: those that the peer can be. For a peer of another release it is the family that is
    /// nearest, as far as it tells, and else that of the newest release. None while nothing is told.
    pub fn releases(&self) -> Option<Releases> {
        let told = self.releases.filter(|releases| releases.family().is_some());
        if !self.is_unknown {
            return told;
        }
        told.unwrap_or_else(|| Releases::all().newest()).family().map(Releases::from)
    }

    /// Whether it is of a release that is not known here.
    pub fn is_unknown(&self) -> bool {
        self.is_unknown
    }

    /// The family that the peer is of, once that is told.
    pub fn family(&self) -> Option<Family> {
        self.releases().and_then(Releases::family)
    }
}

#[cfg(test)]
mod tests;
