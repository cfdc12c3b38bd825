//! A child process, from its start until it is reaped.

use std::future::Future;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;

use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitId, kill_process, kill_process_group};
use tokio::signal::unix::{self, SignalKind};
use tokio::task;
use tracing::warn;

use crate::cgroup::{Alarm, Group, MemoryKill, SharedLimit};
use crate::lineage::{self, Lineage};
use crate::proc_folder::Process;
use crate::rolling::Pump;
use crate::{Launch, SpawnError, family, guardian};

/// How often it is looked whether the kernel has killed somebody of a group, where no alarm tells.
const GROUP_LOOK: Duration = Duration::from_millis(500);

/// How soon after the alarm the kernel has killed somebody, and how often it is looked whether it has.
const KILL_FOLLOWS: Duration = Duration::from_millis(200);
const KILL_LOOK: Duration = Duration::from_millis(2);

/// A process that was started here and is not reaped yet. Dropped, it is killed with all of its descendants.
#[derive(Debug)]
pub struct Child {
    process: tokio::process::Child,
    pid: Pid,
    /// When it was started, in ticks since the machine was.
    started: u64,
    reaped: bool,
    lineage: Lineage,
    /// Its logs, where they roll.
    pumps: Vec<Pump>,
    /// Says that some child of this process has ended.
    child_ends: unix::Signal,
    /// Its control group, until that is removed.
    group: Option<Arc<Group>>,
    /// Rings when the group's memory runs out.
    alarm: Option<Alarm>,
    /// The limit that it shares with others, and how many processes had been killed for it at the start.
    shared_limit: Option<(Arc<SharedLimit>, u64)>,
    /// Whether its end was asked for from here.
    is_stopped: bool,
    exit: Option<Exit>,
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// By itself, with this status.
    Status(i32),
    /// By this signal.
    Signal(i32),
    /// By the system, because there was no memory for it.
    OutOfMemory(MemoryKill),
}

impl Child {
    /// Starts a process. Call it within a tokio runtime, on a thread that lives as long as the daemon: the kernel
    /// kills the child when the *thread* that started it ends, so never on a thread of the blocking pool.
    ///
    /// # Errors
    /// See [`SpawnError`].
    pub fn spawn(launch: &Launch) -> Result<Self, SpawnError> {
        let other = |reason| SpawnError::Other { program: launch.program.clone(), reason };
        // Whoever started the daemon may have left SIGCHLD ignored (`env --ignore-signal=CHLD`); then the kernel would
        // throw exit statuses away. This handler, once installed, stays.
        let child_ends = unix::signal(SignalKind::child()).map_err(other)?;
        let mark = lineage::new_mark();
        let shared_limit = launch.shared_limit.as_ref().map(|limit| (limit.clone(), limit.kills()));
        let number = |process: &tokio::process::Child| process.id().and_then(|id| i32::try_from(id).ok());
        let (process, pumps) = family::start(|| launch.spawn(&mark), |(process, _)| number(process))?;
        let Some(pid) = number(&process).and_then(Pid::from_raw) else {
            // A child that was just started is not reaped, so it has a number.
            return Err(other(io::Error::other("the system gave it no process id")));
        };
        let leader = pid.as_raw_nonzero().get();
        let seen = Process::look(leader);
        let started = seen.as_ref().map_or(0, |process| process.started);
        guardian::watch(leader, started);
        let sessions = seen.map(|_| (leader, started)).into_iter().collect();
        Ok(Self {
            process,
            pid,
            started,
            reaped: false,
            lineage: Lineage { mark, sessions },
            pumps,
            child_ends,
            alarm: launch.group.as_ref().and_then(|group| group.alarm()),
            group: launch.group.clone(),
            shared_limit,
            is_stopped: false,
            exit: None,
        })
    }

    /// Its process id, and that of its group and session.
    pub fn pid(&self) -> u32 {
        self.pid.as_raw_nonzero().get().unsigned_abs()
    }

    /// Waits until it has ended by itself, then ends its descendants and its logs. May be dropped and called again.
    ///
    /// # Errors
    /// When somebody else took the exit status.
    pub async fn ended(&mut self) -> io::Result<Exit> {
        if !self.reaped {
            self.zombie().await;
            // Before it is reaped: nobody else can have its number yet.
            self.kill_group();
            let (lineage, group) = (self.lineage.clone(), self.group.clone());
            blocking(move || {
                lineage.end();
                // Whoever gave up both session and mark is still in the group.
                group.iter().for_each(|group| group.end());
            })
            .await;
        }
        let status = self.process.wait().await;
        if !self.reaped {
            self.let_go();
            blocking(family::reap_adopted).await;
        }
        while let Some(pump) = self.pumps.pop() {
            pump.finish().await;
        }
        let status = status?;
        let exit = match self.exit {
            Some(exit) => exit,
            None => *self.exit.insert(self.why(exit(status))),
        };
        if let Some(group) = self.group.take() {
            blocking(move || group.remove()).await;
        }
        Ok(exit)
    }

