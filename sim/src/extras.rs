//! What three seeds of four add to their cluster: settings other than Spark's own, wishes over HTTP, Workers that leave.
//!
//! All of it is drawn from a source of its own, so that a seed without extras stays the history that it was.

use fastrand::Rng;
use model::WorkerSelectionPolicy;

use crate::scenario::{Machine, Scenario};

/// What a seed adds.
#[derive(Clone, Debug)]
pub(crate) struct Extras {
    pub(crate) worker_selection_policy: WorkerSelectionPolicy,
    pub(crate) spread_out_drivers: bool,
    pub(crate) max_drivers: usize,
    pub(crate) application_id_pattern: &'static str,
    pub(crate) application_number_modulo: Option<u32>,
    pub(crate) driver_id_pattern: &'static str,
    /// The Master never dies then: its next life would give the same ids to other applications.
    pub(crate) use_application_name_as_id: bool,
    pub(crate) use_driver_id_as_application_name: bool,
    /// What is asked for over HTTP, and when.
    pub(crate) wishes: Vec<(u64, Wish)>,
    /// When a Worker's machine tells it to leave, and which one.
    pub(crate) leaves: Vec<(u64, usize)>,
}

/// What is asked of the Master over HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    Submit(Order),
    KillADriver,
    KillAllDrivers,
    Status,
    Clear,
    Readyz,
    /// The hosts of these Workers leave.
    Decommission(Vec<usize>),
}

/// A driver that some machine can run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) cores: u32,
    pub(crate) memory_mib: u32,
    pub(crate) gpus: u32,
    pub(crate) supervise: bool,
    pub(crate) runs_ms: u64,
    pub(crate) fails_percent: u8,
}

impl Extras {
    pub(crate) fn new(seed: u64, scenario: &Scenario) -> Self {
        let mut extras = Self::none();
        if seed % 4 == 3 {
            return extras;
        }
        let rng = &mut Rng::with_seed(seed ^ 0x00e7_7a5e_ed00);
        let policies = WorkerSelectionPolicy::ALL;
        extras.worker_selection_policy = policies[rng.usize(..policies.len())];
        extras.spread_out_drivers = rng.bool();
        extras.max_drivers = if rng.bool() { rng.usize(1..=3) } else { usize::MAX };
        extras.application_id_pattern = ["app-%s-%04d", "%2$d-of-%1$s", "a%s"][rng.usize(..3)];
        extras.application_number_modulo = rng.bool().then_some(2);
        extras.driver_id_pattern = ["driver-%s-%04d", "%2$x-of-%1$s"][rng.usize(..2)];
        extras.use_application_name_as_id = rng.u8(..4) == 0;
        // Such ids come again by design, and a Master that takes over knows nothing of those that ended.
        if scenario.masters.remember() {
            extras.use_application_name_as_id = false;
            extras.application_number_modulo = None;
            extras.application_id_pattern = ["app-%s-%04d", "%2$d-of-%1$s"][rng.usize(..2)];
        }
        extras.use_driver_id_as_application_name = rng.bool();
        let until_ms = scenario.calm_from_ms;
        let wishes = (0..rng.usize(..12)).map(|_| (rng.u64(..until_ms), wish(rng, &scenario.workers)));
        extras.wishes = wishes.collect();
        let leaves = (0..rng.usize(..3)).map(|_| (rng.u64(..until_ms), rng.usize(..scenario.workers.len())));
        extras.leaves = leaves.collect();
        extras
    }

    /// Spark's own settings, and nothing else.
    pub(crate) fn none() -> Self {
        Self {
            worker_selection_policy: WorkerSelectionPolicy::default(),
            spread_out_drivers: true,
            max_drivers: usize::MAX,
            application_id_pattern: "app-%s-%04d",
            application_number_modulo: None,
            driver_id_pattern: "driver-%s-%04d",
            use_application_name_as_id: false,
            use_driver_id_as_application_name: false,
            wishes: Vec::new(),
            leaves: Vec::new(),
        }
    }
}

fn wish(rng: &mut Rng, workers: &[Machine]) -> Wish {
    let machine = &workers[rng.usize(..workers.len())];
    match rng.u8(..10) {
        0..=3 => Wish::Submit(order(rng, machine)),
        4 => Wish::KillADriver,
        5 => Wish::KillAllDrivers,
        6 => Wish::Status,
        7 => Wish::Clear,
        8 => Wish::Readyz,
        _ => Wish::Decommission((0..workers.len()).filter(|_| rng.u8(..3) == 0).collect()),
    }
}

fn order(rng: &mut Rng, machine: &Machine) -> Order {
    Order {
        cores: rng.u32(1..=machine.cores.min(3)),
        memory_mib: rng.u32(1..=machine.memory_mib / 512) * 512,
        gpus: if rng.bool() { rng.u32(..=machine.gpus) } else { 0 },
        supervise: rng.bool(),
        runs_ms: rng.u64(500..20_000),
        fails_percent: if rng.bool() { rng.u8(..60) } else { 0 },
    }
}
