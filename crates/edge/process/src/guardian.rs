//! The guardian: a small process that ends what this one has started, when this one cannot any more.
//!
//! ```text
//!   this process ── pipe: duties come and go ──► guardian        SIGKILL closes the pipe: then all duties are done
//! ```
//!
//! It is started with the first duty and ends with this process. There is one for the process, however many Workers
//! run in it: what it waits for is the process's death. When it is killed itself another one takes its place.

mod duty;
mod guard;

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use duty::{Duties, Duty, Notice};
pub use guard::{Deeds, guard};
use tracing::warn;

use crate::lineage::mark_of_this_process;

/// A guardian that lives shorter than this is not replaced before the next duty: something is wrong with it.
const SHORT_LIFE: Duration = Duration::from_secs(1);

static GUARDIAN: Mutex<Guardian> =
    Mutex::new(Guardian { program: None, duties: Duties::new(), running: None });

/// Says which program calls [`guard`]. Without it nobody guards what is started here: then the kernel ends the started
/// processes with this one, but not what they started themselves.
pub fn appoint_guardian(program: PathBuf, arguments: Vec<OsString>) {
    guardian().program = Some((program, arguments));
}

/// Has a folder removed when this process dies.
pub fn remove_at_death(folder: &Path) {
    guardian().tell(&Notice::begin(Duty::Remove(folder.to_owned())));
}

/// The folder is removed already.
pub fn forget_folder(folder: &Path) {
    guardian().tell(&Notice::end(Duty::Remove(folder.to_owned())));
}

/// Has a session ended when this process dies.
pub(crate) fn watch(leader: i32, started: u64) {
    guardian().tell(&Notice::begin(Duty::End { leader, started }));
}

/// The session is ended already.
pub(crate) fn forget(leader: i32, started: u64) {
    guardian().tell(&Notice::end(Duty::End { leader, started }));
}

/// Sees to it that there is a guardian. Call it when a child has ended: it might be the one.
pub(crate) fn revive() {
    guardian().revive();
}

fn guardian() -> MutexGuard<'static, Guardian> {
    GUARDIAN.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Debug)]
struct Guardian {
    program: Option<(PathBuf, Vec<OsString>)>,
    duties: Duties,
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    process: Child,
    pipe: ChildStdin,
    since: Instant,
}

impl Guardian {
    fn tell(&mut self, notice: &Notice) {
        let Some((program, arguments)) = &self.program else { return };
        self.duties.note(notice);
        let told = match &mut self.running {
            Some(running) => running.tell(notice),
            None if self.duties.is_empty() => return,
            None => Err(io::ErrorKind::NotFound.into()),
        };
        if told.is_ok() {
            return;
        }
        self.running = None;
        match Running::start(program, arguments, &self.duties) {
            Ok(running) => self.running = Some(running),
            Err(error) => {
                let program = program.display();
                warn!(
                    target: "Process",
                    "No guardian: cannot start '{program}': {error}. If this process is killed, what its executors and \
                     drivers started may live on"
                );
            }
        }
    }

    fn revive(&mut self) {
        let Some(running) = &mut self.running else { return };
        if !matches!(running.process.try_wait(), Ok(None)) {
            let lived = running.since.elapsed();
            warn!(target: "Process", "The guardian {} has ended", running.process.id());
            self.running = None;
            if lived >= SHORT_LIFE
                && let Some(duty) = self.duties.any()
            {
                self.tell(&Notice::begin(duty));
            }
        }
    }
}

impl Running {
    fn start(program: &Path, arguments: &[OsString], duties: &Duties) -> io::Result<Self> {
        crate::launch::close_descriptors_on_exec();
        let mut process = Command::new(program)
            .arg0("hearth")
            .args(arguments)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            // Its own group: Ctrl-C at the terminal is not meant for it.
            .process_group(0)
            .spawn()?;
        let Some(pipe) = process.stdin.take() else { return Err(io::ErrorKind::BrokenPipe.into()) };
        // One that is stopped must not stop us.
        rustix::io::ioctl_fionbio(&pipe, true)?;
        let mut running = Self { process, pipe, since: Instant::now() };
        running.tell(&Notice::Mark(mark_of_this_process().to_owned()))?;
        duties.all().try_for_each(|duty| running.tell(&Notice::begin(duty)))?;
        Ok(running)
    }

    fn tell(&mut self, notice: &Notice) -> io::Result<()> {
        self.pipe.write_all(&notice.to_bytes())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Its pipe is closed after this: it would do its duties while we live.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
