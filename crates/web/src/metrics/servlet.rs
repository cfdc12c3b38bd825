//! Spark's own metrics in the two shapes of its servlets: Dropwizard's JSON and a flat text for Prometheus.
//!
//! What they do not have here are the sources that Spark registers with every daemon though none ever moves there
//! (`CodeGenerator`, `HiveExternalCatalog`).

use std::collections::BTreeMap;
use std::fmt::Write as _;

use model::{ApplicationState, WorkerState};
use serde_json::{Map, Value, json};

/// Gauges by the names that Spark gives them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gauges(BTreeMap<String, Value>);

impl Gauges {
    /// Of the instance `master` (`MasterSource`, 3.5).
    pub fn of_master(snapshot: &core_master::Snapshot) -> Self {
        let alive = snapshot.workers.iter().filter(|one| one.state == WorkerState::Alive).count();
        let waiting = snapshot.active_applications.iter();
        let waiting = waiting.filter(|one| one.state == ApplicationState::Waiting).count();
        Self::named(
            "master",
            [
                ("workers", snapshot.workers.len().into()),
                ("aliveWorkers", alive.into()),
                ("apps", snapshot.active_applications.len().into()),
                ("waitingApps", waiting.into()),
            ],
        )
    }

    /// Of the instance `applications` (`ApplicationSource`, 3.5): those that wait, run, or have ended and are listed.
    pub fn of_applications(snapshot: &core_master::Snapshot) -> Self {
        let all = snapshot.active_applications.iter().chain(&snapshot.completed_applications);
        let each = all.flat_map(|one| {
            let source = format!("application.{}.{}", one.name, one.submitted_ms);
            let values = [
                ("status", one.state.name().into()),
                ("runtime_ms", one.duration_ms.into()),
                ("cores", one.cores_granted.into()),
            ];
            Self::named(&source, values).0
        });
        Self(each.collect())
    }

    /// Of the instance `worker` (`WorkerSource`, 3.5).
    pub fn of_worker(snapshot: &core_worker::Snapshot) -> Self {
        Self::named(
            "worker",
            [
                ("executors", snapshot.executors.len().into()),
                ("coresUsed", snapshot.cores_used.into()),
                ("memUsed_MB", snapshot.memory_used_mib.into()),
                ("coresFree", snapshot.cores.saturating_sub(snapshot.cores_used).into()),
                ("memFree_MB", snapshot.memory_mib.saturating_sub(snapshot.memory_used_mib).into()),
            ],
        )
    }

    fn named<const N: usize>(source: &str, values: [(&str, Value); N]) -> Self {
        Self(values.map(|(name, value)| (format!("{source}.{name}"), value)).into())
    }

    /// As `MetricsServlet` writes them (3.5 and 4.3).
    pub fn json(&self) -> String {
        let gauges: Map<String, Value> =
            self.0.iter().map(|(name, value)| (name.clone(), json!({"value": value}))).collect();
        json!({
            "version": "4.0.0",
            "gauges": gauges,
            "counters": {},
            "histograms": {},
            "meters": {},
            "timers": {},
        })
        .to_string()
    }

    /// As `PrometheusServlet` writes them (3.5 and 4.3): each number twice, and no texts.
    pub fn prometheus(&self) -> String {
        let mut text = String::new();
        for (name, value) in self.0.iter().filter(|(_, value)| value.is_number()) {
            let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '_' };
            let name: String = name.chars().map(plain).collect();
            for kind in ["Number", "Value"] {
                let _ = writeln!(text, "metrics_{name}_{kind}{{type=\"gauges\"}} {value}");
            }
        }
        text
    }
}
