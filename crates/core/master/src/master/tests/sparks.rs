//! Many Sparks in one cluster: who is asked what, and who runs where.

use model::{DriverDescription, SparkMatching, SparkVersion};

use super::*;

fn versions(texts: &[&str]) -> Vec<SparkVersion> {
    texts.iter().map(|text| SparkVersion::parse(text).unwrap()).collect()
}

fn bench() -> Bench {
    Bench::with(|config| config.spark_matching = SparkMatching::Line)
}

/// A Worker of ours.
fn worker(bench: &mut Bench, number: u64, sparks: &[&str]) -> Vec<Effect> {
    let offer = RegisterWorker { sparks: versions(sparks), ..registration(number, 4, 8192) };
    bench.tell(PeerId(number), ToMaster::RegisterWorker(offer))
}

fn named(version: &str) -> ApplicationDescription {
    let mut named = description(Some(1), Some(1));
    named.command.environment = vec![("HEARTH_SPARK_VERSION".into(), version.into())];
    named
}

/// The question among the deeds: whom, and its number.
fn question(deeds: &[Effect]) -> (PeerId, u64) {
    let question = |deed: &Effect| match deed {
        Effect::FindSpark { peer, token, .. } => Some((*peer, *token)),
        _ => None,
    };
    deeds.iter().find_map(question).expect("a question")
}

fn found(bench: &mut Bench, token: u64, candidates: &[&str]) -> Vec<Effect> {
    bench.event(Event::SparkFound { token, candidates: versions(candidates) })
}

/// The Worker and the Spark of each launch.
fn placed(deeds: &[Effect]) -> Vec<(u64, Option<String>)> {
    let spark = |launch: &LaunchExecutor| launch.terms.spark.as_ref().map(ToString::to_string);
    launches(deeds).into_iter().map(|(peer, launch)| (peer.0, spark(launch))).collect()
}

fn waits_for(bench: &Bench) -> Vec<Vec<&'static str>> {
    let snapshot = bench.master.snapshot(bench.now);
    let waiting = snapshot.active_applications.iter().filter_map(|one| one.waiting.as_ref());
    waiting.map(|why| why.reasons.iter().map(crate::Reason::kind).collect()).collect()
}

#[test]
fn an_application_that_names_its_spark_runs_where_that_is() {
    let mut bench = bench();
    worker(&mut bench, 1, &["3.4.4", "4.0.5"]);
    worker(&mut bench, 2, &["3.5.2", "3.5.7"]);
    for (peer, named_version, place) in
        [(100, "4.0.5", (1, "4.0.5")), (101, "3.5.2", (2, "3.5.2")), (102, "3.5.4", (2, "3.5.7"))]
    {
        let (_, deeds) = bench.application(PeerId(peer), named(named_version));
        assert!(!words(&deeds).iter().any(|word| word.contains("FindSpark")), "nobody has to ask");
        assert_eq!(placed(&deeds), [(place.0, Some(place.1.to_owned()))], "{named_version}");
    }
    let (_, deeds) = bench.application(PeerId(103), named("4.3.0"));
    assert_eq!(placed(&deeds), []);
    assert_eq!(waits_for(&bench), [["lacks_spark"]]);
    let deeds = worker(&mut bench, 3, &["4.3.0"]);
    assert_eq!(placed(&deeds), [(3, Some("4.3.0".to_owned()))], "and runs when one comes that has it");
    assert!(waits_for(&bench).is_empty());
}

#[test]
fn whoever_names_nothing_is_asked_and_waits_for_the_answer() {
    let mut bench = bench();
    worker(&mut bench, 1, &["3.4.4", "3.5.7"]);
    let (_, deeds) = bench.application(DRIVER, description(Some(1), Some(1)));
    assert_eq!(placed(&deeds), []);
    let (peer, token) = question(&deeds);
    assert_eq!(peer, DRIVER);
    assert_eq!(waits_for(&bench), [["asking_spark"]]);
    let deeds = found(&mut bench, token, &["3.4.0", "3.4.4", "3.4.2"]);
    assert_eq!(placed(&deeds), [(1, Some("3.4.4".to_owned()))]);
    assert_eq!(found(&mut bench, token, &["3.5.7"]), [], "an answer comes once");
}

