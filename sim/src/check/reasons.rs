//! What is explained is what is true: each reason that the Master gives is held against the book, and none is missing.

use std::collections::BTreeMap;

use core_master::{ApplicationView, DriverView, Explanation, Reason, Snapshot};
use model::{SparkMatching, SparkVersion, WorkerState};

use super::book::Book;
use super::pages::{ApplicationPage, Claim, Size, WorkerPage};
use super::refusals::Listed;
use crate::matching::{Installed, line_of};

/// What the judge goes by besides the book.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) max_drivers: usize,
    pub(super) listed: Listed,
}

/// What stands between a process and each Worker, that which time heals least first.
#[derive(Debug, Default)]
struct Obstacles<'a> {
    leave: usize,
    lack_spark: usize,
    full: Vec<&'a WorkerPage>,
    at_limit: Vec<&'a WorkerPage>,
    lack_gpus: Vec<&'a WorkerPage>,
}

impl Book {
    /// What is not so of what a snapshot says.
    pub(super) fn wrong_snapshot(&self, snapshot: &Snapshot, limits: Limits) -> Vec<String> {
        let dead = snapshot.workers.iter().filter(|one| one.state == WorkerState::Dead).count();
        let mut found = self.wrong_workers(snapshot, dead, limits.listed);
        for view in &snapshot.active_applications {
            match self.applications.iter().rfind(|one| one.active && one.id == view.id) {
                Some(page) => found.extend(self.wrong_application(view, page, dead)),
                None => found.push(format!("{} is listed as active, and is not", view.id)),
            }
        }
        let listed =
            |page: &ApplicationPage| snapshot.active_applications.iter().any(|one| one.id == page.id);
        if let Some(page) = self.applications.iter().find(|page| page.active && !listed(page)) {
            found.push(format!("{} is active and not listed", page.id));
        }
        for view in &snapshot.active_drivers {
            found.extend(self.wrong_driver(view, dead, limits.max_drivers));
        }
        let ended = snapshot.completed_applications.iter().map(|one| (one.id.to_string(), &one.waiting));
        let ended =
            ended.chain(snapshot.completed_drivers.iter().map(|one| (one.id.to_string(), &one.waiting)));
        found.extend(
            ended.filter(|(_, why)| why.is_some()).map(|(id, _)| format!("{id} has ended and is explained")),
        );
        found
    }

    fn wrong_workers(&self, snapshot: &Snapshot, dead: usize, listed: Listed) -> Vec<String> {
        let mut found = Vec::new();
        let (sure, most) = self.count_lost(listed);
        if dead < sure || dead > most {
            found.push(format!("{dead} Workers are listed as lost, and {sure} to {most} are"));
        }
        for view in snapshot.workers.iter().filter(|one| one.state != WorkerState::Dead) {
            let Some(page) = self.workers.get(&view.id) else {
                found.push(format!("{} is listed, and was never let in", view.id));
                continue;
            };
            if view.sparks != page.installed.versions() {
                found.push(format!("{} shows {:?} and has {:?}", view.id, view.sparks, page.installed));
            }
            let limit = page.offer.memory_limit_mib.map(|limit_mib| (limit_mib, page.total_mib()));
            if view.memory_limit_mib != limit {
                found.push(format!("{} shows {:?} of its limit: {limit:?}", view.id, view.memory_limit_mib));
            }
        }
        found
    }

    fn wrong_application(&self, view: &ApplicationView, page: &ApplicationPage, dead: usize) -> Vec<String> {
        let mut found = Vec::new();
        let id = &page.id;
        if view.spark != page.spark.text() {
            found.push(format!("{id} is shown as Spark {:?}, and is {:?}", view.spark, page.spark));
        }
        let waits = !self.has_executors(id);
        let Some(why) = &view.waiting else {
            return if waits { vec![format!("{id} has no executor, and nobody says why")] } else { found };
        };
        if !waits {
            found.push(format!("{id} has executors and is told why it waits: {why}"));
        }
        let wanted = page.profiles.iter().find(|(id, one)| one.target > self.executors_of(&page.id, **id));
        let size = wanted.map(|(_, one)| &one.size);
        let needs = size.map(|size| format!("{} per executor", size.text()));
        if why.needs != needs {
            found.push(format!("{id} is told that it needs {:?}, and needs {needs:?}", why.needs));
        }
        if Some(why.since_ms) != page.idle_since_ms {
            let since_ms = page.idle_since_ms;
            found.push(format!("{id} is told that it waits since {}, and it is {since_ms:?}", why.since_ms));
        }
        found.extend(wrong_reasons(id.as_str(), why, &self.reasons_of_application(page, size, dead)));
        found.extend(size.and_then(|size| self.wrong_words(id.as_str(), why, size, &page.spark)));
        found
    }

