//! moto, an object store in memory that speaks S3, conditional writes included.

use std::collections::BTreeMap;
use std::net::TcpStream;
use std::path::PathBuf;

use crate::service::Service;
use crate::{Failure, Result, Sandbox, cache};

/// The bucket of the tests that run whole clusters.
pub const BUCKET: &str = "states";

/// What is installed, as lines for pip.
pub const REQUIREMENTS: &str = include_str!("../python/requirements/moto.txt");

/// The virtual environment that moto is in, whether it is there or not.
pub fn folder() -> Result<PathBuf> {
    Ok(cache::folder()?.join("moto"))
}

/// The server's program.
pub fn program() -> Result<PathBuf> {
    let folder = folder()?;
    if cache::is_complete(&folder, REQUIREMENTS) {
        return Ok(folder.join("bin/moto_server"));
    }
    Err(Failure::Missing {
        what: format!("moto in {}", folder.display()),
        remedy: "run `cargo xtask moto`".to_owned(),
    })
}

/// Starts an empty one on the loopback.
pub fn start() -> Result<Service> {
    start_at("127.0.0.1")
}

/// Starts an empty one that listens on this address of the machine as well as it can be reached from there.
pub fn start_at(host: &'static str) -> Result<Service> {
    let command = move |sandbox: &Sandbox, port: u16| {
        let mut command = sandbox.command(program()?)?;
        command.args(["-H", host, "-p", &port.to_string()]);
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

/// Nobody looks at signatures; without one, objects are for their owner alone.
const SOMEBODY: &str = "AWS4-HMAC-SHA256 Credential=tests/20260101/us-east-1/s3/aws4_request";

/// All objects of [`BUCKET`], by their keys.
pub fn objects(address: &str) -> Result<BTreeMap<String, Vec<u8>>> {
    let listed = get(&format!("http://{address}/{BUCKET}?list-type=2"))?.unwrap_or_default();
    let listed = String::from_utf8_lossy(&listed).into_owned();
    let keys = listed.split("<Key>").skip(1).filter_map(|rest| Some(rest.split_once("</Key>")?.0.to_owned()));
    let mut objects = BTreeMap::new();
    for key in keys {
        // What was removed since it was listed is not there.
        if let Some(bytes) = get(&format!("http://{address}/{BUCKET}/{key}"))? {
            objects.insert(key, bytes);
        }
    }
    Ok(objects)
}

/// Puts an object there, whatever there was.
pub fn put(address: &str, key: &str, bytes: &[u8]) -> Result<()> {
    let url = format!("http://{address}/{BUCKET}/{key}");
    let put = ureq::put(&url).header("authorization", SOMEBODY).send(bytes);
    put.map(drop).map_err(|error| Failure::unexpected(format!("PUT {url}: {error}")))
}

fn get(url: &str) -> Result<Option<Vec<u8>>> {
    let wrong = |error: ureq::Error| Failure::unexpected(format!("GET {url}: {error}"));
    match ureq::get(url).header("authorization", SOMEBODY).call() {
        Ok(mut found) => found.body_mut().read_to_vec().map(Some).map_err(wrong),
        Err(ureq::Error::StatusCode(404)) => Ok(None),
        Err(error) => Err(wrong(error)),
    }
}
