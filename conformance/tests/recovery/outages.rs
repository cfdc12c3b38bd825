//! A store that is slow, full, refusing or damaged: a clear error, and running jobs go on.

use std::collections::BTreeMap;
use std::time::Duration;

use conformance::daemon::Offer;
use conformance::job::LET_IN;
use conformance::masters::{self, Kind, Place, Succession};
use conformance::process::Process;
use conformance::service::Service;
use conformance::small_disk::SmallDisk;
use conformance::spark::is_whole_matrix;
use conformance::wait::{JOB_PATIENCE, PATIENCE, until_true};
use conformance::{Cluster, Failure, Job, Layout, Master, Result, Sandbox, ShortCut, Spark, Subject, moto};
use stand_ins::{Fault, FaultyStore};

use crate::{ends_right, held_job, processes};

const LAYOUT: Layout = Layout {
    master: Subject::Hearth,
    worker: Subject::Hearth,
    workers: 2,
    offer: Offer { cores: 3, memory_mib: 3072 },
};

/// Each with what the log has to say of it beside the object's name.
const FAULTS: [(Fault, &str); 6] = [
    (Fault::Refuses(500), "500"),
    (Fault::Refuses(503), "503"),
    (Fault::Refuses(507), "507"),
    (Fault::Refuses(409), "409"),
    (Fault::Refuses(403), "403"),
    (Fault::Takes(Duration::from_secs(30)), "no answer within"),
];

#[test]
fn a_store_that_does_not_write_holds_up_what_is_new_and_nothing_else() -> Result<()> {
    if !is_whole_matrix("a store that does not write") {
        return Ok(());
    }
    for spark in Spark::of_matrix(ShortCut::Last)? {
        let sandbox = Sandbox::new(&format!("outage-{}", spark.version()))?;
        let place = Place::start(Kind::S3, &sandbox, &spark)?;
        let store = address(&place)?;
        let faulty = FaultyStore::before(&store)?;
        masters::use_store(&sandbox, &faulty.address())?;
        let mut succession = Succession::start(&sandbox, &spark, &place, LAYOUT)?;
        let (gate, mut job) = held_job(&succession.cluster)?;
        let running = processes(&sandbox);
        for (fault, words) in FAULTS {
            holds_up_what_is_new(&mut succession.cluster, &faulty, fault, words, &store)?;
            until_true("what ran to run alone again", PATIENCE, || Ok(processes(&sandbox) == running))?;
        }
        succession.kill_leader()?;
        ends_right(&gate, &mut job)?;
        succession.stop()?;
        place.end()?;
        sandbox.end()?;
    }
    Ok(())
}

fn address(place: &Place) -> Result<String> {
    let none = || Failure::unexpected("the place has no server");
    place.service.as_ref().map(Service::address).ok_or_else(none)
}

fn holds_up_what_is_new(
    cluster: &mut Cluster<'_>,
    faulty: &FaultyStore,
    fault: Fault,
    words: &str,
    store: &str,
) -> Result<()> {
    let before = moto::objects(store)?;
    let said_before = cluster.master.process.log().len();
    faulty.order(Some(fault));
    let mut pi = cluster.submit(&Job::pi(&cluster.spark))?;
    until_true(format!("a complaint of {words}"), JOB_PATIENCE, || {
        let log = cluster.master.process.log().split_off(said_before);
        let complains = |line: &str| line.contains("states/cluster") && line.contains(words);
        Ok(log.lines().any(|line| complains(line) && line.contains("It is tried again")))
    })?;
    until_true("the Master to try again", JOB_PATIENCE, || Ok(faulty.met() >= 2))?;
    let said = pi.process.log();
    assert!(!said.contains(LET_IN), "{fault:?}: let in before it was durable: {said}");
    assert!(cluster.master.leads(), "{fault:?}");
    faulty.order(None);
    pi.answer("Pi is roughly ", JOB_PATIENCE)?;
    let after = moto::objects(store)?;
    for (name, bytes) in before.iter().filter(|(name, _)| name.contains("/log/")) {
        let is_whole = after.get(name).is_none_or(|now| now == bytes);
        assert!(is_whole, "{fault:?}: {name} was overwritten");
    }
    Ok(())
}