    fn reasons_of_application(
        &self,
        page: &ApplicationPage,
        size: Option<&Size>,
        dead: usize,
    ) -> Vec<Vec<Reason>> {
        let doubt = self.doubt(&page.spark);
        let mut reasons = match (size, doubt) {
            (None, _) => vec![vec![Reason::NothingWanted]],
            (Some(_), Some(doubt)) => vec![vec![doubt]],
            (Some(size), None) if page.max_cores < size.least_cores() => {
                vec![vec![Reason::MaxCores { most: page.max_cores, needed: size.least_cores() }]]
            }
            (Some(size), None) => self.obstacles(size, &page.spark, dead),
        };
        if reasons.iter().flatten().any(is_for_room) {
            let before = self.applications.iter().filter(|one| one.active);
            reasons.extend(self.most_of(before.take_while(|one| one.id != page.id)));
            reasons.extend(self.held_by_drivers());
        }
        if page.failed > 0 {
            let (failed, last) = (page.failed, page.last_failure.clone());
            reasons.push(vec![Reason::ExecutorsFail { failed, last }]);
        }
        reasons
    }

    fn wrong_driver(&self, view: &DriverView, dead: usize, max_drivers: usize) -> Vec<String> {
        let mut found = Vec::new();
        let id = &view.id;
        let Some(page) = self.submissions.get(&view.main_class) else {
            return vec![format!("{id} is listed, and nobody submitted {}", view.main_class)];
        };
        if view.spark != page.spark.text() {
            found.push(format!("{id} is shown as Spark {:?}, and is {:?}", view.spark, page.spark));
        }
        let waits = !self.drivers().any(|one| one == id.as_str());
        let Some(why) = &view.waiting else {
            return if waits { vec![format!("{id} runs nowhere, and nobody says why")] } else { found };
        };
        if !waits {
            found.push(format!("{id} runs and is told why it waits: {why}"));
        }
        let size = Size::of_driver(&page.description);
        if why.needs != Some(size.text()) {
            found.push(format!("{id} is told that it needs {:?}, and needs {}", why.needs, size.text()));
        }
        if why.since_ms != view.submitted_ms {
            found.push(format!("{id} came at {}, and waits since {}", view.submitted_ms, why.since_ms));
        }
        let mut reasons = match self.doubt(&page.spark) {
            Some(doubt) => vec![vec![doubt]],
            None if self.drivers().count() >= max_drivers => {
                vec![vec![Reason::MaxDrivers { most: max_drivers }]]
            }
            None if self.has_room_somewhere(&size, &page.spark) => {
                found.push(format!("{id} waits, and a Worker has room"));
                return found;
            }
            None => self.obstacles(&size, &page.spark, dead),
        };
        if reasons.iter().flatten().any(is_for_room) {
            reasons.extend(self.most_of(self.applications.iter().filter(|one| one.active)));
            reasons.extend(self.held_by_drivers());
        }
        found.extend(wrong_reasons(id.as_str(), why, &reasons));
        found.extend(self.wrong_words(id.as_str(), why, &size, &page.spark));
        found
    }

    /// What keeps somebody waiting whose Spark is not settled.
    fn doubt(&self, spark: &Claim) -> Option<Reason> {
        let known = match spark {
            _ if self.matching == SparkMatching::Any => return None,
            Claim::Unasked | Claim::Asked(..) => return Some(Reason::AskingSpark),
            Claim::AnyOf(_) | Claim::Said(_) => return None,
            Claim::OneOf(known) => known,
        };
        let unknown = |known: &Vec<SparkVersion>| Some(Reason::SparkUnknown { candidates: known.clone() });
        match self.matching {
            SparkMatching::Exact if known.len() != 1 => unknown(known),
            SparkMatching::Line if line_of(known, self.only_line()).is_none() => {
                // Workers of which nothing is known either may have it, and others may come.
                let unheard = |worker: &WorkerPage| worker.installed == Installed::OneOf(Vec::new());
                let mut staying = self.staying_workers().map(|(_, worker)| worker).peekable();
                let settled = !known.is_empty() || staying.peek().is_some() && !staying.any(unheard);
                if settled { unknown(known) } else { None }
            }
            _ => None,
        }
    }

    /// What is in the way at all Workers. Of each inner list one is right.
    fn obstacles(&self, size: &Size, spark: &Claim, dead: usize) -> Vec<Vec<Reason>> {
        let lost = (dead > 0).then(|| vec![Reason::WorkersLost { workers: dead }]);
        if self.workers.is_empty() {
            return vec![lost.unwrap_or_else(|| vec![Reason::NoWorkers])];
        }
        let mut found = Obstacles::default();
        for worker in self.workers.values() {
            found.count(worker, size, self.told(spark, worker).is_some());
        }
        let mut reasons = found.reasons(size, self.workers.values());
        if found.lack_spark > 0 {
            let (workers, wanted) = (found.lack_spark, self.wanted_text(spark));
            reasons.push(vec![match wanted.as_str() {
                "" => Reason::SparkUnknown { candidates: Vec::new() },
                _ => Reason::LacksSpark { workers, wanted, there: self.there() },
            }]);
        }
        reasons.extend(lost);
        reasons
    }

