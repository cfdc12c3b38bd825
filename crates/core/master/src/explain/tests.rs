//! The words: one sentence for each reason, of one and of several.

use model::{ApplicationId, SparkVersion};

use super::{Explanation, Reason};

fn sparks(versions: &[&str]) -> Vec<SparkVersion> {
    versions.iter().map(|version| SparkVersion::parse(version).unwrap()).collect()
}

fn explanation(reasons: Vec<Reason>) -> Explanation {
    Explanation { since_ms: 0, needs: Some("4 cores and 8.0 GiB per executor".into()), reasons }
}

#[test]
fn all_that_stands_in_the_way_is_one_sentence() {
    let reasons = vec![
        Reason::NoRoom { workers: 5, cores: 2, memory_mib: 6144 },
        Reason::LacksSpark {
            workers: 3,
            wanted: "4.2.1".into(),
            there: sparks(&["3.4.4", "3.5.7", "4.0.5"]),
        },
        Reason::Decommissioning { workers: 2 },
        Reason::Ahead { application: ApplicationId::new("app-20261120092100-0007"), cores: 12 },
    ];
    assert_eq!(
        explanation(reasons).to_string(),
        "needs 4 cores and 8.0 GiB per executor; the freest of 5 Workers has 2 cores and 6.0 GiB left; 3 Workers lack \
         Spark 4.2.1 (the Workers have 3.4.4, 3.5.7 and 4.0.5); 2 Workers are decommissioning; \
         app-20261120092100-0007 ahead of it holds 12 cores"
    );
    let nobody = Explanation { needs: None, ..explanation(vec![Reason::NothingWanted]) };
    assert_eq!(nobody.to_string(), "it asks for no executor");
}

/// Each kind of reason with its word and its sentence, in the order of the variants.
fn all() -> Vec<(Reason, &'static str, &'static str)> {
    let fail = |failed, last: &str| Reason::ExecutorsFail { failed, last: last.into() };
    vec![
        (Reason::NoWorkers, "no_workers", "no Worker has registered"),
        (Reason::WorkersLost { workers: 1 }, "workers_lost", "1 Worker is lost"),
        (Reason::Decommissioning { workers: 1 }, "decommissioning", "1 Worker is decommissioning"),
        (
            Reason::LacksSpark { workers: 1, wanted: "4.2.1".into(), there: sparks(&["3.5.7"]) },
            "lacks_spark",
            "1 Worker lacks Spark 4.2.1 (the Workers have 3.5.7)",
        ),
        (Reason::AskingSpark, "asking_spark", "its Spark is being found out"),
        (
            Reason::SparkUnknown { candidates: sparks(&["3.5.0", "3.5.1", "3.5.9"]) },
            "spark_unknown",
            "which Spark it is of cannot be told (one of 3.5.0 to 3.5.9): name it with \
             spark.executorEnv.HEARTH_SPARK_VERSION",
        ),
        (
            Reason::NoRoom { workers: 1, cores: 1, memory_mib: 512 },
            "no_room",
            "1 Worker has 1 core and 512.0 MiB left",
        ),
        (
            Reason::MemoryLimit { workers: 2, needed_mib: 9011, free_mib: 3072 },
            "memory_limit",
            "with all that it takes beside the heap it needs 8.8 GiB, and the containers of 2 Workers have at most \
             3.0 GiB left",
        ),
        (
            Reason::Resource { workers: 2, name: "gpu".into(), needed: 2, free: 1 },
            "resource",
            "2 Workers have at most 1 gpu free, and it needs 2",
        ),
        (
            Reason::TooLarge { cores: 16, memory_mib: 61_440 },
            "too_large",
            "no Worker could hold it, not even an idle one: the largest has 16 cores and 60.0 GiB",
        ),
        (
            Reason::MaxCores { most: 2, needed: 4 },
            "max_cores",
            "one executor needs 4 cores, and the application may have 2 in all (spark.cores.max, or the Master's \
             spark.deploy.defaultCores)",
        ),
        (Reason::NothingWanted, "nothing_wanted", "it asks for no executor"),
        (
            Reason::Ahead { application: ApplicationId::new("app-7"), cores: 1 },
            "ahead",
            "app-7 ahead of it holds 1 core",
        ),
        (Reason::DriversHold { drivers: 1, cores: 2 }, "drivers_hold", "a driver holds 2 cores"),
        (
            Reason::MaxDrivers { most: 3 },
            "max_drivers",
            "3 drivers run, and no more may (spark.deploy.maxDrivers)",
        ),
        (
            fail(3, "exit status 1"),
            "executors_fail",
            "its last 3 executors failed, the last one so: exit status 1",
        ),
    ]
}