#[test]
fn its_page_is_asked_where_that_makes_a_difference() {
    let mut bench = bench();
    worker(&mut bench, 1, &["3.5.2", "3.5.7"]);
    let description =
        ApplicationDescription { app_ui_url: "http://driver:4040".into(), ..description(Some(1), Some(1)) };
    let (_, deeds) = bench.application(DRIVER, description);
    let (_, token) = question(&deeds);
    let deeds = found(&mut bench, token, &["3.5.1", "3.5.2", "3.5.3"]);
    let [Effect::ReadVersion { url, token }] = &deeds[..] else { panic!("{deeds:?}") };
    assert_eq!(url, "http://driver:4040");
    let deeds = found(&mut bench, *token, &["3.5.2"]);
    assert_eq!(placed(&deeds), [(1, Some("3.5.2".to_owned()))]);
}

#[test]
fn a_page_that_says_nothing_leaves_what_was_known() {
    let mut bench = bench();
    worker(&mut bench, 1, &["3.4.4", "3.5.2", "3.5.7"]);
    let description =
        ApplicationDescription { app_ui_url: "http://driver:4040".into(), ..description(Some(1), Some(1)) };
    let (_, deeds) = bench.application(DRIVER, description);
    let (_, token) = question(&deeds);
    let deeds = found(&mut bench, token, &["3.5.0", "3.5.9"]);
    let [Effect::ReadVersion { token, .. }] = &deeds[..] else { panic!("{deeds:?}") };
    let deeds = found(&mut bench, *token, &[]);
    assert_eq!(placed(&deeds), [(1, Some("3.5.7".to_owned()))], "the newest of its line");
}

#[test]
fn one_that_can_be_of_two_lines_waits_until_only_one_is_there() {
    let mut bench = bench();
    worker(&mut bench, 1, &["3.4.4"]);
    worker(&mut bench, 2, &["3.5.7"]);
    let (_, deeds) = bench.application(DRIVER, description(Some(1), Some(1)));
    let (_, token) = question(&deeds);
    assert_eq!(placed(&found(&mut bench, token, &["3.4.0", "3.5.9"])), []);
    assert_eq!(waits_for(&bench), [["spark_unknown"]]);
    let deeds = bench.event(Event::Disconnected { peer: PeerId(1) });
    assert_eq!(placed(&deeds), [(2, Some("3.5.7".to_owned()))]);
}

#[test]
fn a_worker_that_does_not_say_is_asked_and_gets_what_its_one_spark_runs() {
    let mut bench = bench();
    let deeds = bench.tell(PeerId(1), ToMaster::RegisterWorker(registration(1, 4, 8192)));
    let (peer, token) = question(&deeds);
    assert_eq!(peer, PeerId(1));
    bench.application(PeerId(100), named("4.0.5"));
    let (_, deeds) = bench.application(PeerId(101), named("3.5.7"));
    assert_eq!(placed(&deeds), [], "not before its answer");
    let deeds = found(&mut bench, token, &["3.5.0", "3.5.9"]);
    assert_eq!(placed(&deeds), [(1, None)], "and it is told nothing: it has no choice");
    assert_eq!(waits_for(&bench), [["lacks_spark"]]);
    assert_eq!(bench.master.snapshot(bench.now).workers[0].sparks, versions(&["3.5.0", "3.5.9"]));
}

/// Its question was asked on a connection that is gone: the answer came to nothing, and it got no work ever after.
#[test]
fn a_worker_that_comes_back_on_another_connection_is_asked_there() {
    let mut bench = bench();
    let again = || ToMaster::RegisterWorker(registration(1, 4, 8192));
    let (_, first) = question(&bench.tell(PeerId(1), again()));
    let deeds = bench.tell(PeerId(2), again());
    assert_eq!(words(&deeds), ["2 RegisteredWorker", "2 FindSpark"], "asked once it is told that it is in");
    let (_, second) = question(&deeds);
    bench.application(DRIVER, named("3.5.7"));
    assert_eq!(found(&mut bench, first, &[]), []);
    assert_eq!(placed(&found(&mut bench, second, &["3.5.7"])), [(2, None)]);
}