    /// All Sparks that Workers have, the oldest first.
    fn there(&self) -> Vec<SparkVersion> {
        let all = self.workers.values().flat_map(|worker| worker.installed.versions());
        let mut all: Vec<SparkVersion> = all.cloned().collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The Spark that a Worker lacks: its own; where that is not known, the line that it is taken for.
    fn wanted_text(&self, spark: &Claim) -> String {
        let line = match spark {
            Claim::OneOf(known) if known.is_empty() => line_of(known, self.only_line()),
            _ => None,
        };
        line.map_or_else(|| spark.text(), |(major, minor)| format!("{major}.{minor}"))
    }

    /// The application that holds most; of those that hold as much each is right.
    fn most_of<'a>(&self, applications: impl Iterator<Item = &'a ApplicationPage>) -> Option<Vec<Reason>> {
        let held: Vec<_> = applications.map(|one| (self.cores_of(&one.id), &one.id)).collect();
        let cores = held.iter().map(|(cores, _)| *cores).max().filter(|cores| *cores > 0)?;
        let most = held.into_iter().filter(|(one, _)| *one == cores);
        Some(most.map(|(_, id)| Reason::Ahead { application: id.clone(), cores }).collect())
    }

    fn held_by_drivers(&self) -> Option<Vec<Reason>> {
        let given = self.workers.values().flat_map(|worker| worker.given.values());
        let cores: Vec<u32> = given.filter(|one| one.application.is_none()).map(|one| one.cores).collect();
        let held = Reason::DriversHold { drivers: cores.len(), cores: cores.iter().sum() };
        (cores.iter().sum::<u32>() > 0).then(|| vec![held])
    }
}

impl<'a> Obstacles<'a> {
    fn count(&mut self, worker: &'a WorkerPage, size: &Size, has_spark: bool) {
        if worker.leaves {
            self.leave += 1;
        } else if !has_spark {
            self.lack_spark += 1;
        } else if worker.free_cores() < size.least_cores() || worker.free_memory_mib() < size.memory_mib {
            self.full.push(worker);
        } else if worker.free_total_mib() < size.total_mib {
            self.at_limit.push(worker);
        } else if worker.free_gpus() < size.gpus {
            self.lack_gpus.push(worker);
        }
    }

    fn reasons<'b>(&self, size: &Size, all: impl Iterator<Item = &'b WorkerPage>) -> Vec<Vec<Reason>> {
        let mut reasons = Vec::new();
        let offers: Vec<_> = all.map(|worker| &worker.offer).collect();
        if !offers.iter().any(|offer| size.fits_idle(offer)) {
            let largest = offers.iter().map(|offer| (offer.cores, offer.memory_mib)).max();
            let (cores, memory_mib) = largest.unwrap_or_default();
            reasons.push(Reason::TooLarge { cores, memory_mib });
        } else if !self.full.is_empty() {
            let free = self.full.iter().map(|worker| (worker.free_cores(), worker.free_memory_mib()));
            let (cores, memory_mib) = free.max().unwrap_or_default();
            reasons.push(Reason::NoRoom { workers: self.full.len(), cores, memory_mib });
        }
        if let Some(free_mib) = self.at_limit.iter().map(|worker| worker.free_total_mib()).max() {
            let (workers, needed_mib) = (self.at_limit.len(), size.total_mib);
            reasons.push(Reason::MemoryLimit { workers, needed_mib, free_mib });
        }
        if let Some(free) = self.lack_gpus.iter().map(|worker| worker.free_gpus()).max() {
            let (workers, name, needed) = (self.lack_gpus.len(), "gpu".to_owned(), size.gpus);
            reasons.push(Reason::Resource { workers, name, needed, free });
        }
        if self.leave > 0 {
            reasons.push(Reason::Decommissioning { workers: self.leave });
        }
        reasons.into_iter().map(|one| vec![one]).collect()
    }
}

fn is_for_room(reason: &Reason) -> bool {
    matches!(reason, Reason::NoRoom { .. } | Reason::MemoryLimit { .. } | Reason::Resource { .. })
}

/// Each reason that was given is one of those that are true, and of each kind of these one was given.
fn wrong_reasons(who: &str, why: &Explanation, right: &[Vec<Reason>]) -> Vec<String> {
    let mut given: BTreeMap<&str, &Reason> = BTreeMap::new();
    let mut found = Vec::new();
    for reason in &why.reasons {
        let is_right = |one: &Vec<Reason>| one.contains(reason);
        if !right.iter().any(is_right) {
            found.push(format!("{who} is told {reason:?}, which is not so: {right:?}"));
        }
        if given.insert(reason.kind(), reason).is_some() && !matches!(reason, Reason::Resource { .. }) {
            found.push(format!("{who} is told twice of {}", reason.kind()));
        }
    }
    let is_told = |one: &&Vec<Reason>| one.iter().any(|reason| given.contains_key(reason.kind()));
    let missing = right.iter().filter(|one| !is_told(one));
    found.extend(missing.map(|one| format!("{who} is not told {one:?}")));
    found
}
