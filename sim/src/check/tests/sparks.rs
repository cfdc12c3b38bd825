//! Who runs with which Spark, and who is asked, broken on purpose.

use model::{DriverDescription, DriverId, SparkVersion};

use super::*;

const DRIVER: PeerId = PeerId(10);

fn versions(texts: &[&str]) -> Vec<SparkVersion> {
    texts.iter().map(|text| SparkVersion::parse(text).unwrap()).collect()
}

/// A Worker with these Sparks; or one that does not say, and of which the answer is that.
fn cluster_with(matching: SparkMatching, sparks: &[&str], answer: Option<&[&str]>) -> Checks {
    let mut checks = judges(&Extras::none(), matching, false);
    hears(&mut checks, WORKER, ToMaster::RegisterWorker(of_ours(sparks)));
    checks.master_tells_worker(WORKER, &registered(false));
    if answer.is_some() {
        checks.master_asks(WORKER, Speaker::Worker, 1);
    }
    if let Some(answer) = answer {
        finds(&mut checks, 1, answer);
    }
    checks
}

fn of_ours(sparks: &[&str]) -> RegisterWorker {
    RegisterWorker { sparks: versions(sparks), ..offer("worker", 4) }
}

fn finds(checks: &mut Checks, token: u64, answer: &[&str]) {
    let candidates = versions(answer);
    checks.master_hears(Now::default(), &Event::SparkFound { token, candidates });
}

fn named(version: &str) -> ApplicationDescription {
    let mut named = description(Some(1));
    named.command.environment = vec![("HEARTH_SPARK_VERSION".into(), version.into())];
    named
}

/// What the judges say of an executor of application 0 with that Spark.
fn launch_of(checks: &mut Checks, spark: Option<&str>) -> Vec<String> {
    let terms = Terms { spark: spark.and_then(SparkVersion::parse), ..Terms::default() };
    launch_with(checks, WORKER, 0, terms);
    std::mem::take(&mut checks.broken)
}

#[test]
fn a_spark_that_the_worker_lacks_and_one_that_is_not_the_best_are_seen() {
    use SparkMatching::{Exact, Line};
    for (matching, there, name, told, good) in [
        (Line, &["3.5.2", "3.5.7"][..], "3.5.2", Some("3.5.2"), true),
        (Line, &["3.5.2", "3.5.7"], "3.5.2", Some("3.5.7"), false),
        (Line, &["3.5.2", "3.5.7"], "3.5.4", Some("3.5.7"), true),
        (Line, &["3.5.2", "3.5.7"], "3.5.4", Some("3.5.2"), false),
        (Line, &["3.5.7"], "3.5.7", None, false),
        (Line, &["3.5.7"], "4.0.5", Some("3.5.7"), false),
        (Exact, &["3.5.7"], "3.5.7", Some("3.5.7"), true),
        (Exact, &["3.5.7"], "3.5.6", Some("3.5.7"), false),
        (SparkMatching::Any, &["3.5.7"], "4.0.5", None, true),
        (SparkMatching::Any, &["3.5.7"], "3.5.7", Some("3.5.7"), false),
    ] {
        let mut checks = cluster_with(matching, there, None);
        application_joins(&mut checks, 0, named(name));
        let found = launch_of(&mut checks, told);
        assert_eq!(found.is_empty(), good, "{matching:?} {there:?} {name} {told:?}: {found:?}");
    }
}

#[test]
fn a_worker_that_does_not_say_runs_its_one_spark_and_nothing_before_its_answer() {
    for (answer, name, good) in [
        (&["3.5.0", "3.5.7"][..], "3.5.7", true),
        (&["3.4.0", "3.5.7"], "3.5.7", false),
        (&[], "3.5.7", false),
    ] {
        let mut checks = cluster_with(SparkMatching::Line, &[], Some(answer));
        application_joins(&mut checks, 0, named(name));
        let found = launch_of(&mut checks, None);
        assert_eq!(found.is_empty(), good, "{answer:?} {name}: {found:?}");
    }
    let mut checks = judges(&Extras::none(), SparkMatching::Line, false);
    hears(&mut checks, WORKER, ToMaster::RegisterWorker(of_ours(&[])));
    checks.master_tells_worker(WORKER, &registered(false));
    checks.master_asks(WORKER, Speaker::Worker, 1);
    application_joins(&mut checks, 0, named("3.5.7"));
    assert_eq!(launch_of(&mut checks, None).len(), 1);
}

#[test]
fn an_application_that_runs_before_its_answer_is_seen() {
    let mut checks = cluster_with(SparkMatching::Line, &["3.5.7"], None);
    application_joins(&mut checks, 0, description(Some(1)));
    checks.master_asks(DRIVER, Speaker::Driver, 7);
    assert_eq!(launch_of(&mut checks, Some("3.5.7")).len(), 1);
    let mut checks = cluster_with(SparkMatching::Line, &["3.5.7"], None);
    application_joins(&mut checks, 0, description(Some(1)));
    checks.master_asks(DRIVER, Speaker::Driver, 7);
    finds(&mut checks, 7, &["3.5.0", "3.5.9"]);
    assert_eq!(launch_of(&mut checks, Some("3.5.7")), Vec::<String>::new());
}

