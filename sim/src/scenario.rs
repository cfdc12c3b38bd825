//! What a seed makes: a cluster, the jobs that come to it, and how rough the weather is.

use fastrand::Rng;
use model::ResourceInformation;

/// A cluster and what it has to do.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    pub(crate) spread_out: bool,
    pub(crate) masters: Masters,
    pub(crate) worker_timeout_ms: u64,
    pub(crate) max_executor_retries: Option<u32>,
    pub(crate) default_cores: u32,
    pub(crate) prefer_configured_master_address: bool,
    pub(crate) workers: Vec<Machine>,
    pub(crate) jobs: Vec<Job>,
    pub(crate) submissions: Vec<Submission>,
    /// Faults come until this moment; then everything is put right.
    pub(crate) calm_from_ms: u64,
    /// The mean time between two faults; none in fair weather.
    pub(crate) fault_every_ms: Option<u64>,
    /// In a hundred: how many frames are slow, and how many launches fail, while faults come.
    pub(crate) slow_percent: u8,
    pub(crate) launch_failure_percent: u8,
}

/// The Masters of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Masters {
    /// One, which remembers nothing.
    Forgetful,
    /// So many, of which one leads, and which remember.
    Remembering(usize),
}

impl Masters {
    /// Half of all worlds have a Master that remembers nothing.
    fn new(seed: u64) -> Self {
        match seed % 10 {
            2 | 6 => Self::Remembering(1),
            3 | 5 | 8 => Self::Remembering(2 + (seed / 10 % 2) as usize),
            _ => Self::Forgetful,
        }
    }

    pub(crate) fn count(self) -> usize {
        match self {
            Self::Forgetful => 1,
            Self::Remembering(count) => count,
        }
    }

    pub(crate) fn remember(self) -> bool {
        self != Self::Forgetful
    }
}

/// What a Worker offers.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    pub(crate) cores: u32,
    pub(crate) memory_mib: u32,
    pub(crate) gpus: u32,
    pub(crate) starts_ms: u64,
}

impl Machine {
    pub(crate) fn resources(&self) -> Vec<ResourceInformation> {
        if self.gpus == 0 {
            return Vec::new();
        }
        let addresses = (0..self.gpus).map(|gpu| gpu.to_string()).collect();
        vec![ResourceInformation { name: "gpu".into(), addresses }]
    }

    pub(crate) fn fits(&self, shape: &Shape) -> bool {
        self.cores >= shape.cores.unwrap_or(1)
            && self.memory_mib >= shape.memory_mib
            && self.gpus >= shape.gpus
    }
}

/// What one executor needs.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    pub(crate) cores: Option<u32>,
    pub(crate) memory_mib: u32,
    pub(crate) gpus: u32,
}

/// Something that an application does; submitted anew when its driver is lost.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub(crate) starts_ms: u64,
    /// Core-milliseconds until it is done.
    pub(crate) work: u64,
    pub(crate) max_cores: Option<u32>,
    pub(crate) shape: Shape,
    /// Executors of a second resource profile, asked for once the first runs.
    pub(crate) second: Option<Shape>,
    /// With dynamic allocation: how many executors to begin with.
    pub(crate) initial_executors: Option<u32>,
    /// Whether any Worker could ever run one of its executors.
    pub(crate) can_run: bool,
}

/// A driver for the cluster to run.
#[derive(Clone, Debug)]
pub(crate) struct Submission {
    pub(crate) starts_ms: u64,
    pub(crate) cores: u32,
    pub(crate) memory_mib: u32,
    pub(crate) supervise: bool,
    pub(crate) runs_ms: u64,
    /// In a hundred: how many of its runs fail.
    pub(crate) fails_percent: u8,
    pub(crate) killed_after_ms: Option<u64>,
    pub(crate) can_run: bool,
}

impl Scenario {
    pub(crate) fn new(seed: u64, rng: &mut Rng) -> Self {
        let workers: Vec<Machine> = (0..rng.usize(1..=5)).map(|_| machine(rng)).collect();
        let default_cores = if rng.u8(..4) == 0 { rng.u32(1..6) } else { i32::MAX as u32 };
        let jobs = (0..rng.usize(1..=6)).map(|_| job(rng, &workers, default_cores)).collect();
        let submissions = match rng.u8(..3) {
            0 => (0..rng.usize(1..=3)).map(|_| submission(rng, &workers)).collect(),
            _ => Vec::new(),
        };
        Self {
            spread_out: rng.bool(),
            masters: Masters::new(seed),
            worker_timeout_ms: 1000 * rng.u64(6..=60),
            max_executor_retries: (rng.u8(..3) > 0).then(|| rng.u32(2..=10)),
            default_cores,
            prefer_configured_master_address: rng.bool(),
            workers,
            jobs,
            submissions,
            calm_from_ms: 1000 * rng.u64(40..=120),
            fault_every_ms: (rng.u8(..8) > 0).then(|| rng.u64(2_000..20_000)),
            slow_percent: if rng.bool() { rng.u8(..10) } else { 0 },
            launch_failure_percent: if rng.u8(..3) == 0 { rng.u8(..30) } else { 0 },
        }
    }
}

fn machine(rng: &mut Rng) -> Machine {
    Machine {
        cores: rng.u32(1..=8),
        memory_mib: 512 * rng.u32(2..=16),
        gpus: if rng.u8(..3) == 0 { rng.u32(1..=4) } else { 0 },
        starts_ms: if rng.bool() { 0 } else { rng.u64(..10_000) },
    }
}

fn shape(rng: &mut Rng) -> Shape {
    Shape {
        cores: rng.bool().then(|| rng.u32(1..=4)),
        memory_mib: 256 * rng.u32(1..=10),
        gpus: if rng.u8(..8) == 0 { rng.u32(1..=2) } else { 0 },
    }
}

fn job(rng: &mut Rng, workers: &[Machine], default_cores: u32) -> Job {
    let shape = shape(rng);
    let max_cores = rng.bool().then(|| rng.u32(1..=10));
    let second = (rng.u8(..5) == 0).then(|| Shape { gpus: shape.gpus, ..self::shape(rng) });
    let enough = max_cores.unwrap_or(default_cores) >= shape.cores.unwrap_or(1);
    Job {
        starts_ms: rng.u64(..60_000),
        work: 1000 * rng.u64(2..=60),
        max_cores,
        can_run: enough && workers.iter().any(|worker| worker.fits(&shape)),
        shape,
        second,
        initial_executors: (rng.u8(..3) == 0).then(|| rng.u32(0..=3)),
    }
}

fn submission(rng: &mut Rng, workers: &[Machine]) -> Submission {
    let shape = Shape { cores: Some(rng.u32(1..=3)), memory_mib: 512 * rng.u32(1..=4), gpus: 0 };
    Submission {
        starts_ms: rng.u64(..60_000),
        cores: shape.cores.unwrap_or(1),
        memory_mib: shape.memory_mib,
        supervise: rng.bool(),
        runs_ms: rng.u64(500..20_000),
        fails_percent: if rng.bool() { rng.u8(..60) } else { 0 },
        killed_after_ms: (rng.u8(..4) == 0).then(|| rng.u64(1_000..30_000)),
        can_run: workers.iter().any(|worker| worker.fits(&shape)),
    }
}
