//! The work folder, cleaned by age.

use model::{DriverDescription, DriverId, Terms};

use super::*;

fn cleaning() -> Bench {
    let mut bench = Bench::with(1, |config| config.cleanup_interval_ms = Some(40_000));
    bench.deeds();
    bench
}

fn next_cleanup(bench: &mut Bench) -> (u64, Vec<ApplicationId>, Vec<DriverId>) {
    loop {
        for deed in bench.until_timeout() {
            if let Effect::CleanUpWorkFolders { running, running_drivers } = deed {
                return (bench.now.monotonic_ms, running, running_drivers);
            }
        }
    }
}

#[test]
fn it_begins_with_the_first_registration_and_keeps_one_clock() {
    let mut bench = cleaning();
    bench.now.monotonic_ms = 1_000;
    bench.let_in(MASTER);
    bench.now.monotonic_ms = 30_000;
    bench.event(Event::Disconnected { peer: MASTER });
    bench.let_in(PeerId(2));
    assert_eq!(next_cleanup(&mut bench), (41_000, Vec::new(), Vec::new()));
    assert_eq!(next_cleanup(&mut bench).0, 81_000);
}

#[test]
fn what_runs_is_named_once() {
    let mut bench = cleaning();
    bench.let_in(MASTER);
    bench.receive(MASTER, launch(0));
    bench.receive(MASTER, launch(1));
    let id = DriverId::new("driver-0");
    let description = Box::<DriverDescription>::default();
    bench.receive(
        MASTER,
        ToWorker::LaunchDriver {
            driver: id.clone(),
            description,
            resources: Vec::new(),
            terms: Terms::default(),
        },
    );
    let (_, running, running_drivers) = next_cleanup(&mut bench);
    assert_eq!((running, running_drivers), (vec![ApplicationId::new("app")], vec![id]));
}

#[test]
fn where_it_is_switched_off_it_is_not_done() {
    let mut bench = Bench::registered();
    while bench.now.monotonic_ms < 10_000_000 {
        assert_eq!(words(&bench.until_timeout()), ["Send Heartbeat"]);
    }
}
