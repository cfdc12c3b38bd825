//! What one seed of two mixes: releases of Spark, Workers in containers, and a Master that refuses what never fits.
//!
//! All of it is drawn from a source of its own, so that a seed without it stays the history that it was.

use fastrand::Rng;
use model::{SparkMatching, SparkVersion};

use crate::matching::{Installed, line_of, may_run, may_run_any, only_line};
use crate::scenario::{Machine, Scenario, Shape, Submission};

/// The releases that there are; a seed takes a few of them.
const RELEASES: [&str; 8] = ["3.4.1", "3.4.4", "3.5.2", "3.5.7", "4.0.5", "4.1.0", "4.1.1", "4.3.0"];

/// What a seed mixes.
#[derive(Clone, Debug)]
pub(crate) struct Mix {
    pub(crate) matching: SparkMatching,
    pub(crate) refuse_what_never_fits: bool,
    /// One for each Worker, job and submission; those of orders go round and round.
    pub(crate) machines: Vec<Setup>,
    pub(crate) jobs: Vec<Origin>,
    pub(crate) submissions: Vec<Origin>,
    pub(crate) orders: Vec<Origin>,
    /// All jobs ask for executors of one size.
    pub(crate) is_uniform: bool,
    /// Releases that a Worker can be of when it comes back.
    pub(crate) pool: Vec<SparkVersion>,
    /// In a hundred, while faults come: answers that get lost, answers that are late, Workers that come back with other
    /// Sparks.
    pub(crate) lost_percent: u8,
    pub(crate) late_percent: u8,
    pub(crate) other_sparks_percent: u8,
    /// The chances of all these on the way.
    pub(crate) rng: Rng,
}

/// What a Worker has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Setup {
    /// Ours says which Sparks it has; any other has one, and is asked.
    pub(crate) is_ours: bool,
    /// In fair weather.
    pub(crate) sparks: Vec<SparkVersion>,
    pub(crate) telling: Telling,
    pub(crate) memory_limit_mib: Option<u32>,
}

/// Of which Spark something is, how that can be found out, and what it takes beside its heap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) spark: SparkVersion,
    pub(crate) naming: Naming,
    pub(crate) telling: Telling,
    /// A driver's page says the very release.
    pub(crate) has_page: bool,
    pub(crate) beside: Beside,
    pub(crate) overhead: Overhead,
}

/// What somebody says of its Spark without being asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Naming {
    Silent,
    Named,
    /// Something that is no release.
    Nonsense,
}

/// What can be told of somebody's Spark by what it says on its connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Telling {
    Exactly,
    /// All releases of its line.
    Line,
    /// All releases of several lines.
    Lines,
    Nothing,
}

/// What an executor's profile says of memory beside the heap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Beside {
    pub(crate) overhead_mib: Option<u32>,
    pub(crate) off_heap_mib: Option<u32>,
    pub(crate) python_mib: Option<u32>,
}

/// What the options of a driver's JVM say of memory beside the heap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Overhead {
    Default,
    Mib(u32),
    Gib(u32),
    Percent(u32),
    AtLeastMib(u32),
}

