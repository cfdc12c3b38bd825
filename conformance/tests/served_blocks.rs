//! What the shuffle service gives out while something goes wrong: it is killed in the middle of a fetch, a block is damaged on
//! its disk, or nothing but a cache on a disk is left of an executor.

use std::fs;
use std::path::{Path, PathBuf};

use conformance::daemon::Offer;
use conformance::shuffle_service::{self, Held, MAP_TASKS, ShuffleService};
use conformance::wait::{JOB_PATIENCE, until_true};
use conformance::{Cluster, Failure, Job, Layout, Result, Sandbox, ShortCut, Spark, Subject};

/// Readers of `half_read.py`.
const READERS: usize = 2;

/// All that its map tasks write.
const WRITTEN_BYTES: u64 = 64 << 20;

fn layout(cores: u32) -> Layout {
    Layout { offer: Offer { cores, memory_mib: 1024 * cores }, ..Layout::of(Subject::under_test(), 1) }
}

/// `half_read.py`; its executors ask for one block after the other, and the service for each.
fn half_read(sandbox: &Sandbox, name: &str) -> Result<(Job, PathBuf)> {
    let (job, folder) = Held::job_of(sandbox, name, "half_read.py")?;
    let job = job
        .conf("spark.shuffle.readHostLocalDisk", "false")
        .conf("spark.reducer.maxReqsInFlight", "1")
        .conf("spark.reducer.maxBlocksInFlightPerAddress", "1");
    Ok((job, folder))
}

fn wait_until_executors_left(sandbox: &Sandbox) -> Result<()> {
    until_true("the idle executors to be gone", JOB_PATIENCE, || Ok(sandbox.executors().is_empty()))
}

/// The files below the folders of executors whose names are such ones.
fn blocks(folder: &Path, is_such: &dyn Fn(&str) -> bool) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .flat_map(|entry| match entry.path() {
            path if path.is_dir() => blocks(&path, is_such),
            path if is_such(&entry.file_name().to_string_lossy()) => vec![path],
            _ => Vec::new(),
        })
        .collect()
}

/// The answer of `half_read.py`, which must be right.
fn check_answer(held: &mut Held) -> Result<()> {
    let answer = held.job.answer("RESULT", JOB_PATIENCE)?;
    match answer.split(' ').collect::<Vec<_>>()[..] {
        [bytes, sum, expected] if sum == expected && bytes == WRITTEN_BYTES.to_string() => Ok(()),
        _ => Err(Failure::unexpected(format!("the job answered {answer}"))),
    }
}

#[test]
fn a_service_that_is_killed_in_the_middle_of_a_fetch_costs_no_map_stage() -> Result<()> {
    for spark in Spark::of_matrix(ShortCut::First)? {
        let sandbox = Sandbox::new(&format!("killed-in-fetch-{}", spark.version()))?;
        let port = shuffle_service::settings(&sandbox)?;
        let start = |name| ShuffleService::start(&sandbox, &spark, Subject::under_test(), name, port);
        let mut first = start("shuffle-service")?;
        let cluster = Cluster::start(&sandbox, &spark, layout(2))?;
        let (job, folder) = half_read(&sandbox, "killed")?;
        // Nothing is compressed: what a pipe holds is known.
        let job = job.conf("spark.shuffle.compress", "false");
        let mut held = Held::written(cluster.submit(&job)?, folder)?;
        wait_until_executors_left(&sandbox)?;
        let before = first.given()?;
        held.read()?;
        held.wait_for("reading-", READERS)?;
        let in_between = first.given()?;
        first.process.kill()?;
        held.allow("go")?;
        let mut again = start("shuffle-service-again")?;
        check_answer(&mut held)?;
        if let (Some(before), Some(in_between), Some(after)) = (before, in_between, again.given()?) {
            let (read, after) = (in_between.blocks - before.blocks, after.blocks);
            assert!(
                read > 0 && after > 0,
                "{read} blocks were given out before the service was killed, {after} after"
            );
            // A block that was under way comes twice.
            let most = (MAP_TASKS * READERS + READERS) as u64;
            assert!(read + after <= most, "{read} and {after} blocks were given out, more than {most}");
        }
        assert_eq!(held.map_tasks(), MAP_TASKS, "a map task ran again");
        assert_eq!(held.count("reading-"), READERS, "a stage ran again");
        cluster.stop()?;
        again.process.terminate(JOB_PATIENCE)?;
        sandbox.end()?;
    }
    Ok(())
}

