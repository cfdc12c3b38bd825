//! moto, an object store in memory that speaks S3, conditional writes included.

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};

use crate::service::Service;
use crate::{Failure, Result, Sandbox, cache};

/// What is installed, as lines for pip.
pub const REQUIREMENTS: &str = include_str!("../python/requirements/moto.txt");

/// The virtual environment that moto is in, whether it is there or not.
pub fn folder() -> Result<PathBuf> {
    Ok(cache::folder()?.join("moto"))
}

/// Whether the environment holds what [`REQUIREMENTS`] says.
pub fn is_complete(folder: &Path) -> bool {
    fs::read_to_string(folder.join(crate::spark::COMPLETE_MARKER)).is_ok_and(|marker| marker == REQUIREMENTS)
}

/// The server's program.
pub fn program() -> Result<PathBuf> {
    let folder = folder()?;
    if is_complete(&folder) {
        return Ok(folder.join("bin/moto_server"));
    }
    Err(Failure::Missing {
        what: format!("moto in {}", folder.display()),
        remedy: "run `cargo xtask moto`".to_owned(),
    })
}

/// Starts an empty one.
pub fn start() -> Result<Service> {
    let command = |sandbox: &Sandbox, port: u16| {
        let mut command = sandbox.command(program()?)?;
        command.args(["-H", "127.0.0.1", "-p", &port.to_string()]);
        Ok(command)
    };
    Service::start("moto", command, |port| TcpStream::connect(("127.0.0.1", port)).is_ok())
}

/// Makes a bucket in the one at this address.
pub fn make_bucket(address: &str, name: &str) -> Result<()> {
    let url = format!("http://{address}/{name}");
    let made = ureq::put(&url).send_empty();
    made.map(drop).map_err(|error| Failure::unexpected(format!("PUT {url}: {error}")))
}
