//! The pages of the book: what was heard and said of each Worker, each application and each driver.

use std::collections::{BTreeMap, BTreeSet};

use model::message::RegisterWorker;
use model::{
    ApplicationId, DriverDescription, EndpointRef, ExecutorState, PeerId, ResourceInformation,
    ResourceProfile, SparkVersion, WorkerId,
};

use super::memory;
use crate::matching::Installed;

/// A Worker that was let in.
#[derive(Debug)]
pub(super) struct WorkerPage {
    pub(super) offer: RegisterWorker,
    pub(super) given: BTreeMap<String, Given>,
    /// Gets nothing more.
    pub(super) leaves: bool,
    pub(super) installed: Installed,
    /// The number of the question that was asked on the connection that it speaks on.
    pub(super) question: Option<u64>,
    pub(super) heard_ms: u64,
}

#[derive(Debug)]
pub(super) struct Given {
    pub(super) cores: u32,
    pub(super) memory_mib: u32,
    /// All that it takes: heap and all else.
    pub(super) total_mib: u32,
    pub(super) resources: Vec<ResourceInformation>,
    pub(super) application: Option<ApplicationId>,
    pub(super) profile: u32,
    pub(super) state: ExecutorState,
    /// Whether its application counts it.
    pub(super) counts: bool,
    /// Given before the Worker came back on another connection: it may have never heard of it.
    pub(super) doubtful: bool,
}

/// A Worker that was lost.
#[derive(Debug)]
pub(super) struct LostPage {
    pub(super) offer: RegisterWorker,
    pub(super) heard_ms: u64,
}

/// An application that was let in.
#[derive(Debug)]
pub(super) struct ApplicationPage {
    pub(super) id: ApplicationId,
    pub(super) peer: PeerId,
    pub(super) driver: EndpointRef,
    pub(super) active: bool,
    pub(super) max_cores: u32,
    pub(super) profiles: BTreeMap<u32, Wanted>,
    pub(super) spark: Claim,
    pub(super) page_url: String,
    /// Executors that failed since one of them ran, and what became of the last.
    pub(super) failed: u32,
    pub(super) last_failure: String,
    /// Since when it has no executor; none while it has.
    pub(super) idle_since_ms: Option<i64>,
}

/// A driver that the cluster was asked to run. It can come back under other ids.
#[derive(Debug)]
pub(super) struct SubmissionPage {
    pub(super) description: DriverDescription,
    pub(super) spark: Claim,
}

/// What is known of somebody's Spark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    /// It does not say, and nobody was asked.
    Unasked,
    /// A question with this number was not answered yet; this is what was known before.
    Asked(u64, Vec<SparkVersion>),
    /// It is one of these; none where that could not be found out.
    OneOf(Vec<SparkVersion>),
    /// Its submitter said so over HTTP: it counts where Workers have more than one line.
    Said(SparkVersion),
    /// A driver whose submitter can be of several lines: it is what it is launched as, and so are its executors.
    AnyOf(Vec<SparkVersion>),
}

impl Claim {
    pub(super) fn is_asked(&self, token: u64) -> bool {
        matches!(self, Self::Asked(one, _) if *one == token)
    }

    /// The answer to a question: without one, what was known before stays.
    pub(super) fn learn(&mut self, candidates: &[SparkVersion]) {
        if let Self::Asked(_, before) = self {
            let known = if candidates.is_empty() { std::mem::take(before) } else { candidates.to_vec() };
            *self = Self::OneOf(known);
        }
    }

    /// Of several lines any will do.
    pub(super) fn leave_the_choice(&mut self) {
        if let Self::OneOf(known) = self
            && known.iter().any(|one| one.line() != known[0].line())
        {
            *self = Self::AnyOf(std::mem::take(known));
        }
    }

    /// As pages show it.
    pub(super) fn text(&self) -> String {
        match self {
            Self::OneOf(known) | Self::AnyOf(known) => match &known[..] {
                [] => String::new(),
                [one] => one.to_string(),
                [first, .., last] => format!("{first} to {last}"),
            },
            Self::Said(version) => version.to_string(),
            Self::Unasked | Self::Asked(..) => String::new(),
        }
    }
}

/// What one process needs of a Worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Size {
    /// None for as many as there are.
    pub(super) cores: Option<u32>,
    pub(super) memory_mib: u32,
    pub(super) total_mib: u32,
    pub(super) gpus: u64,
}

/// Executors of one profile.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) size: Size,
    pub(super) target: u32,
}