/// It is most likely the same process; but it was believed to be of that Spark for ever, whatever came back.
#[test]
fn what_is_known_of_a_worker_holds_until_something_else_is_heard() {
    let mut bench = bench();
    let again = || ToMaster::RegisterWorker(registration(1, 4, 8192));
    let (_, first) = question(&bench.tell(PeerId(1), again()));
    found(&mut bench, first, &["3.5.7"]);
    let shown = |bench: &Bench| bench.master.snapshot(bench.now).workers[0].sparks.clone();
    for (peer, answer, known) in [(2, &[][..], "3.5.7"), (3, &["3.5.7"], "3.5.7"), (4, &["4.0.5"], "4.0.5")] {
        let before = shown(&bench);
        let (_, token) = question(&bench.tell(PeerId(peer), again()));
        assert_eq!(shown(&bench), before);
        found(&mut bench, token, answer);
        assert_eq!(shown(&bench), versions(&[known]), "{answer:?}");
    }
    let deeds = bench.tell(PeerId(4), again());
    assert_eq!(words(&deeds), ["4 RegisteredWorker"], "on the same connection it is the same process");
    assert_eq!(placed(&bench.application(DRIVER, named("4.0.5")).1), [(4, None)]);
}

/// Ids are of a second: one that started within the same second was told to launch what the one before it had.
#[test]
fn a_worker_that_is_back_at_once_has_what_it_says_now() {
    let mut bench = bench();
    worker(&mut bench, 1, &["3.5.7"]);
    bench.application(PeerId(100), named("4.0.5"));
    let offer = RegisterWorker { sparks: versions(&["4.0.5"]), ..registration(1, 4, 8192) };
    let deeds = bench.tell(PeerId(2), ToMaster::RegisterWorker(offer));
    assert_eq!(placed(&deeds), [(2, Some("4.0.5".to_owned()))]);
    let (_, deeds) = bench.application(PeerId(101), named("3.5.7"));
    assert_eq!(placed(&deeds), []);
    assert_eq!(bench.master.snapshot(bench.now).workers[0].sparks, versions(&["4.0.5"]));
}

#[test]
fn drivers_go_where_their_spark_is() {
    let mut bench = bench();
    worker(&mut bench, 1, &["3.5.7"]);
    worker(&mut bench, 2, &["4.0.5", "4.3.0"]);
    let submit = |spark: Option<&str>, option: Option<&str>| {
        let mut description = DriverDescription { cores: 1, memory_mib: 512, ..DriverDescription::default() };
        description.spark = spark.and_then(SparkVersion::parse);
        description.command.java_options = option.map(str::to_owned).into_iter().collect();
        Box::new(description)
    };
    let launch = |deeds: &[Effect]| -> Vec<(u64, Option<String>)> {
        let one = |deed: &Effect| match deed {
            Effect::Send { peer, message: ToPeer::Worker(ToWorker::LaunchDriver { terms, .. }) } => {
                Some((peer.0, terms.spark.as_ref().map(ToString::to_string)))
            }
            _ => None,
        };
        deeds.iter().filter_map(one).collect()
    };
    let request = |spark, option, request| Event::Request {
        request,
        what: crate::Request::SubmitDriver(submit(spark, option)),
    };
    let by_client = bench.event(request(Some("4.0.5"), None, 1));
    assert_eq!(launch(&by_client), [(2, Some("4.0.5".to_owned()))]);
    let by_name =
        bench.event(request(Some("4.0.5"), Some("-Dspark.executorEnv.HEARTH_SPARK_VERSION=4.3.0"), 2));
    assert_eq!(launch(&by_name), [(2, Some("4.3.0".to_owned()))], "what it names itself goes before");
    let (deeds, _) =
        bench.ask(PeerId(500), ToMaster::RequestSubmitDriver { description: submit(None, None) });
    let (peer, token) = question(&deeds);
    assert_eq!((peer, launch(&deeds)), (PeerId(500), Vec::new()));
    assert_eq!(launch(&found(&mut bench, token, &["3.5.1", "3.5.9"])), [(1, Some("3.5.7".to_owned()))]);
}