#[test]
fn whoever_does_not_say_must_be_asked_once_and_nobody_else() {
    let mut checks = cluster_with(SparkMatching::Line, &["3.5.7"], None);
    application_joins(&mut checks, 0, description(Some(1)));
    checks.master_is_done();
    assert_found(&checks, "app-0 does not say of which Spark it is, and was not asked");
    let mut checks = cluster_with(SparkMatching::Line, &["3.5.7"], None);
    application_joins(&mut checks, 0, named("3.5.7"));
    checks.master_asks(DRIVER, Speaker::Driver, 7);
    assert_found(&checks, "was asked, and is OneOf([3.5.7])");
    let mut checks = cluster_with(SparkMatching::Line, &[], None);
    checks.master_is_done();
    assert_found(&checks, "worker does not say");
    let mut checks = cluster_with(SparkMatching::Any, &[], Some(&[]));
    assert_found(&checks, "and nobody looks at it");
    checks.broken.clear();
    checks.master_asks(PeerId(77), Speaker::Worker, 9);
    assert!(!checks.is_clean());
    let mut checks = judges(&Extras::none(), SparkMatching::Line, false);
    hears(&mut checks, WORKER, ToMaster::RegisterWorker(of_ours(&[])));
    checks.master_asks(WORKER, Speaker::Worker, 1);
    assert_found(&checks, "was asked, of None");
    let mut checks = cluster_with(SparkMatching::Line, &["3.5.7"], None);
    application_joins(&mut checks, 0, description(Some(1)));
    checks.master_asks(DRIVER, Speaker::Worker, 7);
    assert_found(&checks, "was asked as Worker out of nothing");
}

#[test]
fn a_page_that_is_not_asked_where_it_matters_is_seen() {
    for (there, answer, matters) in [
        (&["3.5.2", "3.5.7"][..], &["3.5.1", "3.5.2"][..], true),
        (&["3.5.7"], &["3.5.1", "3.5.2"], false),
        (&["3.5.7"], &["3.4.1", "3.5.2"], true),
        (&["3.5.7"], &[], true),
        (&["3.5.2", "3.5.7"], &["3.5.2"], false),
    ] {
        for asked in [true, false] {
            let mut checks = cluster_with(SparkMatching::Line, there, None);
            let with_page =
                ApplicationDescription { app_ui_url: "http://d:4040".into(), ..description(Some(0)) };
            application_joins(&mut checks, 0, with_page);
            checks.master_asks(DRIVER, Speaker::Driver, 7);
            finds(&mut checks, 7, answer);
            if asked {
                checks.master_reads("http://d:4040", 8);
            }
            checks.master_is_done();
            assert_eq!(checks.is_clean(), asked == matters, "{there:?} {answer:?}: {:?}", checks.broken);
        }
    }
}

#[test]
fn a_worker_on_another_connection_is_what_it_says_there() {
    const AGAIN: PeerId = PeerId(2);
    let mut checks = cluster_with(SparkMatching::Line, &["3.5.7"], None);
    application_joins(&mut checks, 0, named("3.5.7"));
    hears(&mut checks, AGAIN, ToMaster::RegisterWorker(of_ours(&["4.0.5"])));
    checks.master_tells_worker(AGAIN, &registered(true));
    assert_eq!(launch_of(&mut checks, Some("3.5.7")).len(), 1);
    let mut checks = cluster_with(SparkMatching::Line, &[], Some(&[]));
    hears(&mut checks, AGAIN, ToMaster::RegisterWorker(of_ours(&[])));
    checks.master_tells_worker(AGAIN, &registered(true));
    checks.master_is_done();
    assert_found(&checks, "worker does not say");
}

#[test]
fn a_driver_of_one_of_several_lines_runs_as_the_newest_that_a_worker_has() {
    for (there, told, good) in [
        (&["4.0.5", "4.1.1"][..], Some("4.1.1"), true),
        (&["4.0.5", "4.1.1"], Some("4.0.5"), false),
        (&["4.0.5"], Some("4.0.5"), true),
        (&["3.5.7"], Some("3.5.7"), false),
    ] {
        let mut checks = cluster_with(SparkMatching::Line, there, None);
        let command = Command { main_class: "Main".into(), ..Command::default() };
        let driver = DriverDescription { cores: 1, memory_mib: 256, command, ..DriverDescription::default() };
        let message = ToMaster::RequestSubmitDriver { description: Box::new(driver.clone()) };
        hears(&mut checks, DRIVER, message);
        checks.master_asks(DRIVER, Speaker::Submitter, 7);
        finds(&mut checks, 7, &["4.0.0", "4.1.0", "4.2.0"]);
        let terms = Terms { spark: told.and_then(SparkVersion::parse), ..Terms::default() };
        let launch = ToWorker::LaunchDriver {
            driver: DriverId::new("driver-0"),
            description: Box::new(driver),
            resources: Vec::new(),
            terms,
        };
        checks.master_tells_worker(WORKER, &launch);
        assert_eq!(checks.is_clean(), good, "{there:?} {told:?}: {:?}", checks.broken);
    }
}
