//! Ids by pattern, by name and by number, and names by id.

use model::DriverDescription;

use super::*;

fn named(bench: &mut Bench, peer: u64, name: &str) -> (ApplicationId, Vec<Effect>) {
    let description = ApplicationDescription { name: name.into(), ..description(Some(1), Some(1)) };
    bench.application(PeerId(peer), description)
}

#[test]
fn patterns_and_a_modulo_make_ids() {
    let mut bench = Bench::with(|config| {
        config.application_id_pattern = "%2$03d-of-%1$s".parse().unwrap();
        config.application_number_modulo = Some(2);
    });
    let ids: Vec<String> =
        (100..104).map(|peer| named(&mut bench, peer, "pi").0.as_str().to_owned()).collect();
    // The third has a number that is in use at the same second: Spark would give two applications one id.
    assert_eq!(
        ids,
        [
            "000-of-20261120121815",
            "001-of-20261120121815",
            "000-of-20261120121815-1",
            "001-of-20261120121815-1"
        ]
    );
    bench.later(1_000);
    assert_eq!(named(&mut bench, 104, "pi").0.as_str(), "000-of-20261120121816");
}

#[test]
fn a_name_can_be_the_id_and_executors_go_on_counting_where_the_last_has_ended() {
    let mut bench = Bench::with(|config| config.use_application_name_as_id = true);
    bench.worker(1, 4, 4096);
    let (first, deeds) = named(&mut bench, 100, " My  Application\t1 ");
    assert_eq!(first.as_str(), "myapplication1");
    assert_eq!(launches(&deeds)[0].1.executor, key(&first, 0));
    let (second, _) = named(&mut bench, 101, "MyApplication1");
    assert_eq!(second.as_str(), "myapplication1-1");
    bench.tell(PeerId(100), ToMaster::UnregisterApplication { application: first.clone() });
    let (third, deeds) = named(&mut bench, 102, "MyApplication1");
    assert_eq!(third, first);
    assert_eq!(launches(&deeds)[0].1.executor, key(&first, 1), "the Worker may still have the folder of 0");
}

/// A driver that was refused, or ended on the page, unregisters all the same: by then its id can be another's.
#[test]
fn a_driver_speaks_only_of_its_own_application() {
    let mut bench = Bench::with(|config| config.use_application_name_as_id = true);
    bench.worker(1, 4, 4096);
    let (id, _) = named(&mut bench, 100, "pi");
    bench.event(Event::KillApplication { application: id.clone() });
    let (same, _) = named(&mut bench, 101, "pi");
    assert_eq!(same, id);
    let unregister = || ToMaster::UnregisterApplication { application: id.clone() };
    assert_eq!(bench.tell(PeerId(100), unregister()), []);
    let totals = vec![(profile(0, Some(1), 512), 0)];
    let request = ToMaster::RequestExecutors { application: id.clone(), totals };
    assert_eq!(bench.ask(PeerId(100), request).1, Reply::Boolean(false));
    let kill = ToMaster::KillExecutors { application: id.clone(), executors: vec!["1".into()] };
    assert_eq!(bench.ask(PeerId(100), kill), (Vec::new(), Reply::Boolean(false)));
    assert_eq!(bench.master.snapshot(bench.now).active_applications[0].executors.len(), 1);
    // Its own driver may have dialled again.
    let sender = Some(RpcAddress::new("driver", 7101));
    bench.event(Event::Received { peer: PeerId(7), sender, ask: None, message: unregister() });
    assert!(bench.master.snapshot(bench.now).active_applications.is_empty());
}

fn launched_command(bench: &mut Bench, command: Command) -> Command {
    let description = Box::new(DriverDescription { cores: 1, command, ..DriverDescription::default() });
    let (deeds, _) = bench.ask(PeerId(500), ToMaster::RequestSubmitDriver { description });
    match &deeds[..] {
        [Effect::Send { message: ToPeer::Worker(ToWorker::LaunchDriver { description, .. }), .. }] => {
            description.command.clone()
        }
        other => panic!("{other:?}"),
    }
}

fn command(arguments: &[&str], java_options: &[&str]) -> Command {
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    Command { arguments: owned(arguments), java_options: owned(java_options), ..Command::default() }
}

#[test]
fn an_application_can_be_named_after_its_driver() {
    const SUBMIT: &str = "org.apache.spark.deploy.SparkSubmit";
    let given = command(&["{{WORKER_URL}}", "{{USER_JAR}}", "Main"], &["-Dspark.app.name=mine", "-Da=b"]);
    let mut bench = Bench::new();
    bench.worker(1, 9, 4096);
    assert_eq!(launched_command(&mut bench, given.clone()), given);

    let mut bench = Bench::with(|config| {
        config.use_driver_id_as_application_name = true;
        config.driver_id_pattern = "d%2$d".parse().unwrap();
    });
    bench.worker(1, 9, 4096);
    assert_eq!(
        launched_command(&mut bench, given),
        command(&["{{WORKER_URL}}", "{{USER_JAR}}", "Main"], &["-Da=b", "-Dspark.app.name=d0"])
    );
    // A Python application is started by way of spark-submit.
    assert_eq!(
        launched_command(&mut bench, command(&["", "", SUBMIT, "-c", "spark.app.name=mine", "pi.py"], &[])),
        command(&["", "", SUBMIT, "-c", "spark.app.name=d1", "pi.py"], &["-Dspark.app.name=d1"])
    );
    assert_eq!(
        launched_command(&mut bench, command(&["", "", SUBMIT, "pi.py"], &[])),
        command(&["", "", SUBMIT, "-c", "spark.app.name=d2", "pi.py"], &["-Dspark.app.name=d2"])
    );
    assert_eq!(
        launched_command(&mut bench, command(&["", ""], &[])),
        command(&["", ""], &["-Dspark.app.name=d3"])
    );
}
