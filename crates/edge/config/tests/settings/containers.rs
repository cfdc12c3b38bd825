//! What a Worker offers in a container.

use edge_config::{ContainerMemory, CpuQuota, Limits, ProcessCgroups};

use super::{Case, case};

fn memory(mib: u64) -> Limits {
    Limits { memory_bytes: Some(mib << 20), cpu: None }
}

fn cpu(quota_us: u64) -> Limits {
    Limits { memory_bytes: None, cpu: Some(CpuQuota { quota_us, period_us: 100_000 }) }
}

/// A Worker of a machine with 8 cores and 16 GiB in a container.
fn within(container: Limits) -> Case {
    let mut case = case().ready_for_a_worker();
    case.machine.container = container;
    case
}

fn warning(case: &Case) -> String {
    let (_, warnings) = case.worker().unwrap();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    warnings[0].0.clone()
}

#[test]
fn the_limit_less_the_reserve_is_offered() {
    let settings = within(memory(1229)).quiet_worker();
    assert_eq!(settings.memory_mib, 1101);
    let whole = ContainerMemory { limit_mib: 1229, for_processes_mib: 1101 };
    assert_eq!(settings.container_memory, Some(whole));
    assert_eq!(settings.process_cgroups, ProcessCgroups::Auto);
    let settings = within(memory(1229)).defaults("spark.hearth.worker.memoryReserve 229m").quiet_worker();
    assert_eq!(settings.memory_mib, 1000);
    let settings = within(memory(1229)).variable("SPARK_WORKER_MEMORY", "1g").quiet_worker();
    assert_eq!((settings.memory_mib, settings.container_memory), (1024, Some(whole)));
}

#[test]
fn more_than_there_is_is_cut() {
    let case = within(memory(1229)).variable("SPARK_WORKER_MEMORY", "2g");
    assert_eq!(case.worker().unwrap().0.memory_mib, 1101);
    let text = warning(&case);
    assert!(text.starts_with("SPARK_WORKER_MEMORY is 2048 MiB, of which the Worker offers 1101"), "{text}");
    assert!(text.contains("limit is 1229 MiB, and 128 of them"), "{text}");
    assert!(warning(&case.flag("--memory", "1200m")).starts_with("--memory is 1200 MiB, of which"));
}

#[test]
fn a_limit_that_leaves_nothing_is_no_start() {
    let error = within(memory(100)).worker_error();
    assert_eq!(
        error,
        "nothing is left for executors: the container's memory limit is 100 MiB, and 128 of them are kept for the Worker \
         itself; raise the limit, or lower spark.hearth.worker.memoryReserve"
    );
}

#[test]
fn a_limit_beyond_the_machine_is_none() {
    for limit in [16_384, 1 << 30] {
        let settings = within(memory(limit)).quiet_worker();
        assert_eq!((settings.memory_mib, settings.container_memory), (15_360, None));
    }
}

#[test]
fn cores_that_are_there_in_part_are_not_promised() {
    for (quota_us, cores) in [(60_000, 1), (100_000, 1), (250_000, 2), (300_000, 3), (10_000_000, 8)] {
        assert_eq!(within(cpu(quota_us)).quiet_worker().cores, cores, "{quota_us}");
    }
}

#[test]
fn more_cores_than_there_are_are_taken_with_a_warning() {
    let case = within(cpu(250_000)).variable("SPARK_WORKER_CORES", "3");
    assert_eq!(case.worker().unwrap().0.cores, 3);
    assert!(
        warning(&case).starts_with("SPARK_WORKER_CORES is 3, more than the 2.5 that the container may use")
    );
    assert_eq!(within(cpu(250_000)).variable("SPARK_WORKER_CORES", "2").quiet_worker().cores, 2);
    assert_eq!(
        within(cpu(60_000)).variable("SPARK_WORKER_CORES", "1").quiet_worker().cores,
        1,
        "there is no less"
    );
    assert!(
        warning(&within(cpu(60_000)).flag("--cores", "2"))
            .starts_with("--cores is 2, more than the 0.6 that")
    );
}

#[test]
fn several_workers_divide_what_nobody_asked_for_otherwise() {
    let two = |case: &Case| case.worker().unwrap().0.one_of(2, &case.sources());
    let (settings, warning) = two(&case().ready_for_a_worker());
    assert_eq!(
        (settings.cores, settings.memory_mib, settings.container_memory, warning),
        (4, 7680, None, None)
    );
    let (settings, _) =
        two(&case().ready_for_a_worker().variable("SPARK_WORKER_CORES", "3").flag("--memory", "1g"));
    assert_eq!((settings.cores, settings.memory_mib), (3, 1024));

    let half = ContainerMemory { limit_mib: 2048, for_processes_mib: 960 };
    let (settings, warning) = two(&within(memory(2048)));
    assert_eq!((settings.memory_mib, settings.container_memory, warning), (960, Some(half), None));
    let (settings, warning) = two(&within(memory(2048)).flag("--memory", "1g"));
    assert_eq!((settings.memory_mib, settings.container_memory), (960, Some(half)));
    let text = warning.unwrap().0;
    assert!(text.starts_with("each of 2 Workers was to offer 1024 MiB and offers 960"), "{text}");
}

/// A JVM takes the container's memory for the machine's, and counts a core that is there in part.
#[test]
fn without_container_limits_it_counts_as_sparks_worker_does() {
    let plain = |container| within(container).defaults("spark.hearth.worker.containerLimits false");
    let settings = plain(memory(4096)).quiet_worker();
    assert_eq!((settings.memory_mib, settings.container_memory), (3072, None));
    assert_eq!(plain(memory(1229)).quiet_worker().memory_mib, 1024);
    assert_eq!(plain(memory(1229)).variable("SPARK_WORKER_MEMORY", "8g").quiet_worker().memory_mib, 8192);
    assert_eq!(plain(cpu(250_000)).quiet_worker().cores, 3);
    assert_eq!(plain(cpu(250_000)).variable("SPARK_WORKER_CORES", "7").quiet_worker().cores, 7);
}

#[test]
fn groups_of_their_own_are_a_choice() {
    let chosen = |text: &str| {
        case().ready_for_a_worker().defaults(&format!("spark.hearth.worker.processCgroups {text}"))
    };
    assert_eq!(chosen("on").quiet_worker().process_cgroups, ProcessCgroups::On);
    assert_eq!(chosen("Off").quiet_worker().process_cgroups, ProcessCgroups::Off);
    assert!(chosen("yes").worker_error().contains("'yes': none of auto, on and off"));
    let typo = case().ready_for_a_worker().defaults("spark.hearth.worker.memoryReserves 1g");
    assert!(warning(&typo).contains("did you mean spark.hearth.worker.memoryReserve?"));
}
