//! The releases of Spark that the tables describe, and sets of them.

use std::fmt;
use std::sync::LazyLock;

use crate::Family;

const RELEASES: &str = include_str!("schema/releases.tsv");

/// One release.
struct Release {
    version: &'static str,
    family: Family,
}

/// All that the tables describe, the oldest first.
static ALL: LazyLock<Vec<Release>> = LazyLock::new(|| {
    let rows = RELEASES.lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(|row| {
        let (version, scala) = row.split_once('\t')?;
        let family = if scala.starts_with("2.12.") { Family::Scala212 } else { Family::Scala213 };
        Some(Release { version, family })
    })
    .take(MAX_RELEASES)
    .collect()
});

/// As many as a set has bits for.
const MAX_RELEASES: usize = 128;

/// A set of Spark's releases, among those whose classes are known here: what a peer can be, as far as its messages tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Releases(u128);

impl Releases {
    /// No release.
    pub const NONE: Self = Self(0);

    /// All that are known.
    pub fn all() -> Self {
        Self::where_each(|_| true)
    }

    /// The one of that number, such as `3.5.7`; none where it is not known.
    pub fn named(version: &str) -> Option<Self> {
        Some(Self::where_each(|release| release.version == version)).filter(|found| !found.is_empty())
    }

    /// Those that a set's own text names (`3.4.0 to 3.5.9, 4.3.0`); without those that are not known here.
    pub fn listed(text: &str) -> Self {
        let span = |part: &str| match part.split_once(" to ") {
            Some((first, last)) => Self::span(first, last),
            None => Self::named(part),
        };
        text.split(", ").filter_map(span).fold(Self::NONE, Self::or)
    }

    /// From the first to the last, both with their number.
    pub(crate) fn span(first: &str, last: &str) -> Option<Self> {
        let place = |version| ALL.iter().position(|release| release.version == version);
        let (first, last) = (place(first)?, place(last)?);
        Some((first..=last).fold(Self::NONE, |releases, place| releases.or(Self::at(place))))
    }

    fn at(place: usize) -> Self {
        Self(1 << place)
    }

    fn where_each(is_in: impl Fn(&Release) -> bool) -> Self {
        let places = ALL.iter().enumerate().filter(|(_, release)| is_in(release));
        places.fold(Self::NONE, |releases, (place, _)| releases.or(Self::at(place)))
    }

    /// Those that are in both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Those that are in one of them or in both.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Their numbers, the oldest first.
    pub fn versions(self) -> impl DoubleEndedIterator<Item = &'static str> {
        self.each().map(|release| release.version)
    }

    /// The newest one alone.
    #[must_use]
    pub fn newest(self) -> Self {
        self.newest_place().map_or(Self::NONE, |place| Self(1 << place))
    }

    /// Where the newest one stands among all, the oldest at 0.
    pub(crate) fn newest_place(self) -> Option<u32> {
        self.0.checked_ilog2()
    }

    /// The family that all of them are of.
    pub fn family(self) -> Option<Family> {
        let mut families = self.each().map(|release| release.family);
        let first = families.next()?;
        families.all(|family| family == first).then_some(first)
    }

    fn each(self) -> impl DoubleEndedIterator<Item = &'static Release> {
        ALL.iter().enumerate().filter(move |(place, _)| self.0 >> place & 1 == 1).map(|(_, release)| release)
    }
}

impl From<Family> for Releases {
    fn from(family: Family) -> Self {
        Self::where_each(|release| release.family == family)
    }
}

/// `3.4.0 to 3.5.9, 4.3.0`
impl fmt::Display for Releases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        let version = |place: u32| ALL.get(place as usize).map_or("none", |release| release.version);
        if rest == 0 {
            return f.write_str("none");
        }
        let mut separator = "";
        while rest != 0 {
            let first = rest.trailing_zeros();
            let length = (rest >> first).trailing_ones();
            write!(f, "{separator}{}", version(first))?;
            if length > 1 {
                write!(f, " to {}", version(first + length - 1))?;
            }
            rest = rest.checked_shr(first + length).map_or(0, |above| above << (first + length));
            separator = ", ";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