#[test]
fn a_damaged_record_is_named_and_left_alone() -> Result<()> {
    for spark in Spark::of_matrix(ShortCut::First)? {
        let sandbox = Sandbox::new(&format!("damaged-{}", spark.version()))?;
        let place = Place::start(Kind::S3, &sandbox, &spark)?;
        let store = address(&place)?;
        let mut succession = Succession::start(&sandbox, &spark, &place, LAYOUT)?;
        let (gate, mut job) = held_job(&succession.cluster)?;
        let running = processes(&sandbox);
        let (name, whole, damaged) = damage(&store)?;
        succession.cluster.master.process.kill()?;
        // Who comes next cannot know what was promised, and says so instead of beginning anew.
        let Some(mut standby) = succession.standby.take() else {
            return Err(Failure::unexpected("no Master stands by"));
        };
        assert!(!standby.process.wait(PATIENCE)?.success());
        let (log, entry) = (standby.process.log(), name.trim_start_matches("cluster/log/"));
        assert!(log.lines().any(|line| line.contains(entry) && line.contains("checksum")), "{name}: {log}");
        assert_eq!(moto::objects(&store)?.get(&name), Some(&damaged), "it was overwritten");
        assert_eq!(processes(&sandbox), running, "what ran does not run any more");
        assert!(job.process.is_running()?);
        // Put right by an operator, the record is as good as before.
        moto::put(&store, &name, &whole)?;
        succession.cluster.master = succession.start_candidate(succession.cluster.master.port())?;
        until_true("the Master to lead", PATIENCE, || Ok(succession.cluster.master.leads()))?;
        ends_right(&gate, &mut job)?;
        succession.stop()?;
        place.end()?;
        sandbox.end()?;
    }
    Ok(())
}

/// Flips a bit of the entry that holds the application. Gives its name, and what it was and is.
fn damage(store: &str) -> Result<(String, Vec<u8>, Vec<u8>)> {
    let objects: BTreeMap<String, Vec<u8>> = moto::objects(store)?;
    let holds = |bytes: &[u8]| bytes.windows(7).any(|window| window == b"\"client");
    let found = objects.into_iter().find(|(name, bytes)| name.contains("/log/") && holds(bytes));
    let (name, whole) =
        found.ok_or_else(|| Failure::unexpected("no entry of the log names the application"))?;
    let mut damaged = whole.clone();
    if let Some(at) = whole.windows(7).position(|window| window == b"\"client") {
        damaged[at + 1] ^= 1;
    }
    moto::put(store, &name, &damaged)?;
    Ok((name, whole, damaged))
}

#[test]
fn a_full_directory_holds_up_what_is_new_and_nothing_else() -> Result<()> {
    if !is_whole_matrix("a full disk under a Master") {
        return Ok(());
    }
    for spark in Spark::of_matrix(ShortCut::Last)? {
        let sandbox = Sandbox::new(&format!("full-{}", spark.version()))?;
        let Some(disk) = SmallDisk::new(&sandbox, "a full disk under a Master")? else {
            return sandbox.end();
        };
        masters::use_directory(&sandbox, disk.folder())?;
        let master = Master::start_on_disk(&sandbox, &spark, "master", &disk)?;
        let url = master.url();
        let cluster = Cluster::around(&sandbox, &spark, master, url, LAYOUT)?;
        let (gate, mut job) = held_job(&cluster)?;
        let running = processes(&sandbox);
        disk.fill(&cluster.master.process)?;
        let mut pi = cluster.submit(&Job::pi(&spark))?;
        until_true("the Master to say that the disk is full", JOB_PATIENCE, || {
            Ok(says_full(&cluster.master.process, &disk))
        })?;
        assert!(!pi.process.log().contains(LET_IN), "let in before it was durable");
        assert_eq!(processes(&sandbox), running);
        disk.free(&cluster.master.process)?;
        pi.answer("Pi is roughly ", JOB_PATIENCE)?;
        ends_right(&gate, &mut job)?;
        cluster.stop()?;
        sandbox.end()?;
    }
    Ok(())
}

fn says_full(master: &Process, disk: &SmallDisk) -> bool {
    let folder = disk.folder().to_string_lossy();
    let full = |line: &str| line.contains(&*folder) && line.contains("No space left on device");
    master.log().lines().any(full)
}
