//! Spark's own client reads blocks from both shuffle services: what a block costs the server.
//!
//! Each service reads the same files, and so from the same page cache. A JVM is given time to compile itself before
//! anything counts. What bounds the figures is measured beside them: `sendfile` alone, from a bare loop to a socket.

use std::fs::{self, File};
use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use conformance::process::Process;
use conformance::{Failure, Result, Sandbox, application, daemon, java, wait};
use rustix::time::{ClockId, clock_gettime};

use crate::makes::Make;
use crate::report::{Goal, Row, Unit};

/// Blocks of one size, in files of map tasks.
struct Blocks {
    name: &'static str,
    bytes: usize,
    maps: usize,
    reduces: usize,
    /// How many a request asks for.
    at_once: usize,
    /// How many times less than theirs ours has to cost.
    goal: f64,
}

const SIZES: [Blocks; 3] = [
    Blocks { name: "1 KiB", bytes: 1 << 10, maps: 64, reduces: 256, at_once: 16, goal: 3.0 },
    Blocks { name: "64 KiB", bytes: 64 << 10, maps: 32, reduces: 64, at_once: 8, goal: 3.0 },
    Blocks { name: "4 MiB", bytes: 4 << 20, maps: 16, reduces: 4, at_once: 1, goal: 1.5 },
];

const CONNECTIONS: [usize; 3] = [1, 8, 64];
const WARM_UP_S: u64 = 6;
const MEASURED_S: u64 = 6;
const SUB_DIRS: u32 = 64;

/// What the client saw, and what the server cost.
struct Seen {
    blocks: f64,
    bytes: f64,
    cpu_ms: f64,
    p99_us: f64,
    peak_kib: f64,
}

/// All rows.
pub(crate) fn rows(sandbox: &Sandbox, makes: &[Make; 2]) -> Result<Vec<Row>> {
    let jar = application::jar(sandbox, &makes[1].spark, "block-reader", &["BlockReader"])?;
    let mut rows = Vec::new();
    for size in &SIZES {
        let folder = sandbox.subfolder(format!("local/blocks-{}", size.bytes))?;
        write(&folder, size)?;
        rows.push(floor(&folder, size)?);
        for connections in CONNECTIONS {
            let ours = measure(sandbox, &makes[0], &jar, &folder, size, connections)?;
            let theirs = measure(sandbox, &makes[1], &jar, &folder, size, connections)?;
            rows.extend(compare(size, connections, &ours, &theirs));
        }
        fs::remove_dir_all(&folder).map_err(Failure::io("remove blocks"))?;
    }
    Ok(rows)
}

fn compare(size: &Blocks, connections: usize, ours: &Seen, theirs: &Seen) -> Vec<Row> {
    let plural = if connections == 1 { "connection" } else { "connections" };
    let what = |of: &str| format!("Shuffle: blocks of {}, {connections} {plural}: {of}", size.name);
    let row = |of, unit, goal, value: fn(&Seen) -> f64| Row {
        what: what(of),
        ours: value(ours),
        theirs: Some(value(theirs)),
        unit,
        goal,
    };
    vec![
        row("a block", Unit::CpuMicroseconds, Some(Goal::TimesBetter(size.goal)), |seen| {
            seen.cpu_ms * 1e3 / seen.blocks
        }),
        row("a GB", Unit::CpuSecondsPerGigabyte, None, |seen| seen.cpu_ms * 1e6 / seen.bytes),
        row("a request, 99 %", Unit::Milliseconds, Some(Goal::TimesBetter(1.0)), |seen| seen.p99_us / 1e3),
        row("peak resident memory", Unit::Megabytes, Some(Goal::AtMost(30.0)), |seen| seen.peak_kib / 1024.0),
    ]
}

fn measure(
    sandbox: &Sandbox,
    make: &Make,
    jar: &Path,
    folder: &Path,
    size: &Blocks,
    connections: usize,
) -> Result<Seen> {
    let port = daemon::free_port()?;
    let name = format!("service-{}-{}-{connections}", make.name, size.bytes);
    let mut service = make.start_service(sandbox, &name, port)?;
    wait::until_true("the service to listen", wait::PATIENCE, || {
        Ok(TcpStream::connect(("127.0.0.1", port)).is_ok())
    })?;
    let seen = read(sandbox, make, jar, folder, size, connections, port, &service)?;
    service.terminate(Duration::from_secs(30))?;
    Ok(seen)
}