#[test]
fn each_reason_has_its_word_and_its_sentence() {
    let words: Vec<&str> = all()
        .iter()
        .map(|(reason, word, sentence)| {
            assert_eq!((reason.kind(), reason.to_string().as_str()), (*word, *sentence));
            *word
        })
        .collect();
    assert_eq!(words, Reason::KINDS);
}

#[test]
fn one_is_told_from_several_and_nothing_from_little() {
    let lacks = |wanted: &str, there: &[&str]| Reason::LacksSpark {
        workers: 3,
        wanted: wanted.into(),
        there: sparks(there),
    };
    let many: Vec<String> = (0..10).map(|number| format!("3.5.{number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    for (reason, sentence) in [
        (Reason::WorkersLost { workers: 4 }, "4 Workers are lost"),
        (lacks("", &[]), "3 Workers lack its Spark"),
        (
            lacks("3.4.0 to 3.4.4", &many),
            "3 Workers lack Spark 3.4.0 to 3.4.4 (the Workers have 10 Sparks from 3.5.0 to 3.5.9)",
        ),
        (
            Reason::SparkUnknown { candidates: Vec::new() },
            "which Spark it is of cannot be told: name it with spark.executorEnv.HEARTH_SPARK_VERSION",
        ),
        (
            Reason::SparkUnknown { candidates: sparks(&["3.5.0", "4.0.0"]) },
            "which Spark it is of cannot be told (3.5.0 or 4.0.0): name it with spark.executorEnv.HEARTH_SPARK_VERSION",
        ),
        (Reason::NoRoom { workers: 5, cores: 0, memory_mib: 512 }, "all cores of 5 Workers are in use"),
        (Reason::NoRoom { workers: 1, cores: 3, memory_mib: 0 }, "all memory of 1 Worker is in use"),
        (
            Reason::NoRoom { workers: 2, cores: 3, memory_mib: 0 },
            "the freest of 2 Workers has 3 cores and 0.0 B left",
        ),
        (
            Reason::Resource { workers: 1, name: "gpu".into(), needed: 2, free: 0 },
            "1 Worker has no gpu free, and it needs 2",
        ),
        (
            Reason::MemoryLimit { workers: 1, needed_mib: 2048, free_mib: 0 },
            "with all that it takes beside the heap it needs 2.0 GiB, and the container of 1 Worker has nothing left",
        ),
        (Reason::DriversHold { drivers: 3, cores: 1 }, "3 drivers hold 1 core"),
        (Reason::MaxDrivers { most: 1 }, "1 driver runs, and no more may (spark.deploy.maxDrivers)"),
        (
            Reason::ExecutorsFail { failed: 1, last: "exit status 1".into() },
            "its last executor failed: exit status 1",
        ),
    ] {
        assert_eq!(reason.to_string(), sentence);
    }
}

#[test]
fn what_a_peer_says_breaks_no_line() {
    let last = "no\nsuch\u{1b}[2J file\n".to_owned();
    let told = explanation(vec![Reason::ExecutorsFail { failed: 1, last }]).to_string();
    assert!(told.ends_with("failed: no such [2J file"), "{told}");
}

#[test]
fn who_asks_for_nothing_is_idle() {
    assert!(explanation(vec![Reason::NothingWanted]).is_idle());
    let waits = explanation(vec![Reason::NoWorkers, Reason::NothingWanted]);
    assert!(!waits.is_idle());
    assert_eq!(waits.kind(), Some("no_workers"));
}
