//! Who may be run with which Spark, as the simulation itself says it: what a job can hope for, and what judges go by.

use std::collections::BTreeSet;

use model::{SparkMatching, SparkVersion};

/// A line of releases: major and minor number.
pub(crate) type Line = (u32, u32);

/// What a Worker is known to launch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Installed {
    /// Nobody looks.
    Anything,
    /// Each of these, as it is told.
    Each(Vec<SparkVersion>),
    /// One, whatever it is told, and it is one of these; none where that could not be found out.
    OneOf(Vec<SparkVersion>),
    /// One that is not found out yet.
    NotYet,
}

impl Installed {
    /// All that it has or may have.
    pub(crate) fn versions(&self) -> &[SparkVersion] {
        match self {
            Self::Each(versions) | Self::OneOf(versions) => versions,
            Self::Anything | Self::NotYet => &[],
        }
    }
}

/// What one is told who may run there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    Nothing,
    Spark(SparkVersion),
}

/// The only line that there is, where there is only one.
pub(crate) fn only_line<'a>(workers: impl Iterator<Item = &'a Installed>) -> Option<Line> {
    let lines: BTreeSet<Line> = workers.flat_map(Installed::versions).map(SparkVersion::line).collect();
    lines.first().copied().filter(|_| lines.len() == 1)
}

/// Whether one that is of one of `candidates` may run on a Worker, and what that is told then. `only` is the only line
/// of all Workers.
pub(crate) fn may_run(
    matching: SparkMatching,
    candidates: &[SparkVersion],
    worker: &Installed,
    only: Option<Line>,
) -> Option<Told> {
    match (matching, worker) {
        (SparkMatching::Any, _) | (_, Installed::Anything) => Some(Told::Nothing),
        (_, Installed::NotYet) => None,
        (SparkMatching::Exact, Installed::Each(there)) => match candidates {
            [version] => there.contains(version).then(|| Told::Spark(version.clone())),
            _ => None,
        },
        (SparkMatching::Exact, Installed::OneOf(there)) => {
            (candidates.len() == 1 && there == candidates).then_some(Told::Nothing)
        }
        (SparkMatching::Line, Installed::Each(there)) => {
            let line = line_of(candidates, only)?;
            let of_line = || there.iter().filter(|one| one.line() == line);
            let very = of_line().find(|one| candidates.len() == 1 && candidates.contains(one));
            very.or_else(|| of_line().max()).cloned().map(Told::Spark)
        }
        (SparkMatching::Line, Installed::OneOf(there)) => match line_of(candidates, only) {
            Some(line) => {
                (!there.is_empty() && there.iter().all(|one| one.line() == line)).then_some(Told::Nothing)
            }
            None => (candidates.is_empty() && there.is_empty()).then_some(Told::Nothing),
        },
    }
}

/// The same for one that is whatever it is launched as, of these: the newest of their lines that is there.
pub(crate) fn may_run_any(candidates: &[SparkVersion], worker: &Installed) -> Option<Told> {
    let is_of_these = |one: &&SparkVersion| candidates.iter().any(|other| other.line() == one.line());
    match worker {
        Installed::Anything => Some(Told::Nothing),
        Installed::NotYet => None,
        Installed::Each(there) => there.iter().filter(is_of_these).max().cloned().map(Told::Spark),
        Installed::OneOf(there) => {
            (!there.is_empty() && there.iter().all(|one| is_of_these(&one))).then_some(Told::Nothing)
        }
    }
}

/// The line to run one with: its own; where that is not known, the only one that there is, if it can be that.
pub(crate) fn line_of(candidates: &[SparkVersion], only: Option<Line>) -> Option<Line> {
    let lines: BTreeSet<Line> = candidates.iter().map(SparkVersion::line).collect();
    match lines.len() {
        1 => lines.first().copied(),
        _ => only.filter(|line| lines.is_empty() || lines.contains(line)),
    }
}

#[cfg(test)]
mod tests {
    use SparkMatching::{Any, Exact, Line};

    use super::*;

