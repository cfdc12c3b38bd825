//! What `/proc` says of the processes of this machine.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::fd::OwnedFd;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process, pidfd_send_signal};

/// No environment is larger: the kernel limits what a process is started with.
const ENVIRONMENT_LIMIT: u64 = 8 << 20;

/// A process that was seen. Its folder stays open: whatever is asked of it or done to it meets this process, and never
/// another one that was given its number.
#[derive(Debug)]
pub(crate) struct Process {
    folder: OwnedFd,
    pub(crate) pid: i32,
    pub(crate) parent: i32,
    /// 0 where its leader is outside of our container.
    pub(crate) session: i32,
    /// When it was started, in ticks since the machine was; its children are not older.
    pub(crate) started: u64,
    /// Whether it has ended and waits for its parent to take notice.
    pub(crate) is_zombie: bool,
}

/// All processes; none where `/proc` is not mounted.
pub(crate) fn all() -> impl Iterator<Item = Process> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).filter_map(Process::look)
}

impl Process {
    /// The process with this number, if there is one.
    pub(crate) fn look(pid: i32) -> Option<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let folder = rustix::fs::open(format!("/proc/{pid}"), flags, Mode::empty()).ok()?;
        let stat = read(&folder, "stat").ok()?;
        Self::parse(folder, pid, &stat)
    }

    /// The line is `PID (NAME) STATE PARENT GROUP SESSION ...`, and the name may hold anything (proc_pid_stat(5)).
    fn parse(folder: OwnedFd, pid: i32, stat: &[u8]) -> Option<Self> {
        let name_end = stat.iter().rposition(|byte| *byte == b')')?;
        let rest = std::str::from_utf8(&stat[name_end + 1..]).ok()?;
        let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
        let number = |field: usize| fields.get(field)?.parse().ok();
        Some(Self {
            folder,
            pid,
            parent: number(1)?,
            session: number(3)?,
            started: fields.get(19)?.parse().ok()?,
            is_zombie: matches!(*fields.first()?, "Z" | "X"),
        })
    }

    /// Whether its environment holds a variable that begins so. That of somebody else's process is not shown.
    pub(crate) fn has_variable(&self, beginning: &str) -> bool {
        let environment = read(&self.folder, "environ").unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|variable| variable.starts_with(beginning.as_bytes()))
    }

    /// Ends it at once.
    pub(crate) fn kill(&self) {
        match pidfd_send_signal(&self.folder, Signal::KILL) {
            Ok(()) | Err(Errno::SRCH) => {}
            // An old kernel, or one that was told to forbid it: then the number has to do.
            Err(_) => {
                let _ = Pid::from_raw(self.pid).map(|pid| kill_process(pid, Signal::KILL));
            }
        }
    }
}

fn read(folder: &OwnedFd, name: &str) -> io::Result<Vec<u8>> {
    let file = rustix::fs::openat(folder, name, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())?;
    let mut bytes = Vec::new();
    File::from(file).take(ENVIRONMENT_LIMIT).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::Process;

    #[test]
    fn a_process_sees_itself() {
        let own = Process::look(std::process::id() as i32).unwrap();
        assert_eq!(own.parent as u32, std::os::unix::process::parent_id());
        assert_eq!(own.session, session_of_a_child());
        assert!(own.started > 0 && !own.is_zombie);
        assert!(own.has_variable("PATH=") && !own.has_variable("ATH="));
        assert!(super::all().any(|process| process.pid == own.pid && process.started == own.started));
    }

    /// What ps(1) or this machine's own tools would say; a child inherits it.
    fn session_of_a_child() -> i32 {
        let line =
            std::process::Command::new("cut").args(["-d ", "-f6", "/proc/self/stat"]).output().unwrap();
        String::from_utf8(line.stdout).unwrap().trim().parse().unwrap()
    }

    #[test]
    fn a_name_may_look_like_the_rest_of_the_line() {
        let folder = || std::fs::File::open("/proc/self").unwrap().into();
        let line = b"7 (a) Z 1 (b\xff) R 5 6 4 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 991 0";
        let process = Process::parse(folder(), 7, line).unwrap();
        assert_eq!((process.parent, process.session, process.started), (5, 4, 991));
        assert!(!process.is_zombie);
        assert!(Process::parse(folder(), 7, b"7 (cut) Z 1 2").is_none());
        assert!(Process::parse(folder(), 7, b"").is_none());
    }
}
