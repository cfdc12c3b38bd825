//! What executors print: logs that roll, folders that are cleaned, a disk that is full.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use conformance::process::Process;
use conformance::shuffle::Gate;
use conformance::small_disk::SmallDisk;
use conformance::wait::{JOB_PATIENCE, PATIENCE, until, until_true};
use conformance::{
    Cluster, Failure, Job, Layout, Result, RunningJob, Sandbox, ShortCut, Spark, Subject, binary,
};

/// How many lines a task prints at once; each has 24 bytes.
const LINES: usize = 20_000;

/// A minute's log ends with its minute, and then somebody has to print something.
const MINUTE_AND_MORE: Duration = Duration::from_secs(150);

fn with_cluster(
    name: &str,
    short_cut: ShortCut,
    settings: &[(&str, &str)],
    body: impl Fn(&Cluster<'_>) -> Result<()>,
) -> Result<()> {
    for spark in Spark::of_matrix(short_cut)? {
        let sandbox = Sandbox::new(&format!("{name}-{}", spark.version()))?;
        sandbox.configure(settings.iter().copied())?;
        let cluster = Cluster::start(&sandbox, &spark, Layout::of(Subject::under_test(), 1))?;
        body(&cluster)?;
        cluster.stop()?;
        sandbox.end()?;
    }
    Ok(())
}

/// A job whose only task prints so many lines and goes on printing until the gate is opened.
fn printing(cluster: &Cluster<'_>, gate: &Gate, lines: usize) -> Result<RunningJob> {
    let job = Job::of_ours("printing", "printing.py").argument(lines.to_string());
    cluster.submit(&job.argument(gate.folder().to_string_lossy()).conf("spark.cores.max", "1"))
}

/// The folder of the first executor of the only application that has one.
fn executor_folder(cluster: &Cluster<'_>) -> Result<PathBuf> {
    until("an executor's folder", JOB_PATIENCE, || {
        let work = cluster.sandbox.path("work-worker0");
        let applications = fs::read_dir(work).into_iter().flatten().flatten();
        Ok(applications.map(|one| one.path().join("0")).find(|folder| folder.join("stderr").exists()))
    })
}

/// Waits until the last line is in the log, then lets the job end and its executor's log with it. Gives how many lines
/// were printed.
fn end(cluster: &Cluster<'_>, job: &mut RunningJob, gate: &Gate) -> Result<usize> {
    gate.open()?;
    let printed = job.printed("RESULT", JOB_PATIENCE)?;
    let printed: usize = printed.parse().map_err(|_| Failure::unexpected("no number"))?;
    let folder = executor_folder(cluster)?;
    until_true("the last line to be in the log", PATIENCE, || {
        let files = aside(&folder).into_iter().chain([folder.join("stderr")]);
        let text = files.map(|file| read(&file)).collect::<Result<String>>().unwrap_or_default();
        Ok(numbers(&text).last() == Some(&(printed - 1)))
    })?;
    fs::write(gate.folder().join("end"), []).map_err(Failure::io("let the job end"))?;
    job.result(JOB_PATIENCE)?;
    until_true("the Worker to have seen the executor's end", PATIENCE, || {
        Ok(!cluster.workers[0].state()?.finished.is_empty())
    })?;
    Ok(printed)
}

/// The logs that were put aside, in their order, compressed or not.
fn aside(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).into_iter().flatten().flatten().map(|one| one.path());
    let mut aside: Vec<_> = paths.filter(|path| name(path).starts_with("stderr--")).collect();
    aside.sort_by_key(|path| name(path).trim_end_matches(".gz").to_owned());
    aside
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn read(path: &Path) -> Result<String> {
    let output = if path.extension().is_some_and(|extension| extension == "gz") {
        let output = Command::new("gzip").args(["-dc"]).arg(path).output();
        output.map(|output| output.stdout)
    } else {
        fs::read(path)
    };
    let bytes = output.map_err(Failure::io(format!("read {}", path.display())))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Whether a name is that of a log by size: its moment, and a number where two were put aside in one millisecond.
fn is_by_size(name: &str) -> bool {
    let pattern = "stderr--0000-00-00--00-00-00--0000";
    let (moment, rest) = name.split_at(name.len().min(pattern.len()));
    let number = rest.strip_prefix("--").unwrap_or_default();
    looks_like(moment, pattern) && (rest.is_empty() || number.parse::<u32>().is_ok())
}

/// Whether a name is `stderr--` with digits where `pattern` has a 0.
fn looks_like(name: &str, pattern: &str) -> bool {
    name.len() == pattern.len()
        && name.chars().zip(pattern.chars()).all(|(one, wanted)| match wanted {
            '0' => one.is_ascii_digit(),
            _ => one == wanted,
        })
}

/// The numbers of the task's lines, in their order. The executor passes on what a task prints in pieces, and its own messages
/// may stand between the pieces of a line.
fn numbers(text: &str) -> Vec<usize> {
    without_messages(text)
        .lines()
        .filter_map(|line| line.strip_prefix("line ")?.strip_suffix(" of the task")?.parse().ok())
        .collect()
}

/// Without what the executor itself says: from `26/11/26 09:12:00 INFO` to the end of that line.
fn without_messages(text: &str) -> String {
    let mut kept = String::new();
    for line in text.split_inclusive('\n') {
        let moment = (0..line.len()).find(|&at| line.get(at..at + 18).is_some_and(is_moment));
        kept.push_str(moment.map_or(line, |at| line.split_at(at).0));
    }
    kept
}

fn is_moment(text: &str) -> bool {
    text.chars().zip("00/00/00 00:00:00 ".chars()).all(|(one, wanted)| match wanted {
        '0' => one.is_ascii_digit(),
        _ => one == wanted,
    })
}

#[test]
fn a_message_between_the_pieces_of_a_line_hides_no_line() {
    let text = "line 0000007 of26/11/26 09:12:00 INFO Executor: Running task 0.0\n the task\nline 0000008 of the task\n\
                line 0000009 of the task26/11/26 09:12:01 INFO Executor: Finished task 0.0\n\n";
    assert_eq!(numbers(text), [7, 8, 9]);
}

#[test]
fn by_size_every_line_is_in_one_of_the_files() -> Result<()> {
    let settings =
        [("spark.executor.logs.rolling.strategy", "size"), ("spark.executor.logs.rolling.maxSize", "100000")];
    with_cluster("size", ShortCut::Each, &settings, |cluster| {
        let gate = Gate::closed(cluster.sandbox, "printing")?;
        let mut job = printing(cluster, &gate, LINES)?;
        let printed = end(cluster, &mut job, &gate)?;
        let folder = executor_folder(cluster)?;
        let mut files = aside(&folder);
        assert!(files.len() > LINES * 24 / 100_000, "{files:?}");
        for file in &files {
            assert!(is_by_size(&name(file)), "{file:?}");
            let length = fs::metadata(file).map_err(Failure::io("look at a log"))?.len();
            // It is full to the last buffer but one: 8 KiB are written at once.
            assert!((100_000 - 2 * 8192..=100_000 + 8192).contains(&length), "{file:?}: {length}");
        }
        files.push(folder.join("stderr"));
        let text = files.iter().map(|file| read(file)).collect::<Result<String>>()?;
        assert!(text.starts_with("Spark Executor Command: "));
        assert_eq!(numbers(&text), (0..printed).collect::<Vec<_>>());
        Ok(())
    })
}

#[test]
fn the_last_compressed_files_are_kept() -> Result<()> {
    let settings = [
        ("spark.executor.logs.rolling.strategy", "size"),
        ("spark.executor.logs.rolling.maxSize", "100000"),
        ("spark.executor.logs.rolling.maxRetainedFiles", "2"),
        ("spark.executor.logs.rolling.enableCompression", "true"),
    ];
    with_cluster("gzip", ShortCut::Last, &settings, |cluster| {
        let gate = Gate::closed(cluster.sandbox, "printing")?;
        let mut job = printing(cluster, &gate, LINES)?;
        let printed = end(cluster, &mut job, &gate)?;
        let folder = executor_folder(cluster)?;
        let mut files = aside(&folder);
        let names: Vec<String> = files.iter().map(|file| name(file)).collect();
        assert_eq!(names.len(), 2, "{names:?}");
        assert!(names.iter().all(|name| name.strip_suffix(".gz").is_some_and(is_by_size)), "{names:?}");
        files.push(folder.join("stderr"));
        let numbers = numbers(&files.iter().map(|file| read(file)).collect::<Result<String>>()?);
        let first = *numbers.first().ok_or_else(|| Failure::unexpected("no line is left"))?;
        assert!(first > 0, "the first lines are gone");
        assert_eq!(numbers, (first..printed).collect::<Vec<_>>());
        Ok(())
    })
}

#[test]
fn by_time_a_minute_has_its_file() -> Result<()> {
    let settings = [
        ("spark.executor.logs.rolling.strategy", "time"),
        ("spark.executor.logs.rolling.time.interval", "minutely"),
    ];
    with_cluster("time", ShortCut::First, &settings, |cluster| {
        let gate = Gate::closed(cluster.sandbox, "printing")?;
        let mut job = printing(cluster, &gate, 0)?;
        let folder = executor_folder(cluster)?;
        let first = until("a minute's log", MINUTE_AND_MORE, || Ok(aside(&folder).into_iter().next()))?;
        assert!(looks_like(&name(&first), "stderr--0000-00-00--00-00"), "{first:?}");
        let printed = end(cluster, &mut job, &gate)?;
        let mut files = aside(&folder);
        files.push(folder.join("stderr"));
        let text = files.iter().map(|file| read(file)).collect::<Result<String>>()?;
        assert_eq!(numbers(&text), (0..printed).collect::<Vec<_>>());
        Ok(())
    })
}

#[test]
fn folders_of_finished_applications_go_with_age_and_those_of_running_ones_stay() -> Result<()> {
    let settings = [
        ("spark.worker.cleanup.enabled", "true"),
        ("spark.worker.cleanup.interval", "1"),
        ("spark.worker.cleanup.appDataTtl", "3"),
    ];
    with_cluster("cleanup", ShortCut::Each, &settings, |cluster| {
        let work = cluster.sandbox.path("work-worker0");
        let gate = Gate::closed(cluster.sandbox, "held")?;
        let mut held = cluster.submit(&gate.job("held").conf("spark.cores.max", "1"))?;
        gate.wait_for_started(1, &mut held)?;
        let running: Vec<String> =
            cluster.master.state()?.active.into_iter().map(|application| application.id).collect();

        cluster
            .submit(&Job::pi(&cluster.spark).conf("spark.cores.max", "1"))?
            .answer("Pi is ", JOB_PATIENCE)?;
        let finished = until("pi among the completed", PATIENCE, || {
            Ok(cluster.master.state()?.completed.into_iter().map(|application| application.id).next())
        })?;
        until_true("the folder of pi to be gone", PATIENCE, || Ok(!work.join(&finished).exists()))?;
        assert!(running.iter().all(|id| work.join(id).join("0/stderr").exists()), "{running:?}");
        gate.open()?;
        held.result(JOB_PATIENCE)?;
        until_true("the other's folder to be gone", PATIENCE, || {
            Ok(running.iter().all(|id| !work.join(id).exists()))
        })
    })
}

#[test]
fn a_full_disk_is_the_executors_error_and_the_worker_lives_on() -> Result<()> {
    for spark in Spark::of_matrix(ShortCut::Each)? {
        let sandbox = Sandbox::new(&format!("disk-{}", spark.version()))?;
        let Some(disk) = SmallDisk::new(&sandbox, "a full disk under a Worker")? else {
            return sandbox.end();
        };
        let layout = Layout { workers: 0, ..Layout::of(Subject::under_test(), 0) };
        let cluster = Cluster::start(&sandbox, &spark, layout)?;
        let mut worker = worker_on(&disk, &cluster)?;
        disk.fill(&worker)?;

        let mut job = cluster.submit(&Job::pi(&spark).conf("spark.cores.max", "1"))?;
        let named = format!("{}/app-", disk.folder().display());
        let complaint = "is now FAILED (cannot write";
        job.process.wait_for_line("that the disk is full", JOB_PATIENCE, |line| {
            let (_, reason) = line.split_once(complaint)?;
            (reason.contains(&named) && reason.contains("No space left on device")).then_some(())
        })?;
        // The Master gives up on an application none of whose executors can run.
        assert!(!job.process.wait(JOB_PATIENCE)?.success());
        assert!(worker.is_running()?);

        disk.free(&worker)?;
        cluster
            .submit(&Job::pi(&spark).conf("spark.cores.max", "2"))?
            .answer("Pi is roughly ", JOB_PATIENCE)?;
        worker.terminate(PATIENCE)?;
        cluster.stop()?;
        sandbox.end()?;
    }
    Ok(())
}

/// A Worker whose work folder is on a disk that only it can see.
fn worker_on(disk: &SmallDisk, cluster: &Cluster<'_>) -> Result<Process> {
    let sandbox = cluster.sandbox;
    let (program, daemon) = match Subject::under_test() {
        Subject::Hearth => (binary::hearth()?, "worker"),
        Subject::Jvm => (cluster.spark.spark_class(), "org.apache.spark.deploy.worker.Worker"),
    };
    let mut command = sandbox.command(program)?;
    command.env("SPARK_HOME", cluster.spark.home()).arg(daemon);
    command.args(["--host", "127.0.0.1", "--webui-port", "0", "--cores", "2", "--memory", "2048m"]);
    command.arg("--work-dir").arg(disk.folder()).arg(cluster.master.url());
    let worker = Process::spawn(sandbox, "worker-on-small-disk", disk.wrap(sandbox, &command)?)?;
    cluster.master.wait_for_workers(1, PATIENCE)?;
    Ok(worker)
}
