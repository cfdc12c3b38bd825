//! Where this process stands in the control group hierarchies, as folders that it can look into.

use std::fs;
use std::path::{Component, Path, PathBuf};

/// The two forms of hierarchies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// One hierarchy for each controller or a few of them.
    One,
    /// One hierarchy for all controllers.
    Two,
}

/// A group that this process is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seat {
    pub(super) version: Version,
    /// Where the hierarchy is mounted. In a container that is often as far up as one sees.
    pub(super) mount: PathBuf,
    /// The group's own folder, the mount or below it.
    pub(super) folder: PathBuf,
}

impl Seat {
    /// The seats in the hierarchies that may have this controller: its own of version 1, and the one of version 2.
    pub(super) fn find(root: &Path, controller: &str) -> Vec<Self> {
        let read = |path: &str| fs::read_to_string(root.join(path)).unwrap_or_default();
        let mounts: Vec<Mount> = read("proc/self/mountinfo").lines().filter_map(Mount::parse).collect();
        let memberships = read("proc/self/cgroup");
        let seats = memberships.lines().filter_map(|line| {
            let (version, path) = membership(line, controller)?;
            let fits = |mount: &&Mount| mount.version == version && mount.has(controller);
            Self::in_one_of(root, &mounts.iter().filter(fits).collect::<Vec<_>>(), version, path)
        });
        seats.collect()
    }

    /// One hierarchy may be mounted several times, and each mount may show another part of it.
    fn in_one_of(root: &Path, mounts: &[&Mount], version: Version, path: &Path) -> Option<Self> {
        let folder = |mount: &Mount| root.join(relative(&mount.point));
        let exact = mounts.iter().find_map(|mount| {
            let below = mount.below(path)?;
            let seat = Self { version, mount: folder(mount), folder: folder(mount).join(below) };
            seat.folder.is_dir().then_some(seat)
        });
        exact.or_else(|| {
            // The mount shows a part of the hierarchy that the path does not lead into: the top is the nearest there is.
            let mount = folder(mounts.first()?);
            Some(Self { version, folder: mount.clone(), mount })
        })
    }

    /// The group and those above it, as far as they are seen.
    pub(super) fn ancestors(&self) -> impl Iterator<Item = &Path> {
        self.folder.ancestors().take_while(|folder| folder.starts_with(&self.mount))
    }
}

/// A line of `/proc/self/cgroup`: `ID:CONTROLLERS:PATH`; version 2 has no controllers there.
fn membership<'a>(line: &'a str, controller: &str) -> Option<(Version, &'a Path)> {
    let mut parts = line.splitn(3, ':').skip(1);
    let (controllers, path) = (parts.next()?, parts.next()?);
    if controllers.is_empty() {
        Some((Version::Two, Path::new(path)))
    } else {
        let is_there = controllers.split(',').any(|one| one == controller);
        is_there.then_some((Version::One, Path::new(path)))
    }
}

/// A mounted hierarchy.
#[derive(Debug)]
struct Mount {
    version: Version,
    /// The group that is seen at the mount point.
    root: PathBuf,
    point: PathBuf,
    /// What the hierarchy was mounted with: its controllers are among it, for version 1.
    options: String,
}

impl Mount {
    /// `ID PARENT MAJOR:MINOR ROOT POINT OPTIONS [TAGS ...] - TYPE SOURCE OPTIONS` (proc_pid_mountinfo(5)).
    fn parse(line: &str) -> Option<Self> {
        let (head, tail) = line.split_once(" - ")?;
        let mut tail = tail.split(' ');
        let version = match tail.next()? {
            "cgroup" => Version::One,
            "cgroup2" => Version::Two,
            _ => return None,
        };
        let mut head = head.split(' ').skip(3);
        Some(Self {
            version,
            root: unescaped(head.next()?).into(),
            point: unescaped(head.next()?).into(),
            options: tail.nth(1).unwrap_or_default().to_owned(),
        })
    }

    fn has(&self, controller: &str) -> bool {
        self.version == Version::Two || self.options.split(',').any(|option| option == controller)
    }

    /// A group's path below the mount point; none when the mount does not show it.
    fn below<'a>(&self, path: &'a Path) -> Option<&'a Path> {
        let below = path.strip_prefix(&self.root).ok()?;
        // Above the root of our own namespace paths begin with `/..`: those lead nowhere here.
        below.components().all(|part| matches!(part, Component::Normal(_))).then_some(below)
    }
}

/// Blanks, tabs, newlines and backslashes stand as `\040`, `\011`, `\012`, `\134`.
fn unescaped(field: &str) -> String {
    [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")]
        .iter()
        .fold(field.to_owned(), |text, (escape, plain)| text.replace(escape, plain))
}

fn relative(path: &Path) -> &Path {
    path.strip_prefix("/").unwrap_or(path)
}

#[cfg(test)]
mod tests;
