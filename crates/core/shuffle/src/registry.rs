//! The executors that are registered, by application.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::disk::{self, Place};
use crate::snapshot::{ApplicationView, ExecutorView};
use crate::{Counts, Rate, Refusal, Tally};

/// How many applications and executors may be registered, lest a forger fills the memory.
const MOST_EXECUTORS: usize = 100_000;
/// How many local directories an executor may have, and subdirectories each.
const MOST_LOCAL_DIRS: usize = 1_000;
const MOST_SUB_DIRS: i32 = 1 << 16;
/// The longest id, and the longest path.
const LONGEST_ID: usize = 255;
const LONGEST_PATH: usize = 4_096;

/// Where an executor's files are, as it says itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    /// Its local directories.
    pub local_dirs: Vec<String>,
    /// How many subdirectories each has.
    pub sub_dirs: i32,
    /// Its shuffle manager, for people to read.
    pub shuffle_manager: String,
}

/// A registered executor.
#[derive(Debug)]
pub struct Executor {
    /// Its id.
    pub id: Box<str>,
    /// Numbers its registration: no other has the same, of this executor neither.
    pub number: u64,
    said_dirs: Box<[Box<str>]>,
    local_dirs: Box<[Box<Path>]>,
    sub_dirs: u32,
    shuffle_manager: Box<str>,
    /// What its application was given.
    pub tally: Arc<Tally>,
}

impl Executor {
    /// Where a file of that name lies; none when the executor has no directories.
    pub fn place<'a>(&'a self, name: &'a str) -> Option<Place<'a>> {
        (!self.local_dirs.is_empty()).then(|| disk::place(&self.local_dirs, self.sub_dirs, name))
    }

    /// Its local directories, where they really are.
    pub fn local_dirs(&self) -> impl Iterator<Item = &Path> {
        self.local_dirs.iter().map(|dir| &**dir)
    }

    /// Its local directories, as it calls them.
    pub fn said_dirs(&self) -> Vec<String> {
        self.said_dirs.iter().map(ToString::to_string).collect()
    }

    /// What it said of itself.
    pub fn files(&self) -> Files {
        Files {
            local_dirs: self.said_dirs(),
            sub_dirs: self.sub_dirs.cast_signed(),
            shuffle_manager: self.shuffle_manager.clone().into_string(),
        }
    }
}

#[derive(Debug, Default)]
struct Application {
    executors: HashMap<Box<str>, Arc<Executor>>,
    tally: Arc<Tally>,
    bytes: Rate,
    blocks: Rate,
}

/// The registered executors.
#[derive(Debug, Default)]
pub struct Registry {
    applications: HashMap<Box<str>, Application>,
    executors: usize,
    registrations: u64,
    /// What applications were given that are gone by now.
    of_the_past: Counts,
}

/// A registration that may be made.
#[derive(Debug)]
pub struct Checked {
    said_dirs: Box<[Box<str>]>,
    local_dirs: Box<[Box<Path>]>,
    sub_dirs: u32,
    shuffle_manager: Box<str>,
}

impl Registry {
    /// Whether an executor may be registered so. `true_path` tells where a directory really is, links followed;
    /// `roots` are the only places where it may be, unless there are none (`LocalDirValidator`, 4.3).
    ///
    /// # Errors
    /// With what is wrong.
    pub fn check(
        application: &str,
        executor: &str,
        files: &Files,
        roots: &[PathBuf],
        true_path: impl Fn(&Path) -> Option<PathBuf>,
    ) -> Result<Checked, Refusal> {
        check_id(application)?;
        check_id(executor)?;
        let Files { local_dirs, sub_dirs, shuffle_manager } = files;
        let sub_dirs = match *sub_dirs {
            count @ 1..=MOST_SUB_DIRS => count.unsigned_abs(),
            count => {
                let found = i64::from(count);
                return Err(Refusal::Count {
                    what: "the number of subdirectories of a local directory",
                    found,
                });
            }
        };
        if local_dirs.len() > MOST_LOCAL_DIRS {
            return Err(Refusal::Full { what: "local directories of an executor", limit: MOST_LOCAL_DIRS });
        }
        let refuse =
            |dir: &str, why| Refusal::LocalDir { executor: executor.to_owned(), dir: shortened(dir), why };
        let mut real_dirs = Vec::with_capacity(local_dirs.len());
        for dir in local_dirs {
            let real = check_dir(dir, roots, &true_path).map_err(|why| refuse(dir, why))?;
            real_dirs.push(real.into_boxed_path());
        }
        Ok(Checked {
            said_dirs: local_dirs.iter().map(|dir| dir.as_str().into()).collect(),
            local_dirs: real_dirs.into(),
            sub_dirs,
            shuffle_manager: shortened(shuffle_manager).into(),
        })
    }

