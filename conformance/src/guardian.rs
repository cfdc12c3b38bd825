//! A small process that outlives the harness and cleans up after it.
//!
//! A destructor does not run at Ctrl-C, at a test runner's timeout or at SIGKILL. The guardian holds the other
//! end of a pipe: when the harness is gone, for whatever reason, it reads the end of the file and kills
//! whatever still carries the tag.

use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::processes::TAG_VARIABLE;

const SCRIPT: &str = r#"
cat > /dev/null
for round in 1 2 3; do
  for environment in /proc/[0-9]*/environ; do
    if grep -aqs "$1" "$environment"; then
      pid=${environment#/proc/}
      kill -9 "${pid%/environ}" 2> /dev/null
    fi
  done
done
rm -rf "$2"
"#;

/// Ends together with the sandbox that it guards, or after it.
#[derive(Debug)]
pub(crate) struct Guardian {
    child: Child,
}

impl Guardian {
    /// Guards the processes with `tag` and the folder.
    pub(crate) fn start(tag: &str, folder: &Path) -> io::Result<Self> {
        let child = Command::new("sh")
            .args(["-c", SCRIPT, "guardian"])
            .arg(format!("{TAG_VARIABLE}={tag}"))
            .arg(folder)
            .env_remove(TAG_VARIABLE)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Its own group: Ctrl-C at the terminal must not reach it.
            .process_group(0)
            .spawn()?;
        Ok(Self { child })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Guardian {
    fn drop(&mut self) {
        // The end of its input sends it to work; by now there is nothing left to kill.
        drop(self.child.stdin.take());
        let _status = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;
    use std::process::{Command, Stdio};

    use super::{Guardian, TAG_VARIABLE};

    fn sleeper(tag: &str) -> std::process::Child {
        let mut command = Command::new("sleep");
        command.arg("600").env(TAG_VARIABLE, tag).stdin(Stdio::null()).spawn().unwrap()
    }

    #[test]
    fn at_the_end_of_its_input_it_kills_what_carries_the_tag_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let guarded = folder.path().join("guarded");
        std::fs::create_dir(&guarded).unwrap();
        let tag = folder.path().file_name().unwrap().to_str().unwrap();
        let (mut marked, mut other) = (sleeper(tag), sleeper("somebody else's"));

        drop(Guardian::start(tag, &guarded).unwrap());

        assert_eq!(marked.wait().unwrap().signal(), Some(9));
        assert!(!guarded.exists());
        assert!(other.try_wait().unwrap().is_none());
        other.kill().unwrap();
        other.wait().unwrap();
    }
}