impl Mix {
    pub(crate) fn new(seed: u64, scenario: &Scenario) -> Self {
        if seed % 4 == 3 || seed.is_multiple_of(3) {
            return Self::none(scenario);
        }
        let mut rng = Rng::with_seed(seed ^ 0x5bad_c0de_ca57);
        let mut pool: Vec<SparkVersion> = RELEASES.into_iter().map(version).collect();
        rng.shuffle(&mut pool);
        pool.truncate(rng.usize(1..=4));
        pool.sort_unstable();
        let matching = match rng.u8(..10) {
            0..=5 => SparkMatching::Line,
            6..=8 => SparkMatching::Exact,
            _ => SparkMatching::Any,
        };
        let contained = rng.u8(..3) > 0;
        let rough = rng.bool();
        let is_uniform = rng.u8(..4) == 0;
        let job = |rng: &mut Rng| {
            let origin = origin(rng, &pool);
            if is_uniform { Origin { beside: Beside::default(), ..origin } } else { origin }
        };
        Self {
            matching,
            refuse_what_never_fits: rng.bool(),
            machines: scenario.workers.iter().map(|one| setup(&mut rng, &pool, one, contained)).collect(),
            jobs: scenario.jobs.iter().map(|_| job(&mut rng)).collect(),
            submissions: scenario.submissions.iter().map(|_| origin(&mut rng, &pool)).collect(),
            orders: (0..8).map(|_| origin(&mut rng, &pool)).collect(),
            is_uniform,
            pool,
            lost_percent: if rough { rng.u8(..25) } else { 0 },
            late_percent: if rough { rng.u8(..60) } else { 5 },
            other_sparks_percent: if rng.bool() { rng.u8(20..80) } else { 0 },
            rng,
        }
    }

    /// One Spark of which nobody speaks, and no containers.
    pub(crate) fn none(scenario: &Scenario) -> Self {
        let setup = Setup {
            is_ours: false,
            sparks: vec![version("3.5.7")],
            telling: Telling::Nothing,
            memory_limit_mib: None,
        };
        let origins = |count: usize| vec![Origin::plain(); count];
        Self {
            matching: SparkMatching::Any,
            refuse_what_never_fits: false,
            machines: vec![setup; scenario.workers.len()],
            jobs: origins(scenario.jobs.len()),
            submissions: origins(scenario.submissions.len()),
            orders: origins(1),
            is_uniform: false,
            pool: Vec::new(),
            lost_percent: 0,
            late_percent: 0,
            other_sparks_percent: 0,
            rng: Rng::with_seed(0),
        }
    }

    /// What cannot run for its Spark or its memory cannot run.
    pub(crate) fn narrow(&self, scenario: &mut Scenario) {
        let workers = scenario.workers.clone();
        let shape_of_all = scenario.jobs.first().map(|job| job.shape.clone()).filter(|_| self.is_uniform);
        for (job, origin) in scenario.jobs.iter_mut().zip(&self.jobs) {
            if let Some(shape) = &shape_of_all {
                let most = job.max_cores.unwrap_or(scenario.default_cores);
                job.can_run = most >= shape.cores.unwrap_or(1);
                job.shape = shape.clone();
            }
            let total_mib = origin.beside.total_mib(job.shape.memory_mib);
            let known = self.known_in_the_end(origin, true);
            job.can_run &= self.can_run(&workers, &job.shape, total_mib, &known, false);
        }
        for (submission, origin) in scenario.submissions.iter_mut().zip(&self.submissions) {
            let total_mib = origin.overhead.total_mib(submission.memory_mib);
            let known = self.known_in_the_end(origin, false);
            submission.can_run &= self.can_run(&workers, &shape(submission), total_mib, &known, true);
        }
    }

    fn can_run(
        &self,
        workers: &[Machine],
        shape: &Shape,
        total_mib: u32,
        known: &[SparkVersion],
        is_driver: bool,
    ) -> bool {
        let installed: Vec<Installed> = self.machines.iter().map(|one| self.installed(one)).collect();
        let only = only_line(installed.iter());
        // A submitter that tells several lines leaves the choice.
        let is_of_several = !known.is_empty() && line_of(known, None).is_none();
        let may_choose = is_driver && is_of_several && self.matching == SparkMatching::Line;
        let mut all = workers.iter().zip(&self.machines).zip(&installed);
        all.any(|((machine, setup), installed)| {
            let told = may_run(self.matching, known, installed, only);
            machine.fits(shape)
                && setup.memory_limit_mib.is_none_or(|limit_mib| limit_mib >= total_mib)
                && (told.is_some() || may_choose && may_run_any(known, installed).is_some())
        })
    }