    /// Tells an end for memory from others.
    fn why(&self, exit: Exit) -> Exit {
        let shared = self.shared_limit.as_ref();
        let kills = self.group.as_ref().map_or(0, |group| group.kills());
        let kill = match exit {
            Exit::Status(0) => None,
            // One that gave up when the kernel had killed what it had started went for the same reason. The group tells of
            // the deaths in it, for whichever limit they were.
            _ if kills > 0 => {
                let of_group = self.group.as_ref().and_then(|group| group.memory_kill());
                of_group.or_else(|| shared.map(|(limit, _)| limit.memory_kill()))
            }
            // 137 where a shell stands between.
            Exit::Signal(9) | Exit::Status(137) if !self.is_stopped => {
                shared.and_then(|(limit, at_start)| limit.claim(*at_start))
            }
            _ => None,
        };
        kill.map_or(exit, Exit::OutOfMemory)
    }

    /// Waits until it has ended and leaves it unreaped; takes notice of other children that end meanwhile.
    async fn zombie(&mut self) {
        // An error says that it is gone: what became of it is for the wait to tell.
        while let Ok(false) = family::has_ended(WaitId::Pid(self.pid)) {
            tokio::select! {
                ended = self.child_ends.recv() => {
                    if ended.is_none() {
                        return;
                    }
                }
                () = out_of_memory(self.group.as_deref(), self.alarm.as_ref()) => {
                    self.end_as_one().await;
                    continue;
                }
            }
            guardian::revive();
            if family::has_ended(WaitId::All).unwrap_or(false) {
                task::spawn_blocking(family::reap_adopted);
            }
        }
    }

    /// Version 1 kills the largest process of a group for memory, which may be a Python worker, and lets the others go on
    /// without it. Version 2 kills all of them, and so do we.
    async fn end_as_one(&self) {
        let Some(group) = self.group.clone().filter(|group| group.kills() > 0) else { return };
        let (pid, kills) = (self.pid(), group.kills());
        warn!(target: "Process", "Of what process {pid} had started, {kills} were killed for memory: the rest ends with them");
        self.kill_group();
        blocking(move || group.end()).await;
    }

    /// It is reaped, and its number not ours any more.
    fn let_go(&mut self) {
        self.reaped = true;
        family::forget(self.pid);
        guardian::forget(self.pid.as_raw_nonzero().get(), self.started);
    }

    /// Ends it: SIGTERM to the process alone, then, when `grace` is over, SIGKILL to the group.
    ///
    /// # Errors
    /// As [`Child::ended`].
    pub async fn end(&mut self, grace: Duration) -> io::Result<Exit> {
        self.is_stopped = true;
        if !self.reaped {
            // It may be a zombie by now, which takes signals in silence.
            let _ = kill_process(self.pid, Signal::TERM);
        }
        if let Ok(ended) = tokio::time::timeout(grace, self.ended()).await {
            return ended;
        }
        self.kill_group();
        self.ended().await
    }

    /// Waits until it has ended by itself or `stop` resolves, and ends it then.
    ///
    /// # Errors
    /// As [`Child::ended`].
    pub async fn run_until(mut self, stop: impl Future<Output = ()>, grace: Duration) -> io::Result<Exit> {
        tokio::select! {
            biased;
            ended = self.ended() => return ended,
            () = stop => {}
        }
        self.end(grace).await
    }

    fn kill_group(&self) {
        match kill_process_group(self.pid, Signal::KILL) {
            Ok(()) | Err(Errno::SRCH) => {}
            Err(error) => {
                warn!(target: "Process", "Cannot kill process group {}: {error}", self.pid());
            }
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if self.reaped {
            return;
        }
        self.kill_group();
        self.lineage.end();
        self.group.iter().for_each(|group| group.end());
        // One that does not even end when it is killed is reaped by tokio when it does.
        if let Ok(Some(_)) = self.process.try_wait() {
            self.let_go();
            family::reap_adopted();
            self.group.iter().for_each(|group| group.remove());
        }
    }
}

/// Waits until somebody of the group was killed for memory, or may have been; for ever where there is no group.
async fn out_of_memory(group: Option<&Group>, alarm: Option<&Alarm>) {
    let Some(group) = group else { return std::future::pending().await };
    let rung = async {
        match alarm {
            Some(alarm) => alarm.rung().await,
            None => std::future::pending().await,
        }
    };
    if tokio::time::timeout(GROUP_LOOK, rung).await.is_ok() {
        let followed = async {
            while group.kills() == 0 {
                tokio::time::sleep(KILL_LOOK).await;
            }
        };
        // Where nobody was killed after all, memory was found elsewhere.
        let _ = tokio::time::timeout(KILL_FOLLOWS, followed).await;
    }
}

/// Does something that waits, where waiting is allowed.
async fn blocking<T: Send + 'static>(deed: impl FnOnce() -> T + Send + 'static) {
    // Broken off only when the runtime ends, and with it the daemon.
    let _ = task::spawn_blocking(deed).await;
}

fn exit(status: ExitStatus) -> Exit {
    match (status.code(), status.signal()) {
        (Some(code), _) => Exit::Status(code),
        // A wait reports ended processes only: one that has no status was ended by a signal.
        (None, signal) => Exit::Signal(signal.unwrap_or_default()),
    }
}
