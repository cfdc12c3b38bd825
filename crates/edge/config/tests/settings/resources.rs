//! Custom resources: found by a script, listed in a file, or not there.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Case, case, shown};

const KEY: &str = "spark.worker.resource.gpu";

/// While one thread forks, a script that another one still writes is busy (ETXTBSY): one test at a time.
fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn with_script(script: &str, amount: &str) -> Case {
    let case = case().ready_for_a_worker().program("find.sh", script);
    let program = case.path("find.sh");
    let text = format!("{KEY}.amount {amount}\n{KEY}.discoveryScript {}\n", shown(&program));
    case.defaults(&text)
}

fn printing(json: &str) -> String {
    format!("#!/bin/sh\necho '{json}'\n")
}

#[test]
fn a_script_tells_the_addresses() {
    let _turn = alone();
    let case = with_script(&printing(r#"{"name": "gpu", "addresses": ["0", "1"]}"#), "2");
    let resources = case.quiet_worker().resources;
    assert_eq!(resources.len(), 1);
    assert_eq!(
        (resources[0].name.as_str(), resources[0].addresses.as_slice()),
        ("gpu", &["0".into(), "1".into()][..])
    );
}

#[test]
fn a_script_that_fails_short_or_speaks_otherwise_is_named() {
    let _turn = alone();
    let error = with_script(&printing(r#"{"name": "gpu", "addresses": ["0"]}"#), "2").worker_error();
    assert!(error.ends_with(".amount is '2': more than the 1 that were found; write at most 1"), "{error}");
    let error = with_script(&printing(r#"{"name": "fpga", "addresses": ["0"]}"#), "1").worker_error();
    assert!(error.contains("it speaks of 'fpga' instead of 'gpu'"), "{error}");
    let error = with_script(&printing("no JSON"), "1").worker_error();
    assert!(error.contains("find.sh': it printed no JSON"), "{error}");
    let error = with_script("#!/bin/sh\nexit 4\n", "1").worker_error();
    assert!(error.contains("exit status: 4"), "{error}");
    let error = with_script(&printing("{}"), "many").worker_error();
    assert!(error.contains("no name or no addresses"), "{error}");
}

#[test]
fn a_file_lists_them_without_a_script() {
    let case = case().ready_for_a_worker().file(
        "resources.json",
        r#"[{"id": {"componentName": "spark.worker", "resourceName": "gpu"}, "addresses": ["7"]},
            {"id": {"componentName": "spark.driver", "resourceName": "gpu"}, "addresses": ["8"]}]"#,
    );
    let file = case.path("resources.json");
    let case = case.defaults(&format!("{KEY}.amount 1\nspark.worker.resourcesFile {}\n", shown(&file)));
    assert_eq!(case.quiet_worker().resources[0].addresses, ["7"]);
    let case = case.file("resources.json", "[{}]");
    assert!(case.worker_error().contains("resources.json: an entry lacks its id or its addresses"));
}

#[test]
fn an_amount_without_a_source_says_what_to_set() {
    let error = case().ready_for_a_worker().defaults(&format!("{KEY}.amount 1")).worker_error();
    assert!(error.starts_with("spark.worker.resource.gpu.discoveryScript is not set; set it to"), "{error}");
}
