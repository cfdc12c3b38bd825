//! Why applications and drivers wait: told to pages at any time, and to the log once for each change.
//!
//! The reasons are the obstacles that the scheduler itself goes by ([`Worker::obstacle`]).

use std::collections::BTreeMap;

use model::{Now, SparkVersion, WorkerState};

use super::Master;
use crate::registry::applications::{Application, Wait};
use crate::registry::drivers::Driver;
use crate::registry::needs::Needs;
use crate::registry::sparks::{Claim, Wanted};
use crate::registry::worker::{Obstacle, Worker};
use crate::{Explanation, Reason};

/// Whoever waits for so long is worth a line in the log.
const WORTH_A_WORD_MS: u64 = 1_000;

/// What Workers have in the way of each thing that was looked for, the Spark as it is called: many wait for the same.
pub(crate) type Tallies = Vec<(Needs, String, Vec<Reason>)>;

/// What stands between one need and all Workers.
#[derive(Default)]
struct Tally<'a> {
    leaving: usize,
    other_spark: usize,
    full: usize,
    /// Free cores and memory of the Worker that has most of them.
    freest: (u32, u32),
    at_limit: usize,
    free_within_limit_mib: u32,
    lacking: BTreeMap<&'a str, (usize, u64)>,
    largest: (u32, u32),
    one_is_large_enough: bool,
}

impl Master {
    /// Somebody may wait now: the log hears of it if that lasts.
    pub(super) fn watch_those_who_wait(&mut self, now: Now) {
        if self.tell_due_ms.is_none() && self.anybody_waits() {
            self.tell_due_ms = Some(now.monotonic_ms.saturating_add(WORTH_A_WORD_MS));
        }
    }

    fn anybody_waits(&self) -> bool {
        self.drivers.waiting().len() > 0 || self.applications.active().any(|one| one.executors.is_empty())
    }

    /// Tells the log what has changed since it last heard of those who wait.
    pub(crate) fn tell_who_waits(&mut self, now: Now) {
        if self.tell_due_ms.is_none_or(|due_ms| due_ms > now.monotonic_ms) {
            return;
        }
        self.tell_due_ms = None;
        let mut tallies = Tallies::new();
        let of_applications: Vec<_> = self
            .applications
            .active()
            .map(|one| self.why_application_waits(one, now, &mut tallies))
            .collect();
        let of_drivers: Vec<_> =
            self.drivers.active().map(|one| self.why_driver_waits(one, &mut tallies)).collect();
        let mut lines = Vec::new();
        for (application, why) in self.applications.active_mut().zip(of_applications) {
            lines.extend(
                application.wait.change(why).map(|why| format!("App {} waits: {why}", application.id)),
            );
        }
        for (driver, why) in self.drivers.active_mut().zip(of_drivers) {
            lines.extend(driver.wait.change(why).map(|why| format!("Driver {} waits: {why}", driver.id)));
        }
        lines.into_iter().for_each(|line| self.note(line));
    }

    /// Why an application has no executor; none where it has.
    pub(crate) fn why_application_waits(
        &self,
        application: &Application,
        now: Now,
        tallies: &mut Tallies,
    ) -> Option<Explanation> {
        if !application.executors.is_empty() {
            return None;
        }
        let since = application.wait.since.unwrap_or(now);
        let wanted = application.profiles.values().find(|profile| profile.target > profile.executors);
        let claim = &application.claim;
        let spark = claim.wanted(self.config.spark_matching, self.workers.only_line());
        let (needs, mut reasons) = match (wanted, self.doubt(claim, &spark)) {
            (None, _) => (None, vec![Reason::NothingWanted]),
            (Some(profile), Some(doubt)) => (Some(&profile.needs), vec![doubt]),
            (Some(profile), None) => {
                let needed = profile.needs.least_cores();
                let reasons = match application.max_cores.filter(|most| *most < needed) {
                    Some(most) => vec![Reason::MaxCores { most, needed }],
                    None => self.obstacles(&self.needs_with(claim, &profile.needs), claim, tallies),
                };
                (Some(&profile.needs), reasons)
            }
        };
        if reasons.iter().any(is_about_room) {
            reasons.extend(self.ahead_of(application));
            reasons.extend(self.drivers_hold());
        }
        if let (1.., Some(last)) = (application.retry_count, &application.last_failure) {
            reasons.push(Reason::ExecutorsFail { failed: application.retry_count, last: last.clone() });
        }
        explanation(since, needs.map(|needs| format!("{} per executor", needs.text())), reasons)
    }

