//! Which Spark somebody is of, which Sparks a Worker has, and whether the two go together.

use std::sync::Arc;

use model::{SparkMatching, SparkVersion};

/// The variable, and the end of the key `spark.executorEnv.…`, in which an application names its Spark itself.
pub(crate) const EXPLICIT: &str = "HEARTH_SPARK_VERSION";

/// A line of releases: major and minor number.
pub(crate) type Line = (u32, u32);

/// What is known of the Spark that an application or a driver is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    /// It is being found out, under this number. Until then nothing of it is launched.
    Asked(u64),
    /// It is one of these, the oldest first; none where nothing could be told.
    OneOf(Arc<[SparkVersion]>),
    /// A driver's submitter says over HTTP that it is this one. Spark's Master passes that over, and whoever writes such a
    /// request by hand writes anything: where Workers have one line only, that is what is launched.
    Said([SparkVersion; 1]),
}

/// The Sparks of a Worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Installed {
    /// It launches each of these, the oldest first, as the Master tells it.
    Each(Arc<[SparkVersion]>),
    /// It launches one, whatever it is told: one of these. None where it could not be told.
    OneOf(Arc<[SparkVersion]>),
    /// It launches one, and which is being found out, under this number. Until then it gets nothing.
    Asked(u64),
    /// Nobody looks.
    Any,
}

/// The Spark that a process has to run with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Whatever there is.
    Any,
    /// That very release.
    Exact(SparkVersion),
    /// A release of that line, this one before all.
    Line(Line, Option<SparkVersion>),
    /// A release of any of these lines, the newest before all.
    Lines(Arc<[Line]>),
    /// A release of no line that is known here: Workers of which nothing is known either may have it.
    Unheard,
    /// It cannot be launched yet, or not before somebody names its Spark.
    Unknown,
}

impl Claim {
    /// The one release that it is.
    pub(crate) fn named(version: SparkVersion) -> Self {
        Self::OneOf([version].into())
    }

    /// What it can be, as far as that is known.
    pub(crate) fn candidates(&self) -> &[SparkVersion] {
        match self {
            Self::OneOf(candidates) => candidates,
            Self::Said(version) => version,
            Self::Asked(_) => &[],
        }
    }

    /// What has to be launched for it. `only` is the line of the only Spark that all Workers have.
    pub(crate) fn wanted(&self, matching: SparkMatching, only: Option<Line>) -> Wanted {
        let candidates = match self {
            _ if matching == SparkMatching::Any => return Wanted::Any,
            Self::Asked(_) => return Wanted::Unknown,
            Self::Said([version]) if matching == SparkMatching::Line => {
                let other = only.filter(|only| *only != version.line());
                let own = || Wanted::Line(version.line(), Some(version.clone()));
                return other.map_or_else(own, |only| Wanted::Line(only, None));
            }
            Self::OneOf(_) | Self::Said(_) => self.candidates(),
        };
        match (matching, candidates) {
            (SparkMatching::Exact, [version]) => Wanted::Exact(version.clone()),
            (SparkMatching::Exact, _) => Wanted::Unknown,
            (_, [version]) => Wanted::Line(version.line(), Some(version.clone())),
            (_, []) => only.map_or(Wanted::Unheard, |line| Wanted::Line(line, None)),
            (_, [first, .., last]) if first.line() == last.line() => Wanted::Line(first.line(), None),
            (_, several) => match only.filter(|only| several.iter().any(|one| one.line() == *only)) {
                Some(line) => Wanted::Line(line, None),
                None => Wanted::Unknown,
            },
        }
    }

    /// The same for a cluster-mode driver. A submission client that tells several lines leaves the choice among them: the
    /// driver and the executors of that are launched with the same Spark, whichever it is.
    pub(crate) fn wanted_of_driver(&self, matching: SparkMatching, only: Option<Line>) -> Wanted {
        match (self.wanted(matching, only), self.candidates()) {
            (Wanted::Unknown, several @ [_, ..]) if matching == SparkMatching::Line => {
                let mut lines: Vec<Line> = several.iter().map(SparkVersion::line).collect();
                lines.dedup();
                Wanted::Lines(lines.into())
            }
            (wanted, _) => wanted,
        }
    }

    /// For people: the release, or the first and the last of those that it can be.
    pub(crate) fn text(&self) -> String {
        match self.candidates() {
            [] => String::new(),
            [version] => version.to_string(),
            [first, .., last] => format!("{first} to {last}"),
        }
    }
}

impl Installed {
    /// Those that it has, or can have.
    pub(crate) fn versions(&self) -> &[SparkVersion] {
        match self {
            Self::Each(versions) | Self::OneOf(versions) => versions,
            Self::Asked(_) | Self::Any => &[],
        }
    }

    /// Whether it can launch what is wanted, and what to tell it then: nothing where it has no choice.
    pub(crate) fn choose(&self, wanted: &Wanted) -> Option<Option<&SparkVersion>> {
        match (self, wanted) {
            (Self::Any, _) | (Self::Each(_) | Self::OneOf(_), Wanted::Any) => Some(None),
            (Self::Asked(_), _) | (_, Wanted::Unknown) | (Self::Each(_), Wanted::Unheard) => None,
            (Self::Each(versions), Wanted::Exact(version)) => {
                versions.iter().find(|one| *one == version).map(Some)
            }
            (Self::Each(versions), Wanted::Line(line, exact)) => {
                let very = versions.iter().find(|one| Some(*one) == exact.as_ref());
                very.or_else(|| versions.iter().rfind(|one| one.line() == *line)).map(Some)
            }
            (Self::OneOf(versions), Wanted::Exact(version)) => {
                (versions[..] == [version.clone()]).then_some(None)
            }
            (Self::OneOf(versions), Wanted::Line(line, _)) => {
                let is_of_line = !versions.is_empty() && versions.iter().all(|one| one.line() == *line);
                is_of_line.then_some(None)
            }
            (Self::Each(versions), Wanted::Lines(lines)) => {
                versions.iter().rfind(|one| lines.contains(&one.line())).map(Some)
            }
            (Self::OneOf(versions), Wanted::Lines(lines)) => {
                let is_of_these =
                    !versions.is_empty() && versions.iter().all(|one| lines.contains(&one.line()));
                is_of_these.then_some(None)
            }
            (Self::OneOf(versions), Wanted::Unheard) => versions.is_empty().then_some(None),
        }
    }

    /// Whether it matters here which release of a line somebody is of.
    pub(crate) fn has_choice_within(&self, line: Line) -> bool {
        let of_line = |versions: &[SparkVersion]| versions.iter().filter(|one| one.line() == line).count();
        matches!(self, Self::Each(versions) if of_line(versions) > 1)
    }
}

#[cfg(test)]
mod tests;