#[expect(clippy::too_many_arguments, reason = "it is the command line of a program")]
fn read(
    sandbox: &Sandbox,
    make: &Make,
    jar: &Path,
    folder: &Path,
    size: &Blocks,
    connections: usize,
    port: u16,
    service: &Process,
) -> Result<Seen> {
    let class_path = format!("{}:{}", jar.display(), make.spark.home().join("jars/*").display());
    let mut command: Command = sandbox.command(java::find()?.home.join("bin/java"))?;
    command.args(["-Xmx2g", "-XX:MaxDirectMemorySize=4g", "-XX:+UseSerialGC", "-cp", &class_path]);
    command.arg("conformance.BlockReader").args([port.to_string(), service.pid().to_string()]).arg(folder);
    let numbers = [size.maps, size.reduces, size.bytes, connections, size.at_once];
    command.args(numbers.map(|number| number.to_string()));
    command.args([WARM_UP_S.to_string(), MEASURED_S.to_string(), "true".to_owned()]);
    let output = command.stderr(Stdio::null()).output().map_err(Failure::io("run the client"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let found: Vec<f64> = text
        .lines()
        .find_map(|line| line.strip_prefix("RESULT "))
        .map(|line| line.split(' ').filter_map(|number| number.parse().ok()).collect())
        .unwrap_or_default();
    match found[..] {
        [blocks, bytes, _, cpu_ms, _, p99_us, _, peak_kib] if blocks > 0.0 => {
            Ok(Seen { blocks, bytes, cpu_ms, p99_us, peak_kib })
        }
        _ => Err(Failure::unexpected(format!("the client ended with {}: {text}", output.status))),
    }
}

/// What the kernel takes for a block when nothing but `sendfile` is called, on one connection to a thread that reads.
fn floor(folder: &Path, size: &Blocks) -> Result<Row> {
    let failed = |doing: &'static str| move |source| Failure::Io { doing: doing.to_owned(), source };
    let file = File::open(path(folder, "shuffle_0_0_0.data")).map_err(failed("open a data file"))?;
    let listener = TcpListener::bind("127.0.0.1:0").map_err(failed("listen"))?;
    let address = listener.local_addr().map_err(failed("listen"))?;
    let reader = std::thread::spawn(move || {
        let mut piece = vec![0; 64 << 10];
        let Ok(mut socket) = TcpStream::connect(address) else { return };
        while socket.read(&mut piece).is_ok_and(|count| count > 0) {}
    });
    let socket = listener.accept().map_err(failed("accept"))?.0;
    let (began, cpu) = (Instant::now(), clock_gettime(ClockId::ThreadCPUTime));
    let mut blocks = 0_u64;
    while began.elapsed() < Duration::from_secs(2) {
        let mut at = (blocks % size.reduces as u64) * size.bytes as u64;
        let end = at + size.bytes as u64;
        while at < end {
            let left = (end - at) as usize;
            rustix::fs::sendfile(&socket, &file, Some(&mut at), left)
                .map_err(|error| failed("send a file")(error.into()))?;
        }
        blocks += 1;
    }
    let spent = clock_gettime(ClockId::ThreadCPUTime);
    let micros = (spent.tv_sec - cpu.tv_sec) as f64 * 1e6 + (spent.tv_nsec - cpu.tv_nsec) as f64 / 1e3;
    drop(socket);
    let _ = reader.join();
    Ok(Row {
        what: format!("Shuffle: sendfile alone of {}, to bound what follows", size.name),
        ours: micros / blocks as f64,
        theirs: None,
        unit: Unit::CpuMicroseconds,
        goal: None,
    })
}

/// What map tasks would have written; each byte of a block is its map task, its reducer and its place, mixed.
fn write(folder: &Path, size: &Blocks) -> Result<()> {
    for map in 0..size.maps {
        let mut data = Vec::with_capacity(size.bytes * size.reduces);
        let mut index = 0_u64.to_be_bytes().to_vec();
        for reduce in 0..size.reduces {
            let start = map * 31 + reduce * 7;
            data.extend((0..size.bytes).map(|at| (start + at) as u8));
            index.extend((data.len() as u64).to_be_bytes());
        }
        for (ending, content) in [("data", &data), ("index", &index)] {
            let path = path(folder, &format!("shuffle_0_{map}_0.{ending}"));
            let parent = path.parent().unwrap_or(folder);
            fs::create_dir_all(parent)
                .and_then(|()| fs::write(&path, content))
                .map_err(Failure::io("write blocks"))?;
        }
    }
    Ok(())
}

/// `ExecutorDiskUtils.getFilePath` of one directory.
fn path(folder: &Path, name: &str) -> PathBuf {
    let hash = name.bytes().fold(0_i32, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into()));
    folder.join(format!("{:02x}", hash.unsigned_abs() % SUB_DIRS)).join(name)
}