    /// Why no Worker runs a driver; none where one does.
    pub(crate) fn why_driver_waits(&self, driver: &Driver, tallies: &mut Tallies) -> Option<Explanation> {
        if driver.place.is_some() {
            return None;
        }
        let most = self.config.max_drivers;
        let needs = self.needs_of_driver(driver);
        let mut reasons = match self.doubt(&driver.claim, &needs.spark) {
            Some(doubt) => vec![doubt],
            None if self.drivers.running() >= most => vec![Reason::MaxDrivers { most }],
            None => self.obstacles(&needs, &driver.claim, tallies),
        };
        if reasons.iter().any(is_about_room) {
            let first = self.applications.active().max_by_key(|one| one.cores_granted);
            reasons.extend(first.and_then(holds_cores));
            reasons.extend(self.drivers_hold());
        }
        explanation(driver.submitted, Some(driver.needs.text()), reasons)
    }

    /// What keeps somebody waiting whose Spark is not settled.
    fn doubt(&self, claim: &Claim, wanted: &Wanted) -> Option<Reason> {
        match (claim, wanted) {
            (Claim::Asked(_), Wanted::Unknown) => Some(Reason::AskingSpark),
            (Claim::OneOf(candidates), Wanted::Unknown) => {
                Some(Reason::SparkUnknown { candidates: candidates.to_vec() })
            }
            // One that may be of any release finds no Worker as long as all Workers are of some.
            (Claim::OneOf(_), Wanted::Unheard) => {
                let mut workers =
                    self.workers.live().filter(|worker| worker.state == WorkerState::Alive).peekable();
                let is_nowhere = workers.peek().is_some()
                    && !workers.any(|worker| worker.sparks.choose(&Wanted::Unheard).is_some());
                is_nowhere.then(|| Reason::SparkUnknown { candidates: Vec::new() })
            }
            _ => None,
        }
    }

    /// What is in the way of such a process at all Workers.
    fn obstacles(&self, needs: &Needs, claim: &Claim, tallies: &mut Tallies) -> Vec<Reason> {
        let wanted = wanted_text(claim, &needs.spark);
        let known = tallies.iter().find(|(known, of, _)| known == needs && *of == wanted);
        if let Some((.., reasons)) = known {
            return reasons.clone();
        }
        let mut reasons = Vec::new();
        let lost = self.workers.dead.values().count();
        if self.workers.live().len() == 0 {
            reasons.push(if lost > 0 { Reason::WorkersLost { workers: lost } } else { Reason::NoWorkers });
        } else {
            let mut tally = Tally::default();
            self.workers.live().for_each(|worker| tally.count(worker, needs));
            reasons = tally.reasons(needs, || match wanted.as_str() {
                "" => Reason::SparkUnknown { candidates: Vec::new() },
                wanted => Reason::LacksSpark {
                    workers: tally.other_spark,
                    wanted: wanted.to_owned(),
                    there: self.installed(),
                },
            });
            reasons.extend((lost > 0).then_some(Reason::WorkersLost { workers: lost }));
        }
        tallies.push((needs.clone(), wanted, reasons.clone()));
        reasons
    }

    /// The Sparks that Workers have, the oldest first.
    fn installed(&self) -> Vec<SparkVersion> {
        let mut versions: Vec<SparkVersion> =
            self.workers.live().flat_map(|worker| worker.sparks.versions().iter().cloned()).collect();
        versions.sort_unstable();
        versions.dedup();
        versions
    }

    /// The application that came before and holds most.
    fn ahead_of(&self, application: &Application) -> Option<Reason> {
        let before = self.applications.active().take_while(|one| one.id != application.id);
        before.max_by_key(|one| one.cores_granted).and_then(holds_cores)
    }

