//! Which Sparks go together, by each way to match.

use super::*;

fn versions(texts: &[&str]) -> Arc<[SparkVersion]> {
    texts.iter().map(|text| SparkVersion::parse(text).unwrap()).collect()
}

fn claim(texts: &[&str]) -> Claim {
    Claim::OneOf(versions(texts))
}

fn chosen(installed: &Installed, claim: &Claim, matching: SparkMatching) -> Option<String> {
    let wanted = claim.wanted(matching, None);
    installed.choose(&wanted).map(|version| version.map_or_else(|| "its own".into(), ToString::to_string))
}

#[test]
fn by_line_the_very_release_comes_first_and_then_the_newest() {
    let each = Installed::Each(versions(&["3.4.4", "3.5.2", "3.5.7", "4.0.5"]));
    let by_line = |texts: &[&str]| chosen(&each, &claim(texts), SparkMatching::Line);
    assert_eq!(by_line(&["3.5.2"]).as_deref(), Some("3.5.2"));
    assert_eq!(by_line(&["3.5.4"]).as_deref(), Some("3.5.7"));
    assert_eq!(by_line(&["3.5.0", "3.5.1", "3.5.9"]).as_deref(), Some("3.5.7"));
    assert_eq!(by_line(&["4.1.0"]), None);
    assert_eq!(by_line(&["3.4.0", "3.5.9"]), None, "it could be of two lines, and both are there");
    assert_eq!(by_line(&[]), None);
}

#[test]
fn exactly_is_exactly() {
    let each = Installed::Each(versions(&["3.5.2", "3.5.7"]));
    let exactly = |texts: &[&str]| chosen(&each, &claim(texts), SparkMatching::Exact);
    assert_eq!(exactly(&["3.5.7"]).as_deref(), Some("3.5.7"));
    assert_eq!(exactly(&["3.5.6"]), None);
    assert_eq!(exactly(&["3.5.6", "3.5.7"]), None);
}

#[test]
fn a_worker_of_one_spark_gets_what_that_one_can_run() {
    let theirs = Installed::OneOf(versions(&["3.5.0", "3.5.7"]));
    assert_eq!(chosen(&theirs, &claim(&["3.5.7"]), SparkMatching::Line).as_deref(), Some("its own"));
    assert_eq!(chosen(&theirs, &claim(&["3.4.4"]), SparkMatching::Line), None);
    let of_two_lines = Installed::OneOf(versions(&["3.4.0", "3.5.7"]));
    assert_eq!(chosen(&of_two_lines, &claim(&["3.5.7"]), SparkMatching::Line), None);
    let unheard = Installed::OneOf(versions(&[]));
    assert_eq!(chosen(&unheard, &claim(&["3.5.7"]), SparkMatching::Line), None);
    assert_eq!(chosen(&unheard, &claim(&[]), SparkMatching::Line).as_deref(), Some("its own"));
}

#[test]
fn where_nobody_looks_everything_goes() {
    for installed in [Installed::Any, Installed::Each(versions(&["3.5.7"])), Installed::OneOf(versions(&[]))]
    {
        assert_eq!(chosen(&installed, &claim(&["9.9.9"]), SparkMatching::Any).as_deref(), Some("its own"));
        assert_eq!(chosen(&installed, &Claim::Asked(1), SparkMatching::Any).as_deref(), Some("its own"));
    }
}

#[test]
fn what_is_being_found_out_gets_nothing() {
    let each = Installed::Each(versions(&["3.5.7"]));
    assert_eq!(chosen(&each, &Claim::Asked(1), SparkMatching::Line), None);
    assert_eq!(chosen(&Installed::Asked(1), &claim(&["3.5.7"]), SparkMatching::Line), None);
}

#[test]
fn the_only_spark_of_all_workers_is_taken_where_it_may_be_the_one() {
    let line = (3, 5);
    for texts in [&["3.4.0", "3.5.9"][..], &[]] {
        assert_eq!(claim(texts).wanted(SparkMatching::Line, Some(line)), Wanted::Line(line, None));
    }
    assert_eq!(claim(&["4.0.0", "4.1.0"]).wanted(SparkMatching::Line, Some(line)), Wanted::Unknown);
}
