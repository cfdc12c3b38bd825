//! Who runs on this machine and belongs to a test, from `/proc`.

use std::fs;
use std::path::Path;
use std::time::Duration;

use rustix::param::clock_ticks_per_second;
use rustix::process::{Pid, Signal, kill_process};

/// The variable that marks every process of a test, and all that they start.
pub const TAG_VARIABLE: &str = "HEARTH_TEST_ID";

/// A process that carries the tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tagged {
    /// Its process id.
    pub pid: u32,
    /// Its arguments.
    pub arguments: Vec<String>,
}

impl Tagged {
    /// The value that follows `flag` on the command line.
    pub fn argument(&self, flag: &str) -> Option<&str> {
        let at = self.arguments.iter().position(|argument| argument == flag)?;
        self.arguments.get(at + 1).map(String::as_str)
    }

    /// Whether this is an executor of Spark.
    pub fn is_executor(&self) -> bool {
        self.arguments.iter().any(|argument| argument.ends_with("CoarseGrainedExecutorBackend"))
    }

    /// Whether this is a driver that a Worker started.
    pub fn is_driver(&self) -> bool {
        self.arguments.iter().any(|argument| argument.ends_with(".DriverWrapper"))
    }

    /// Ends it as the kernel's out-of-memory killer would. It may be gone already.
    pub fn kill(&self) {
        kill(self.pid);
    }
}

impl std::fmt::Display for Tagged {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let line = self.arguments.join(" ");
        let short: String = line.chars().take(300).collect();
        write!(formatter, "{} {short}", self.pid)
    }
}

/// Sends SIGKILL to one process.
pub(crate) fn kill(pid: u32) {
    if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
        // It may have ended between the look and the blow: then there is nothing to do.
        let _gone = kill_process(pid, Signal::KILL);
    }
}

/// All living processes whose environment, arguments or working folder carry `tag`. A process that forgot its
/// environment still has the test's folder, which is named by the tag, in its arguments.
pub fn tagged(tag: &str, except: u32) -> Vec<Tagged> {
    fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .filter(|pid| *pid != except && *pid != std::process::id())
        .filter_map(|pid| inspect(pid, tag))
        .collect()
}

/// When the oldest process was made whose control group has that in its name, since the machine's start and to a tick of
/// its clock.
pub fn oldest_in_group(name: &str) -> Option<Duration> {
    let entries = fs::read_dir("/proc").ok()?.flatten();
    let groups = entries.filter(|entry| {
        let group = fs::read_to_string(entry.path().join("cgroup"));
        group.is_ok_and(|group| group.contains(name))
    });
    groups.filter_map(|entry| made(&fs::read_to_string(entry.path().join("stat")).ok()?)).min()
}

/// The fields of a `/proc/PID/stat` from the third on, the state: the second is a name, which may hold anything.
pub fn fields(stat: &str) -> Option<std::str::Split<'_, char>> {
    Some(stat.rsplit_once(") ")?.1.split(' '))
}

fn made(stat: &str) -> Option<Duration> {
    let ticks: u32 = fields(stat)?.nth(19)?.parse().ok()?;
    Some(Duration::from_secs(1) * ticks / u32::try_from(clock_ticks_per_second()).ok()?)
}

fn inspect(pid: u32, tag: &str) -> Option<Tagged> {
    let folder = Path::new("/proc").join(pid.to_string());
    let (command_line, environment) = program(&folder)?;
    let working = fs::read_link(folder.join("cwd")).unwrap_or_default();
    let marked = contains(&environment, tag.as_bytes())
        || contains(&command_line, tag.as_bytes())
        || working.to_string_lossy().contains(tag);
    let arguments = String::from_utf8_lossy(&command_line);
    let arguments = arguments.split('\0').filter(|argument| !argument.is_empty()).map(str::to_owned);
    marked.then(|| Tagged { pid, arguments: arguments.collect() })
}

/// The arguments and the environment. A process that is just becoming another program has neither for a moment,
/// though whoever started it has been told already that it runs: then a second look is needed.
fn program(folder: &Path) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut looks_left = 20;
    loop {
        let command_line = fs::read(folder.join("cmdline")).ok()?;
        let environment = fs::read(folder.join("environ")).unwrap_or_default();
        // A zombie and a thread of the kernel run no program at all.
        let settled = !command_line.is_empty() && !environment.is_empty();
        looks_left -= 1;
        if settled || looks_left == 0 || fs::read_link(folder.join("exe")).is_err() {
            return Some((command_line, environment));
        }
        std::thread::yield_now();
    }
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_s_name_may_hold_anything() {
        let stat =
            "7 (a) b) c) S 1 7 7 0 -1 4194304 1 0 0 0 0 0 0 0 20 0 1 0 12345 10000 200 18446744073709551615";
        assert_eq!(made(stat), Some(Duration::from_millis(123_450)));
        assert_eq!(made("7 (a"), None);
    }

    #[test]
    fn nobody_is_in_a_group_that_is_not_there() {
        assert_eq!(oldest_in_group("no-group-has-this-in-its-name"), None);
    }
}