/// The algorithms that a Spark knows; its own default is the first one.
fn algorithms(spark: &Spark) -> &'static [&'static str] {
    if spark.major() < 4 { &["ADLER32", "CRC32"] } else { &["ADLER32", "CRC32C"] }
}

#[test]
fn a_block_that_is_damaged_on_its_disk_is_diagnosed() -> Result<()> {
    for spark in Spark::of_matrix(ShortCut::Last)? {
        let sandbox = Sandbox::new(&format!("damaged-{}", spark.version()))?;
        let port = shuffle_service::settings(&sandbox)?;
        // Inside a Worker Spark's own service knows no cause: there checksums go with their executor.
        let subject = Subject::under_test();
        let mut service = ShuffleService::start(&sandbox, &spark, subject, "shuffle-service", port)?;
        let cluster = Cluster::start(&sandbox, &spark, layout(2))?;
        for algorithm in algorithms(&spark) {
            let (job, folder) = half_read(&sandbox, algorithm)?;
            let job = job.conf("spark.shuffle.checksum.algorithm", *algorithm);
            let mut held = Held::written(cluster.submit(&job)?, folder)?;
            wait_until_executors_left(&sandbox)?;
            let data = blocks(&sandbox.path("local"), &|name| {
                name.starts_with("shuffle_") && name.ends_with(".data")
            });
            damage(data.first().ok_or_else(|| Failure::unexpected("no shuffle file is there"))?)?;
            held.allow("go")?;
            held.read()?;
            // The map task of the damaged file runs again.
            check_answer(&mut held)?;
            let said = "is corrupted due to DISK_ISSUE";
            let log = held.job.process.log();
            assert!(log.contains(said), "{algorithm}: the driver's log does not say '{said}'");
            assert!(held.map_tasks() > MAP_TASKS, "{algorithm}: no map task ran again");
        }
        cluster.stop()?;
        service.process.terminate(JOB_PATIENCE)?;
        sandbox.end()?;
    }
    Ok(())
}

/// Turns some bits in the middle of a file.
fn damage(file: &Path) -> Result<()> {
    let failed = || Failure::io(format!("damage {}", file.display()));
    let mut content = fs::read(file).map_err(failed())?;
    let middle = content.len() / 4;
    content[middle] ^= 0x55;
    fs::write(file, content).map_err(failed())
}

/// Where the second Worker runs, so that blocks are not read as those of one's own host.
const OTHER_HOST: &str = "127.0.0.2";

#[test]
fn rdds_cached_on_disks_outlive_their_executors() -> Result<()> {
    for spark in Spark::of_matrix(ShortCut::Last)? {
        let sandbox = Sandbox::new(&format!("cached-on-disk-{}", spark.version()))?;
        let port = shuffle_service::settings(&sandbox)?;
        sandbox.configure([("spark.shuffle.service.fetch.rdd.enabled", "true")])?;
        // One service for both hosts, which are one machine.
        let mut service =
            ShuffleService::start(&sandbox, &spark, Subject::under_test(), "shuffle-service", port)?;
        let mut cluster = Cluster::start(&sandbox, &spark, layout(1))?;
        cluster.add_worker_on(OTHER_HOST, layout(1))?;
        let (job, folder) = Held::job_of(&sandbox, "cached", "cached_on_disk.py")?;
        let mut held = Held::written(cluster.submit(&job)?, folder)?;
        wait_until_executors_left(&sandbox)?;
        let cached = || blocks(&sandbox.path("local"), &|name| name.starts_with("rdd_"));
        assert_eq!(cached().len(), 2, "{:?}", cached());
        held.read()?;
        held.wait_for("emptied", 1)?;
        // Of the two partitions one lies on the other host than the task that reads both.
        if let Some(given) = service.given()? {
            assert!(given.blocks > 0, "{given:?}");
        }
        assert_eq!(cached(), Vec::<PathBuf>::new(), "what is not cached any more is left");
        held.allow("go")?;
        let total = 200_000_u64 * 200_001 / 2;
        assert_eq!(held.job.answer("RESULT", JOB_PATIENCE)?, total.to_string());
        assert_eq!(held.map_tasks(), 2, "a partition was computed again");
        cluster.stop()?;
        service.process.terminate(JOB_PATIENCE)?;
        sandbox.end()?;
    }
    Ok(())
}
