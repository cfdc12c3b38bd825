//! The children of this process: those that it started, and those that it adopted.
//!
//! What a child leaves behind when it ends becomes ours and not init's: in a container there is often no init that takes
//! notice of the dead, or we are it ourselves. Nobody here waits for those, so they are reaped as they end.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::process::{
    Pid, WaitId, WaitIdOptions, WaitOptions, getpid, set_child_subreaper, waitid, waitpid,
};

use crate::proc_folder;

/// Those that were started here, until they are reaped. The kernel keeps one list of children for the whole process, so
/// there is one here.
static LEADERS: Mutex<BTreeSet<i32>> = Mutex::new(BTreeSet::new());

/// Whether an adopted child may have ended since somebody looked.
static LOOK_AGAIN: AtomicBool = AtomicBool::new(false);

/// Starts a child and takes note of it, before anybody can take it for an adopted one.
pub(crate) fn start<T, E>(
    start: impl FnOnce() -> Result<T, E>,
    pid: impl FnOnce(&T) -> Option<i32>,
) -> Result<T, E> {
    // Where the kernel refuses, what is left behind goes to init as ever.
    let _ = set_child_subreaper(Some(getpid()));
    let mut leaders = leaders();
    let started = start()?;
    leaders.extend(pid(&started));
    Ok(started)
}

/// A child that was started here is reaped: its number may be given away.
pub(crate) fn forget(pid: Pid) {
    leaders().remove(&pid.as_raw_nonzero().get());
}

/// Whether a child has ended and is not reaped yet. Errors when it is no child of ours any more.
pub(crate) fn has_ended(child: WaitId<'_>) -> rustix::io::Result<bool> {
    let look = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    Ok(waitid(child, look)?.is_some())
}

/// Reaps the adopted children that have ended. Of many who ask at the same time one does it for all.
pub(crate) fn reap_adopted() {
    static LOOKING: Mutex<()> = Mutex::new(());
    LOOK_AGAIN.store(true, Ordering::SeqCst);
    while LOOK_AGAIN.load(Ordering::SeqCst) {
        let Ok(_looking) = LOOKING.try_lock() else { return };
        if LOOK_AGAIN.swap(false, Ordering::SeqCst) && has_ended(WaitId::All).unwrap_or(false) {
            reap_now();
        }
    }
}

fn reap_now() {
    let leaders = leaders();
    let own = getpid().as_raw_nonzero().get();
    // It may be 0, one that began outside of our container: `/proc` says so, where getsid(2) is not made for it.
    let Some(own_session) = proc_folder::Process::look(own).map(|own| own.session) else { return };
    // Children in our session were started by others in this process, who wait for them.
    let adopted = proc_folder::all().filter(|one| {
        one.is_zombie && one.parent == own && one.session != own_session && !leaders.contains(&one.pid)
    });
    for pid in adopted.filter_map(|one| Pid::from_raw(one.pid)) {
        let _ = waitpid(Some(pid), WaitOptions::NOHANG);
    }
}

fn leaders() -> MutexGuard<'static, BTreeSet<i32>> {
    // One insertion or removal leaves nothing half done.
    LEADERS.lock().unwrap_or_else(PoisonError::into_inner)
}
