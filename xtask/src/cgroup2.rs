//! Limits of memory in a small emulated machine whose kernel has control groups of version 2 alone: most machines that
//! tests run on still have version 1, or let nobody make groups.
//!
//! The machine is Debian's cloud kernel with the tests of `edge-process` in its memory; it boots in seconds and is gone
//! afterwards.

use std::collections::BTreeSet;
use std::env;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use conformance::{Failure, Result, binary};
use serde_json::Value;

use crate::install;

/// What the tests start.
const PROGRAMS: [&str; 5] = ["/bin/sh", "/usr/bin/env", "/usr/bin/setsid", "/usr/bin/sleep", "/usr/bin/tail"];

/// The first process of the machine.
const INIT: &str = "#!/bin/busybox sh
b=/bin/busybox
$b mount -t proc proc /proc
$b mount -t sysfs sys /sys
$b mount -t devtmpfs dev /dev
$b mount -t cgroup2 cgroup2 /sys/fs/cgroup
$b mount -t tmpfs tmp /tmp
echo +memory > /sys/fs/cgroup/cgroup.subtree_control
export PATH=/usr/bin:/bin
/tests --test-threads 1 memory
echo \"RESULT $?\"
$b poweroff -f
";

/// Seconds that the machine may run: without help of the processor it is slow.
const PATIENCE_S: &str = "600";

/// Runs the tests there.
pub(crate) fn run() -> Result<()> {
    let kernel = install::small_machine()?;
    let tests = build()?;
    let folder = binary::target_folder()?.join("cgroup2");
    let memory = pack(&tests, &folder)?;
    let mut machine = Command::new("timeout");
    machine.args([PATIENCE_S, "qemu-system-x86_64", "-accel", "tcg", "-cpu", "max", "-m", "1024"]);
    machine.args(["-nographic", "-no-reboot", "-kernel"]).arg(kernel).arg("-initrd").arg(memory);
    machine.args(["-append", "console=ttyS0 panic=-1 quiet"]).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut machine = machine.spawn().map_err(Failure::io("start qemu-system-x86_64"))?;
    let (mut passed, mut skipped) = (false, false);
    let console = machine.stdout.take().ok_or_else(|| Failure::unexpected("the machine has no console"))?;
    for line in BufReader::new(console).split(b'\n') {
        let line = line.map_err(Failure::io("read the machine's console"))?;
        let line = String::from_utf8_lossy(&line);
        println!("{}", line.trim_end());
        passed |= line.starts_with("RESULT 0");
        skipped |= line.contains("SKIPPED");
    }
    machine.wait().map_err(Failure::io("wait for the machine"))?;
    match (passed, skipped) {
        (true, false) => Ok(()),
        (true, true) => Err(Failure::unexpected("the machine let nobody make control groups")),
        (false, _) => {
            Err(Failure::unexpected("the tests did not pass in the machine, whose console is above"))
        }
    }
}

/// The tests of `edge-process`, as a program.
fn build() -> Result<PathBuf> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["test", "--package", "edge-process", "--test", "process", "--no-run"])
        .args(["--message-format", "json-render-diagnostics"])
        .current_dir(binary::workspace())
        .stderr(Stdio::inherit())
        .output()
        .map_err(Failure::io("run cargo"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let messages = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut programs = messages.filter_map(|message| message.get("executable")?.as_str().map(PathBuf::from));
    programs.next_back().ok_or_else(|| Failure::unexpected("cargo could not build the tests"))
}

/// The machine's whole disk, as a file that the kernel unpacks into memory.
fn pack(tests: &Path, folder: &Path) -> Result<PathBuf> {
    let root = folder.join("root");
    // What is left of the last time.
    let _ = fs::remove_dir_all(&root);
    for name in ["proc", "sys", "dev", "tmp"] {
        fs::create_dir_all(root.join(name)).map_err(Failure::io(format!("make {}", root.display())))?;
    }
    let mut files = BTreeSet::from(["/bin/busybox".to_owned()]);
    for program in PROGRAMS.iter().map(Path::new).chain([tests]) {
        files.extend(libraries(program)?);
    }
    files.extend(PROGRAMS.map(str::to_owned));
    for file in &files {
        copy(Path::new(file), &root.join(file.trim_start_matches('/')))?;
    }
    copy(tests, &root.join("tests"))?;
    let init = root.join("init");
    fs::write(&init, INIT)
        .and_then(|()| fs::set_permissions(&init, fs::Permissions::from_mode(0o755)))
        .map_err(Failure::io(format!("write {}", init.display())))?;
    let packed = folder.join("initramfs");
    let file = File::create(&packed).map_err(Failure::io(format!("write {}", packed.display())))?;
    let cpio = "find . | cpio --quiet -o -H newc";
    let status = Command::new("sh").args(["-c", cpio]).current_dir(&root).stdout(file).status();
    match status.map_err(Failure::io("run cpio"))?.success() {
        true => Ok(packed),
        false => Err(Failure::unexpected("cpio could not pack the machine's disk")),
    }
}

/// The libraries of a program, and its loader.
fn libraries(program: &Path) -> Result<Vec<String>> {
    let output = Command::new("ldd").arg(program).output().map_err(Failure::io("run ldd"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(text.split_whitespace().filter(|word| word.starts_with('/')).map(str::to_owned).collect())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let folder = to.parent().unwrap_or(to);
    let done = fs::create_dir_all(folder).and_then(|()| fs::copy(from, to));
    let name = from.file_name().unwrap_or(OsStr::new("a file"));
    done.map(drop).map_err(Failure::io(format!("copy {} to {}", name.display(), to.display())))
}