#[test]
fn exactly_means_that_nothing_else_will_do() {
    let mut bench = Bench::with(|config| config.spark_matching = SparkMatching::Exact);
    worker(&mut bench, 1, &["3.5.7"]);
    assert_eq!(placed(&bench.application(PeerId(100), named("3.5.6")).1), []);
    assert_eq!(placed(&bench.application(PeerId(101), named("3.5.7")).1), [(1, Some("3.5.7".to_owned()))]);
    let (_, deeds) = bench.application(PeerId(102), description(Some(1), Some(1)));
    let (_, token) = question(&deeds);
    assert_eq!(placed(&found(&mut bench, token, &["3.5.6", "3.5.7"])), []);
    assert_eq!(waits_for(&bench), [["lacks_spark"], ["spark_unknown"]]);
}

#[test]
fn where_nobody_looks_nobody_is_asked_and_nothing_is_told() {
    let mut bench = Bench::new();
    assert_eq!(words(&worker(&mut bench, 1, &["3.5.7", "4.0.5"])), ["1 RegisteredWorker"]);
    let (_, deeds) = bench.application(DRIVER, named("4.3.0"));
    assert_eq!(placed(&deeds), [(1, None)]);
}

#[test]
fn a_submitter_that_tells_two_lines_leaves_the_choice() {
    let mut bench = bench();
    worker(&mut bench, 1, &["3.5.7"]);
    let description = DriverDescription { cores: 1, memory_mib: 512, ..DriverDescription::default() };
    let submit = ToMaster::RequestSubmitDriver { description: Box::new(description) };
    let (deeds, _) = bench.ask(PeerId(500), submit);
    let (_, token) = question(&deeds);
    assert_eq!(found(&mut bench, token, &["4.1.0", "4.2.0", "4.3.0"]), [], "none of these is there");
    let deeds = worker(&mut bench, 2, &["4.0.5", "4.2.1"]);
    let launched = deeds.iter().find_map(|deed| match deed {
        Effect::Send { peer, message: ToPeer::Worker(ToWorker::LaunchDriver { terms, .. }) } => {
            Some((peer.0, terms.spark.as_ref().map(ToString::to_string)))
        }
        _ => None,
    });
    assert_eq!(launched, Some((2, Some("4.2.1".to_owned()))));
}

/// It was taken to be of the newest line that was there, and waited for the one Worker of that, which is too small.
#[test]
fn any_of_the_lines_that_a_submitter_tells_will_do() {
    let mut bench = bench();
    worker(&mut bench, 1, &["4.0.5"]);
    let small = RegisterWorker { sparks: versions(&["4.1.1"]), ..registration(2, 1, 8192) };
    bench.tell(PeerId(2), ToMaster::RegisterWorker(small));
    let description = DriverDescription { cores: 4, memory_mib: 512, ..DriverDescription::default() };
    let submit = ToMaster::RequestSubmitDriver { description: Box::new(description) };
    let (deeds, _) = bench.ask(PeerId(500), submit);
    let (_, token) = question(&deeds);
    let deeds = found(&mut bench, token, &["4.0.0", "4.1.0"]);
    assert_eq!(words(&deeds), ["1 LaunchDriver"]);
}

/// Whoever writes such a request by hand writes anything there, which Spark's Master passes over.
#[test]
fn what_a_submitter_says_over_http_counts_where_there_is_a_choice() {
    let mut bench = bench();
    worker(&mut bench, 1, &["4.3.0"]);
    let mut request = 0;
    let mut submit = |bench: &mut Bench, spark: &str| {
        request += 1;
        let spark = SparkVersion::parse(spark);
        let description =
            DriverDescription { cores: 1, memory_mib: 512, spark, ..DriverDescription::default() };
        bench.event(Event::Request { request, what: crate::Request::SubmitDriver(Box::new(description)) })
    };
    assert_eq!(words(&submit(&mut bench, "3.0.0")), ["1 LaunchDriver", "Respond"]);
    worker(&mut bench, 2, &["3.5.7"]);
    assert_eq!(words(&submit(&mut bench, "3.0.0")), ["Respond"]);
    assert_eq!(words(&submit(&mut bench, "3.5.1")), ["2 LaunchDriver", "Respond"]);
}