    fn drivers_hold(&self) -> Option<Reason> {
        let running = self.drivers.active().filter(|driver| driver.place.is_some());
        let (drivers, cores) = running.fold((0, 0u32), |(drivers, cores), driver| {
            (drivers + 1, cores.saturating_add(driver.description.cores))
        });
        (cores > 0).then_some(Reason::DriversHold { drivers, cores })
    }
}

impl<'a> Tally<'a> {
    fn count(&mut self, worker: &Worker, needs: &'a Needs) {
        self.largest = self.largest.max((worker.cores, worker.memory_mib));
        self.one_is_large_enough |= worker.is_large_enough(needs);
        match worker.obstacle(needs) {
            // Nobody waits for what a Worker could give at once.
            None => {}
            Some(Obstacle::State) => self.leaving += 1,
            Some(Obstacle::Spark) => self.other_spark += 1,
            Some(Obstacle::Room) => {
                self.full += 1;
                self.freest = self.freest.max((worker.cores_free(), worker.memory_free_mib()));
            }
            Some(Obstacle::Limit) => {
                self.at_limit += 1;
                self.free_within_limit_mib = self.free_within_limit_mib.max(worker.total_free_mib());
            }
            Some(Obstacle::Resource(name)) => {
                let (workers, free) = self.lacking.entry(name).or_default();
                *workers += 1;
                *free = worker.resources.free_of(name).max(*free);
            }
        }
    }

    fn reasons(&self, needs: &Needs, lacks_spark: impl FnOnce() -> Reason) -> Vec<Reason> {
        let mut reasons = Vec::new();
        if !self.one_is_large_enough {
            let (cores, memory_mib) = self.largest;
            reasons.push(Reason::TooLarge { cores, memory_mib });
        } else if self.full > 0 {
            let (cores, memory_mib) = self.freest;
            reasons.push(Reason::NoRoom { workers: self.full, cores, memory_mib });
        }
        if self.at_limit > 0 {
            let (workers, free_mib) = (self.at_limit, self.free_within_limit_mib);
            reasons.push(Reason::MemoryLimit { workers, needed_mib: needs.total_mib, free_mib });
        }
        for (name, (workers, free)) in &self.lacking {
            let needed = needs.resources.iter().find(|(one, _)| one == name).map_or(0, |(_, amount)| *amount);
            reasons.push(Reason::Resource {
                workers: *workers,
                name: (*name).to_owned(),
                needed,
                free: *free,
            });
        }
        if self.other_spark > 0 {
            reasons.push(lacks_spark());
        }
        if self.leaving > 0 {
            reasons.push(Reason::Decommissioning { workers: self.leaving });
        }
        reasons
    }
}

impl Wait {
    /// Takes in why somebody waits now; gives it back where the log has not heard it.
    fn change(&mut self, why: Option<Explanation>) -> Option<Explanation> {
        let Some(why) = why else {
            *self = Self::default();
            return None;
        };
        let kinds: Vec<&'static str> = why.reasons.iter().map(Reason::kind).collect();
        let is_news = self.told != kinds;
        self.told = kinds;
        is_news.then_some(why)
    }
}

fn explanation(since: Now, needs: Option<String>, reasons: Vec<Reason>) -> Option<Explanation> {
    (!reasons.is_empty()).then_some(Explanation { since_ms: since.wall_ms, needs, reasons })
}

fn holds_cores(application: &Application) -> Option<Reason> {
    let cores = application.cores_granted;
    (cores > 0).then(|| Reason::Ahead { application: application.id.clone(), cores })
}

/// The Spark that a Worker would have to have: its own, or, where only its line is known, that; empty for whatever
/// nobody knows.
fn wanted_text(claim: &Claim, wanted: &Wanted) -> String {
    match (claim.text(), wanted) {
        (text, Wanted::Line((major, minor), _)) if text.is_empty() => format!("{major}.{minor}"),
        (text, _) => text,
    }
}

fn is_about_room(reason: &Reason) -> bool {
    matches!(reason, Reason::NoRoom { .. } | Reason::MemoryLimit { .. } | Reason::Resource { .. })
}
