//! What is needed beside the heap, and in which words.

use std::collections::BTreeMap;

use model::{Command, ExecutorResourceRequest};

use super::*;

fn profile(amounts: &[(&str, u64)]) -> ResourceProfile {
    let request = |amount: u64| ExecutorResourceRequest { amount, ..Default::default() };
    let executor_resources =
        amounts.iter().map(|(name, amount)| ((*name).to_owned(), request(*amount))).collect();
    ResourceProfile { id: 0, executor_resources, task_resources: BTreeMap::new() }
}

fn total_of_executor(amounts: &[(&str, u64)]) -> u32 {
    let application = ApplicationDescription {
        name: "pi".into(),
        user: "alice".into(),
        max_cores: None,
        command: Command::default(),
        app_ui_url: String::new(),
        event_log_dir: None,
        event_log_codec: None,
        initial_executor_limit: None,
        default_profile: profile(amounts),
    };
    Needs::of_executor(&application, &application.default_profile).total_mib
}

#[test]
fn an_executor_takes_more_than_its_heap() {
    assert_eq!(total_of_executor(&[("memory", 1024)]), 1024 + 384, "a tenth would be less than the least");
    assert_eq!(total_of_executor(&[("memory", 10_240)]), 10_240 + 1024);
    assert_eq!(total_of_executor(&[("memory", 2048), ("memoryOverhead", 512)]), 2560);
    let with_all = [("memory", 1024), ("memoryOverhead", 100), ("offHeap", 200), ("pyspark.memory", 300)];
    assert_eq!(total_of_executor(&with_all), 1624);
    assert_eq!(total_of_executor(&[]), 1024 + 384);
    assert_eq!(total_of_executor(&[("memory", u64::MAX), ("offHeap", u64::MAX)]), u32::MAX);
}

fn total_of_driver(options: &[&str]) -> u32 {
    let java_options = options.iter().map(|&option| option.to_owned()).collect();
    let command = Command { java_options, ..Command::default() };
    Needs::of_driver(&DriverDescription { memory_mib: 8192, command, ..Default::default() }).total_mib
}

#[test]
fn a_driver_says_among_its_options_what_it_takes_beside_its_heap() {
    assert_eq!(total_of_driver(&[]), 8192 + 819);
    assert_eq!(total_of_driver(&["-Dspark.driver.memoryOverhead=1g"]), 8192 + 1024);
    assert_eq!(total_of_driver(&["-Dspark.driver.memoryOverhead=300"]), 8192 + 300);
    assert_eq!(total_of_driver(&["-Dspark.driver.memoryOverheadFactor=0.5"]), 8192 + 4096);
    assert_eq!(total_of_driver(&["-Dspark.driver.minMemoryOverhead=2g"]), 8192 + 2048);
    assert_eq!(total_of_driver(&["-Dspark.driver.memoryOverhead=much"]), 8192 + 819);
}

#[test]
fn needs_are_told_in_words() {
    let needs = Needs {
        cores: Some(4),
        memory_mib: 8192,
        total_mib: 9011,
        resources: vec![("gpu".into(), 1)],
        spark: Wanted::Any,
    };
    assert_eq!(needs.text(), "4 cores, 8.0 GiB and 1 gpu");
    let any_cores = Needs { cores: None, resources: Vec::new(), ..needs };
    assert_eq!(any_cores.text(), "1 core or more and 8.0 GiB");
}