impl Wanted {
    /// A profile that names no cores goes by the application's own (`ApplicationInfo`, 3.5).
    pub(super) fn new(profile: &ResourceProfile, default_cores: Option<u32>, target: u32) -> Self {
        let amount = |name: &str| profile.executor_resources.get(name).map(|request| request.amount);
        let size = Size {
            cores: amount("cores").map(|cores| cores as u32).or(default_cores),
            memory_mib: amount("memory").unwrap_or(1024) as u32,
            total_mib: memory::of_executor(profile),
            gpus: amount("gpu").unwrap_or(0),
        };
        Self { size, target }
    }
}

impl Size {
    pub(super) fn of_driver(driver: &DriverDescription) -> Self {
        let gpus =
            driver.resources.iter().filter(|(name, _)| name == "gpu").map(|(_, gpus)| u64::from(*gpus));
        Self {
            cores: Some(driver.cores),
            memory_mib: driver.memory_mib,
            total_mib: memory::of_driver(driver),
            gpus: gpus.sum(),
        }
    }

    pub(super) fn least_cores(&self) -> u32 {
        self.cores.unwrap_or(1)
    }

    /// Whether a machine that offers this could hold it with nothing else.
    pub(super) fn fits_idle(&self, offer: &RegisterWorker) -> bool {
        offer.cores >= self.least_cores()
            && offer.memory_mib >= self.memory_mib
            && offer.memory_limit_mib.is_none_or(|limit_mib| limit_mib >= self.total_mib)
            && gpus(&offer.resources) >= self.gpus
    }

    /// `4 cores, 8.0 GiB and 1 gpu`
    pub(super) fn text(&self) -> String {
        let cores = match self.cores {
            None => "1 core or more".to_owned(),
            Some(1) => "1 core".to_owned(),
            Some(cores) => format!("{cores} cores"),
        };
        let memory = memory::text(self.memory_mib);
        match self.gpus {
            0 => format!("{cores} and {memory}"),
            gpus => format!("{cores}, {memory} and {gpus} gpu"),
        }
    }
}

impl WorkerPage {
    pub(super) fn free_cores(&self) -> u32 {
        self.offer.cores.saturating_sub(self.given.values().map(|one| one.cores).sum())
    }

    pub(super) fn free_memory_mib(&self) -> u32 {
        self.offer.memory_mib.saturating_sub(self.given.values().map(|one| one.memory_mib).sum())
    }

    pub(super) fn free_gpus(&self) -> u64 {
        let given: u64 = self.given.values().map(|one| gpus(&one.resources)).sum();
        gpus(&self.offer.resources).saturating_sub(given)
    }

    /// All that its processes take together.
    pub(super) fn total_mib(&self) -> u32 {
        self.given.values().map(|one| one.total_mib).sum()
    }

    /// What is free within its container's limit; without end where it has none.
    pub(super) fn free_total_mib(&self) -> u32 {
        self.offer.memory_limit_mib.map_or(u32::MAX, |limit_mib| limit_mib.saturating_sub(self.total_mib()))
    }

    pub(super) fn wrongs(&self, id: &WorkerId) -> Vec<String> {
        let mut found = Vec::new();
        let cores: u32 = self.given.values().map(|one| one.cores).sum();
        if cores > self.offer.cores {
            found.push(format!("{id} has {} cores and {cores} are given", self.offer.cores));
        }
        let memory_mib: u32 = self.given.values().map(|one| one.memory_mib).sum();
        if memory_mib > self.offer.memory_mib {
            found.push(format!("{id} has {} MiB and {memory_mib} are given", self.offer.memory_mib));
        }
        let total_mib = self.total_mib();
        if let Some(limit_mib) = self.offer.memory_limit_mib.filter(|limit_mib| total_mib > *limit_mib) {
            found.push(format!("the container of {id} allows {limit_mib} MiB, and {total_mib} are taken"));
        }
        let mut seen = BTreeSet::new();
        for resource in self.given.values().flat_map(|one| &one.resources) {
            let offered = self.offer.resources.iter().find(|one| one.name == resource.name);
            for address in &resource.addresses {
                if !seen.insert((&resource.name, address)) {
                    found.push(format!("{id} gave {} {address} twice", resource.name));
                }
                if !offered.is_some_and(|offered| offered.addresses.contains(address)) {
                    found.push(format!("{id} gave {} {address}, which it does not have", resource.name));
                }
            }
        }
        found
    }
}

fn gpus(resources: &[ResourceInformation]) -> u64 {
    resources.iter().filter(|one| one.name == "gpu").map(|one| one.addresses.len() as u64).sum()
}