    fn versions(text: &str) -> Vec<SparkVersion> {
        text.split_whitespace().map(|one| SparkVersion::parse(one).unwrap()).collect()
    }

    /// What a Worker of ours with these is told, and whether a Worker with one of these can run it.
    fn both(matching: SparkMatching, candidates: &str, there: &str, only: Option<(u32, u32)>) -> [String; 2] {
        [Installed::Each(versions(there)), Installed::OneOf(versions(there))].map(|worker| {
            match may_run(matching, &versions(candidates), &worker, only) {
                None => "no".into(),
                Some(Told::Nothing) => "yes".into(),
                Some(Told::Spark(version)) => version.to_string(),
            }
        })
    }

    #[test]
    fn the_rules_one_by_one() {
        assert_eq!(both(Any, "", "3.5.7", None), ["yes", "yes"]);
        assert_eq!(both(Exact, "3.5.7", "3.5.7", None), ["3.5.7", "yes"]);
        assert_eq!(both(Exact, "3.5.7", "3.5.2 3.5.7", None), ["3.5.7", "no"]);
        assert_eq!(both(Exact, "3.5.6", "3.5.7", None), ["no", "no"]);
        assert_eq!(both(Exact, "3.5.2 3.5.7", "3.5.2 3.5.7", None), ["no", "no"]);
        assert_eq!(both(Exact, "", "3.5.7", Some((3, 5))), ["no", "no"]);
        assert_eq!(both(Line, "3.5.2", "3.5.2 3.5.7", None), ["3.5.2", "yes"]);
        assert_eq!(both(Line, "3.5.4", "3.4.4 3.5.2 3.5.7", None), ["3.5.7", "no"]);
        assert_eq!(both(Line, "3.5.0 3.5.9", "3.5.2 3.5.9", None), ["3.5.9", "yes"]);
        assert_eq!(both(Line, "3.5.7", "4.0.5", None), ["no", "no"]);
        assert_eq!(both(Line, "3.4.0 3.5.9", "3.5.7", None), ["no", "no"]);
        assert_eq!(both(Line, "3.4.0 3.5.9", "3.5.7", Some((3, 5))), ["3.5.7", "yes"]);
        assert_eq!(both(Line, "3.4.0 3.5.9", "4.0.5", Some((4, 0))), ["no", "no"]);
        assert_eq!(both(Line, "", "3.5.7", Some((3, 5))), ["3.5.7", "yes"]);
        assert_eq!(both(Line, "", "3.5.7", None), ["no", "no"]);
        assert_eq!(both(Line, "", "", None), ["no", "yes"]);
        assert_eq!(both(Line, "3.5.7", "", None), ["no", "no"]);
    }

    #[test]
    fn any_of_several_lines_will_do() {
        let told = |worker: Installed| match may_run_any(&versions("4.1.0 4.3.0"), &worker) {
            None => "no".to_owned(),
            Some(Told::Nothing) => "yes".to_owned(),
            Some(Told::Spark(version)) => version.to_string(),
        };
        for (there, ours, one) in [
            ("4.1.1", "4.1.1", "yes"),
            ("4.0.5 4.1.1", "4.1.1", "no"),
            ("4.0.5", "no", "no"),
            ("", "no", "no"),
        ] {
            assert_eq!(told(Installed::Each(versions(there))), ours, "{there}");
            assert_eq!(told(Installed::OneOf(versions(there))), one, "{there}");
        }
        assert_eq!(told(Installed::Each(versions("4.1.1 4.2.0 4.3.0"))), "4.3.0");
    }

    #[test]
    fn the_only_line() {
        let workers = |all: &[&str]| -> Vec<Installed> {
            all.iter().map(|there| Installed::OneOf(versions(there))).collect()
        };
        assert_eq!(only_line(workers(&["3.5.2", "3.5.7", ""]).iter()), Some((3, 5)));
        assert_eq!(only_line(workers(&["3.5.2", "4.0.5"]).iter()), None);
        assert_eq!(only_line(workers(&["3.4.0 3.5.9"]).iter()), None);
        assert_eq!(only_line(workers(&[""]).iter()), None);
    }
}
