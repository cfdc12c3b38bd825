//! Those who wait, for every reason that there is.

use core_master::{ApplicationView, Explanation, Reason, Snapshot};
use model::{ApplicationId, ApplicationState, DriverState, SparkVersion};

use super::{NOW_MS, application, busy_master, driver};

/// A cluster in which an application waits for each reason, and some drivers.
pub(crate) fn waiting_master() -> Snapshot {
    let mut master = busy_master();
    let waiting = (40..).zip(reasons()).map(|(number, reasons)| ApplicationView {
        // The one whose executors fail has had some, and the one that asks for none has run.
        state: match reasons.first().map(Reason::kind) {
            Some("executors_fail" | "nothing_wanted") => ApplicationState::Running,
            _ => ApplicationState::Waiting,
        },
        spark: spark_of(&reasons).into(),
        waiting: Some(Explanation {
            needs: of_executor(0).needs.filter(|_| reasons != [Reason::NothingWanted]),
            reasons,
            ..of_executor(i64::from(number - 39) * 35_000)
        }),
        ..application(number, ApplicationState::Waiting)
    });
    master.active_applications.truncate(3);
    master.active_applications.extend(waiting);
    master.active_drivers.extend([
        waiting_driver(6, vec![Reason::MaxDrivers { most: 2 }]),
        waiting_driver(7, vec![Reason::LacksSpark { workers: 12, wanted: "3.4.1".into(), there: there() }]),
    ]);
    master
}

/// What one executor needs, and for how long it has waited.
pub(super) fn of_executor(waited_ms: i64) -> Explanation {
    let needs = Some("4 cores and 8.0 GiB per executor".to_owned());
    Explanation { since_ms: NOW_MS - waited_ms, needs, reasons: Vec::new() }
}

/// The Sparks that Workers have.
pub(super) fn sparks(versions: &[&str]) -> Vec<SparkVersion> {
    versions.iter().filter_map(|version| SparkVersion::parse(version)).collect()
}

fn there() -> Vec<SparkVersion> {
    sparks(&["3.4.4", "3.5.7", "4.0.5", "4.3.0"])
}

fn spark_of(reasons: &[Reason]) -> &str {
    match reasons.first() {
        Some(Reason::LacksSpark { wanted, .. }) => wanted,
        Some(Reason::AskingSpark) => "",
        Some(Reason::SparkUnknown { .. }) => "3.5.0 to 4.0.5",
        _ => "3.5.7",
    }
}

fn waiting_driver(number: u32, reasons: Vec<Reason>) -> core_master::DriverView {
    let needs = Some("2 cores and 2.0 GiB".to_owned());
    core_master::DriverView {
        spark: "3.4.1".into(),
        waiting: Some(Explanation { since_ms: NOW_MS - 3_700_000, needs, reasons }),
        ..driver(number, DriverState::Submitted, None)
    }
}

/// Each kind of reason comes first once.
fn reasons() -> Vec<Vec<Reason>> {
    let ahead = Reason::Ahead { application: ApplicationId::new("app-20261120092100-0021"), cores: 12 };
    let holds = Reason::DriversHold { drivers: 2, cores: 4 };
    let leaving = Reason::Decommissioning { workers: 2 };
    let no_room = |cores, memory_mib| Reason::NoRoom { workers: 5, cores, memory_mib };
    let lacks = |wanted: &str, workers| Reason::LacksSpark { workers, wanted: wanted.into(), there: there() };
    vec![
        vec![no_room(2, 6144), lacks("3.5.7", 3), leaving.clone(), ahead.clone(), holds.clone()],
        vec![no_room(0, 20_480), ahead.clone()],
        vec![Reason::NoWorkers],
        vec![Reason::WorkersLost { workers: 3 }],
        vec![leaving],
        vec![lacks("4.2.1", 12)],
        vec![Reason::AskingSpark],
        vec![Reason::SparkUnknown { candidates: there() }],
        vec![Reason::MemoryLimit { workers: 3, needed_mib: 9011, free_mib: 2150 }, ahead.clone()],
        vec![Reason::Resource { workers: 2, name: "gpu".into(), needed: 2, free: 1 }],
        vec![Reason::TooLarge { cores: 16, memory_mib: 61_440 }],
        vec![Reason::MaxCores { most: 2, needed: 4 }],
        vec![Reason::NothingWanted],
        vec![ahead],
        vec![holds],
        vec![Reason::MaxDrivers { most: 2 }],
        vec![Reason::ExecutorsFail {
            failed: 3,
            last: "Command exited with code 1\n<b>see its log</b>".into(),
        }],
    ]
}
