//! The guardian's own side: it listens until the pipe is closed, and then does its duties.

use std::fs;
use std::io::{self, BufRead, ErrorKind};
use std::path::PathBuf;

use tokio::signal::unix::{SignalKind, signal};

use super::duty::{Duties, Duty, Notice};
use crate::lineage::Lineage;

/// What a guardian had to do.
#[derive(Debug, Default)]
pub struct Deeds {
    /// How many processes it killed.
    pub killed: usize,
    /// The folders that it removed.
    pub removed: Vec<PathBuf>,
    /// The folders that it could not remove, and why.
    pub left: Vec<(PathBuf, io::Error)>,
}

/// The whole life of a guardian; standard input is the pipe. See [`crate::appoint_guardian`].
///
/// # Errors
/// When the system does not let it listen.
pub fn guard() -> io::Result<Deeds> {
    outlive_signals()?;
    let (mark, duties) = listen(io::stdin().lock())?;
    Ok(mark.map(|mark| act(mark, &duties)).unwrap_or_default())
}

/// An init system that stops a service signals all of its processes: this one goes when the daemon has gone.
fn outlive_signals() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let _runtime = runtime.enter();
    for kind in [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::hangup()] {
        // A handler that nobody listens to stays for the process's life.
        drop(signal(kind)?);
    }
    Ok(())
}

fn listen(mut pipe: impl BufRead) -> io::Result<(Option<String>, Duties)> {
    let mut mark = None;
    let mut duties = Duties::new();
    let mut record = Vec::new();
    while pipe.read_until(0, &mut record)? > 0 {
        // The last one may be cut short, for whoever wrote it was killed: half a path is another path.
        let notice = record.strip_suffix(&[0]).and_then(Notice::from_bytes);
        match notice {
            Some(Notice::Mark(given)) => mark = Some(given),
            Some(notice) => duties.note(&notice),
            None => {}
        }
        record.clear();
    }
    Ok((mark, duties))
}

fn act(mark: String, duties: &Duties) -> Deeds {
    let mut deeds = Deeds::default();
    if duties.is_empty() {
        return deeds;
    }
    let sessions = duties.all().filter_map(|duty| match duty {
        Duty::End { leader, started } => Some((leader, started)),
        Duty::Remove(_) => None,
    });
    deeds.killed = Lineage { mark, sessions: sessions.collect() }.end();
    // Only now: somebody might write into them.
    for duty in duties.all() {
        let Duty::Remove(folder) = duty else { continue };
        match fs::remove_dir_all(&folder) {
            Ok(()) => deeds.removed.push(folder),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => deeds.left.push((folder, error)),
        }
    }
    deeds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_that_was_cut_short_is_no_record() {
        let mut pipe = Notice::Mark("ab/".into()).to_bytes();
        pipe.extend(Notice::begin(Duty::Remove("/tmp/whole".into())).to_bytes());
        pipe.extend(b"+remove /tmp");
        let (mark, duties) = listen(pipe.as_slice()).unwrap();
        assert_eq!(mark.as_deref(), Some("ab/"));
        assert_eq!(duties.all().collect::<Vec<_>>(), [Duty::Remove("/tmp/whole".into())]);
    }

    #[test]
    fn without_duties_nobody_is_looked_for() {
        assert_eq!(act("ab/".into(), &Duties::new()).killed, 0);
    }
}
