//! `hearth guard`: the small process that a Worker starts to end what it has started when it is killed itself.

use std::io::Write as _;

use daemon_worker::{Deeds, appoint_guardian};

use crate::failure::Failure;

/// The hidden command's name.
pub(crate) const NAME: &str = "guard";

/// Has this very program guard this process; also when its file is another one by then.
pub(crate) fn appoint() {
    appoint_guardian("/proc/self/exe".into(), vec![NAME.into()]);
}

/// A guardian's life, which ends with its Worker's.
pub(crate) fn run() -> Result<(), Failure> {
    let Deeds { killed, removed, left } = daemon_worker::guard()
        .map_err(|error| Failure::Start(format!("the system does not let it guard: {error}")))?;
    let say = |line: String| {
        // The Worker's log may be gone with the Worker.
        let _ = writeln!(std::io::stderr(), "hearth {NAME}: {line}");
    };
    if killed > 0 {
        say(format!("the Worker is gone; killed {killed} processes that it has left"));
    }
    for folder in removed {
        say(format!("removed {}", folder.display()));
    }
    for (folder, reason) in left {
        say(format!("cannot remove {}: {reason}", folder.display()));
    }
    Ok(())
}