    fn installed(&self, setup: &Setup) -> Installed {
        match &setup.sparks[..] {
            _ if setup.is_ours => Installed::Each(setup.sparks.clone()),
            [spark, ..] => Installed::OneOf(setup.telling.candidates(spark)),
            [] => Installed::OneOf(Vec::new()),
        }
    }

    /// What a Master knows of somebody's Spark when nothing goes wrong.
    fn known_in_the_end(&self, origin: &Origin, is_application: bool) -> Vec<SparkVersion> {
        let told = origin.telling.candidates(&origin.spark);
        let is_of_one_line =
            told.first().is_some_and(|first| told.iter().all(|one| one.line() == first.line()));
        let page_is_asked =
            is_application && origin.has_page && !(self.matching == SparkMatching::Line && is_of_one_line);
        if origin.naming == Naming::Named || page_is_asked { vec![origin.spark.clone()] } else { told }
    }

    pub(crate) fn is_mixed(&self) -> bool {
        !self.pool.is_empty()
    }

    /// When a Master is back that died. Its ids are of a second: within the same one it would give those of its last
    /// life to others, of which executors still run while these wait for answers.
    pub(crate) fn master_is_back_ms(&self, died_ms: u64, back_ms: u64) -> u64 {
        if self.is_mixed() { back_ms.max((died_ms / 1000 + 1) * 1000) } else { back_ms }
    }

    /// Whether something happens of which so many in a hundred do.
    pub(crate) fn chance(&mut self, percent: u8) -> bool {
        percent > 0 && self.rng.u8(..100) < percent
    }

    /// The Sparks of a Worker that starts.
    pub(crate) fn sparks_of_start(&mut self, index: usize, is_back: bool, calm: bool) -> Vec<SparkVersion> {
        let percent = self.other_sparks_percent;
        if calm || !is_back || !self.chance(percent) {
            return self.machines[index].sparks.clone();
        }
        let most = if self.machines[index].is_ours { 4 } else { 1 };
        some_of(&mut self.rng, &self.pool, most)
    }
}

impl Origin {
    fn plain() -> Self {
        Self {
            spark: version("3.5.7"),
            naming: Naming::Silent,
            telling: Telling::Nothing,
            has_page: false,
            beside: Beside::default(),
            overhead: Overhead::Default,
        }
    }

    /// What it says where it can name its Spark.
    pub(crate) fn name(&self) -> Option<&str> {
        match self.naming {
            Naming::Silent => None,
            Naming::Named => Some(self.spark.as_str()),
            Naming::Nonsense => Some("the newest"),
        }
    }
}

impl Telling {
    /// What it can be, when it is of that release.
    pub(crate) fn candidates(self, spark: &SparkVersion) -> Vec<SparkVersion> {
        let (major, minor) = spark.line();
        let lines: &[(u32, u32)] = match (self, major) {
            (Self::Nothing, _) => &[],
            (Self::Exactly, _) => return vec![spark.clone()],
            (Self::Line, _) => &[(major, minor)],
            (Self::Lines, 3) => &[(3, 4), (3, 5)],
            (Self::Lines, _) => &[(4, 0), (4, 1), (4, 2), (4, 3)],
        };
        let releases = lines
            .iter()
            .flat_map(|(major, minor)| (0..9).map(move |patch| version(&format!("{major}.{minor}.{patch}"))));
        releases.collect()
    }
}

impl Beside {
    /// All that an executor with such a heap takes (`ResourceProfile`, 3.5).
    pub(crate) fn total_mib(&self, heap_mib: u32) -> u32 {
        let overhead_mib = self.overhead_mib.unwrap_or_else(|| (heap_mib / 10).max(384));
        heap_mib + overhead_mib + self.off_heap_mib.unwrap_or(0) + self.python_mib.unwrap_or(0)
    }

    /// By name, as a profile says it.
    pub(crate) fn amounts(&self) -> impl Iterator<Item = (&'static str, u32)> {
        let all = [
            ("memoryOverhead", self.overhead_mib),
            ("offHeap", self.off_heap_mib),
            ("pyspark.memory", self.python_mib),
        ];
        all.into_iter().filter_map(|(name, amount)| Some((name, amount?)))
    }
}