    /// Registers an executor; one that is registered already is registered anew.
    ///
    /// # Errors
    /// When there are too many.
    pub fn register(
        &mut self,
        application: &str,
        executor: &str,
        checked: Checked,
    ) -> Result<Arc<Executor>, Refusal> {
        if self.executors >= MOST_EXECUTORS && self.executor(application, executor).is_none() {
            return Err(Refusal::Full { what: "executors", limit: MOST_EXECUTORS });
        }
        let entry = self.applications.entry(application.into()).or_default();
        let Checked { said_dirs, local_dirs, sub_dirs, shuffle_manager } = checked;
        self.registrations += 1;
        let registered = Arc::new(Executor {
            id: executor.into(),
            number: self.registrations,
            said_dirs,
            local_dirs,
            sub_dirs,
            shuffle_manager,
            tally: entry.tally.clone(),
        });
        if entry.executors.insert(executor.into(), registered.clone()).is_none() {
            self.executors += 1;
        }
        Ok(registered)
    }

    /// A registered executor.
    pub fn executor(&self, application: &str, executor: &str) -> Option<&Arc<Executor>> {
        self.applications.get(application)?.executors.get(executor)
    }

    /// A registered executor, or the reason why there is none.
    ///
    /// # Errors
    /// When it is not registered.
    pub fn registered(&self, application: &str, executor: &str) -> Result<Arc<Executor>, Refusal> {
        self.executor(application, executor).cloned().ok_or_else(|| Refusal::NotRegistered {
            application: shortened(application),
            executor: shortened(executor),
        })
    }

    /// Forgets an application; its executors, whose files may now go.
    pub fn remove_application(&mut self, application: &str) -> Vec<Arc<Executor>> {
        let Some(removed) = self.applications.remove(application) else { return Vec::new() };
        self.executors -= removed.executors.len();
        self.of_the_past += removed.tally.counts();
        removed.executors.into_values().collect()
    }

    /// Forgets an executor; its application too, when it was the last one.
    pub fn remove_executor(&mut self, application: &str, executor: &str) {
        let Some(entry) = self.applications.get_mut(application) else { return };
        if entry.executors.remove(executor).is_some() {
            self.executors -= 1;
        }
        if entry.executors.is_empty() {
            self.remove_application(application);
        }
    }

    /// Every executor with its application.
    pub fn all(&self) -> impl Iterator<Item = (&str, &Arc<Executor>)> {
        self.applications.iter().flat_map(|(application, entry)| {
            entry.executors.values().map(|executor| (&**application, executor))
        })
    }

    /// How many executors are registered.
    pub fn executors(&self) -> usize {
        self.executors
    }

    /// `elapsed_s` have passed since this was last called: rates follow.
    pub fn observe(&mut self, elapsed_s: f64) {
        for entry in self.applications.values_mut() {
            let Counts { blocks, bytes, .. } = entry.tally.counts();
            entry.blocks.observe(blocks, elapsed_s);
            entry.bytes.observe(bytes, elapsed_s);
        }
    }

    /// What was given out in all, to applications that are gone too.
    pub fn counts(&self) -> Counts {
        let mut counts = self.of_the_past;
        self.applications.values().for_each(|entry| counts += entry.tally.counts());
        counts
    }

    /// Applications by id, for pages.
    pub fn views(&self) -> Vec<ApplicationView> {
        let mut views: Vec<_> = self
            .applications
            .iter()
            .map(|(id, entry)| {
                let mut executors: Vec<_> = entry.executors.values().map(|one| view(one)).collect();
                executors.sort_by(|a, b| (a.id.len(), &a.id).cmp(&(b.id.len(), &b.id)));
                ApplicationView {
                    id: id.to_string(),
                    executors,
                    counts: entry.tally.counts(),
                    bytes_per_second: entry.bytes.per_second(),
                    blocks_per_second: entry.blocks.per_second(),
                }
            })
            .collect();
        views.sort_by(|a, b| a.id.cmp(&b.id));
        views
    }
}

fn view(executor: &Executor) -> ExecutorView {
    let Files { local_dirs, shuffle_manager, .. } = executor.files();
    ExecutorView { id: executor.id.to_string(), local_dirs, shuffle_manager }
}

fn check_id(id: &str) -> Result<(), Refusal> {
    let is_well = !id.is_empty() && id.len() <= LONGEST_ID && !id.contains(char::is_control);
    if is_well { Ok(()) } else { Err(Refusal::Id(shortened(id))) }
}

fn check_dir(
    dir: &str,
    roots: &[PathBuf],
    true_path: impl Fn(&Path) -> Option<PathBuf>,
) -> Result<PathBuf, &'static str> {
    let path = Path::new(dir);
    if dir.is_empty() || !path.is_absolute() {
        return Err("it must be an absolute path");
    }
    if dir.len() > LONGEST_PATH || dir.contains('\0') {
        return Err("no directory can be called so");
    }
    if path.components().any(|part| part == std::path::Component::ParentDir) {
        return Err("'..' stands in it");
    }
    let real = true_path(path).ok_or("nobody can tell where it leads")?;
    if roots.is_empty() {
        return Ok(real);
    }
    let contained = roots.iter().any(|root| real.starts_with(root) && real != *root);
    if contained { Ok(real) } else { Err("it is not under any of the service's local directories") }
}

fn shortened(text: &str) -> String {
    text.chars().take(LONGEST_ID).collect()
}

#[cfg(test)]
mod tests;
