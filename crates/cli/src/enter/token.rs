//! A notebook's token that nobody has chosen: made once, and kept in a file that its owner alone can read.

use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use crate::failure::Failure;

/// How many bytes of chance are in it.
const LENGTH: usize = 24;

/// Sees to it that the file holds a token: the one that is there, else a new one.
pub(super) fn keep(file: &Path) -> Result<(), Failure> {
    let wrong = |error: io::Error| {
        Failure::Start(format!("cannot keep a token in {} (JUPYTER_TOKEN_FILE): {error}", file.display()))
    };
    match fs::read_to_string(file) {
        Ok(token) if !token.trim().is_empty() => Ok(()),
        Ok(_) => Err(Failure::Usage(format!(
            "{} (JUPYTER_TOKEN_FILE) is empty: write a token into it, or remove it, and one is made",
            file.display()
        ))),
        Err(error) if error.kind() == ErrorKind::NotFound => make(file).map_err(wrong),
        Err(error) => Err(wrong(error)),
    }
}

fn make(file: &Path) -> io::Result<()> {
    let mut bytes = [0; LENGTH];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    let token = bytes.iter().fold(String::new(), |mut token, byte| {
        let _infallible = write!(token, "{byte:02x}");
        token
    });
    let mut made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    made.write_all(token.as_bytes())
}