impl Overhead {
    fn total_mib(self, heap_mib: u32) -> u32 {
        heap_mib
            + match self {
                Self::Default => (heap_mib / 10).max(384),
                Self::Mib(mib) => mib,
                Self::Gib(gib) => 1024 * gib,
                Self::Percent(percent) => (heap_mib * percent / 100).max(384),
                Self::AtLeastMib(mib) => (heap_mib / 10).max(mib),
            }
    }

    /// As an option of a JVM says it.
    pub(crate) fn option(self) -> Option<String> {
        let text = match self {
            Self::Default => return None,
            Self::Mib(mib) => format!("memoryOverhead={mib}"),
            Self::Gib(gib) => format!("memoryOverhead={gib}g"),
            Self::Percent(percent) => format!("memoryOverheadFactor={}", f64::from(percent) / 100.0),
            Self::AtLeastMib(mib) => format!("minMemoryOverhead={mib}m"),
        };
        Some(format!("-Dspark.driver.{text}"))
    }
}

#[expect(clippy::expect_used, reason = "the releases stand in this file")]
fn version(text: &str) -> SparkVersion {
    SparkVersion::parse(text).expect("a release")
}

fn shape(submission: &Submission) -> Shape {
    Shape { cores: Some(submission.cores), memory_mib: submission.memory_mib, gpus: 0 }
}

/// At least one of them, and at most so many; the oldest first.
fn some_of(rng: &mut Rng, pool: &[SparkVersion], most: usize) -> Vec<SparkVersion> {
    let mut some = pool.to_vec();
    rng.shuffle(&mut some);
    some.truncate(rng.usize(1..=most));
    some.sort_unstable();
    some
}

fn setup(rng: &mut Rng, pool: &[SparkVersion], machine: &Machine, contained: bool) -> Setup {
    let is_ours = rng.u8(..3) > 0;
    let sparks = some_of(rng, pool, if is_ours { 4 } else { 1 });
    let telling = telling(rng);
    let memory_limit_mib =
        (is_ours && contained && rng.u8(..3) > 0).then(|| machine.memory_mib * rng.u32(60..170) / 100);
    Setup { is_ours, sparks, telling, memory_limit_mib }
}

fn telling(rng: &mut Rng) -> Telling {
    match rng.u8(..10) {
        0..=3 => Telling::Exactly,
        4..=6 => Telling::Line,
        7 => Telling::Lines,
        _ => Telling::Nothing,
    }
}

fn origin(rng: &mut Rng, pool: &[SparkVersion]) -> Origin {
    let spark = match rng.u8(..8) {
        // One that nobody has, of a line that somebody may have.
        0 => version(["3.5.4", "4.1.2"][rng.usize(..2)]),
        1 => version(RELEASES[rng.usize(..RELEASES.len())]),
        _ => pool[rng.usize(..pool.len())].clone(),
    };
    let naming = match rng.u8(..16) {
        0..=6 => Naming::Named,
        7 => Naming::Nonsense,
        _ => Naming::Silent,
    };
    let mut sometimes = |most_mib: u32| (rng.u8(..4) == 0).then(|| rng.u32(0..=most_mib));
    let beside =
        Beside { overhead_mib: sometimes(1024), off_heap_mib: sometimes(1024), python_mib: sometimes(512) };
    let overhead = match rng.u8(..8) {
        0 => Overhead::Mib(rng.u32(..1024)),
        1 => Overhead::Gib(1),
        2 => Overhead::Percent([25, 50, 75][rng.usize(..3)]),
        3 => Overhead::AtLeastMib(rng.u32(..1024)),
        _ => Overhead::Default,
    };
    Origin { spark, naming, telling: telling(rng), has_page: rng.u8(..3) > 0, beside, overhead }
}
