//! The jar of a cluster-mode driver: fetched into the driver's folder (`DriverRunner.downloadUserJar`).

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tracing::info;
use ureq::Agent;

/// `spark.files.fetchTimeout`: how long a server may take to accept and to begin its answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long a jar may take as a whole.
const TRANSFER: Duration = Duration::from_secs(600);

/// Brings the jar at `url` into `folder`, where one that is there already is left as it is. Waits for disks and for
/// other machines.
///
/// # Errors
/// With a sentence that names the jar, what was wrong and what to do.
pub(crate) fn fetch(url: &str, folder: &Path) -> Result<PathBuf, String> {
    let refuse = |reason: &dyn std::fmt::Display| format!("cannot fetch the driver's jar '{url}': {reason}");
    let source = Source::of(url).map_err(|reason| refuse(&reason))?;
    let name = source.name().ok_or_else(|| refuse(&"it names no file"))?;
    let jar = folder.join(&name);
    if jar.exists() {
        return Ok(jar);
    }
    info!(target: "DriverRunner", "Copying user jar {url} to {}", jar.display());
    // A jar that breaks off half way must not be taken for the whole one by the next try.
    let part = folder.join(format!("{name}.part"));
    let copied = match &source {
        Source::Disk(path) => fs::copy(path, &part).map(|_| ()),
        Source::Http(url) => download(url, &part),
    };
    copied.and_then(|()| fs::rename(&part, &jar)).map_err(|error| refuse(&error))?;
    Ok(jar)
}

enum Source {
    Disk(PathBuf),
    Http(String),
}

impl Source {
    fn of(url: &str) -> Result<Self, String> {
        let Some((scheme, rest)) = url.split_once(':').filter(|(scheme, _)| is_scheme(scheme)) else {
            return Ok(Self::Disk(url.into()));
        };
        match scheme {
            "http" => Ok(Self::Http(url.to_owned())),
            "file" | "local" => {
                // `file:/x`, `file:///x` and `file://localhost/x` are the same file.
                let path = match rest.strip_prefix("//") {
                    Some(rest) => rest.find('/').map_or("", |slash| &rest[slash..]),
                    None => rest,
                };
                Ok(Self::Disk(decoded(path).into()))
            }
            other => Err(format!(
                "the scheme '{other}' is not supported by this Worker; put the jar on a path that every Worker sees, \
                 or on an http server"
            )),
        }
    }

    /// The last part of its path.
    fn name(&self) -> Option<String> {
        let name = match self {
            Self::Disk(path) => path.file_name()?.to_str()?.to_owned(),
            Self::Http(url) => {
                let path = url.split(['?', '#']).next()?;
                decoded(path.splitn(4, '/').nth(3)?.rsplit('/').next()?)
            }
        };
        let plain = !name.is_empty() && name != "." && name != ".." && !name.contains(['/', '\0']);
        plain.then_some(name)
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|character| character.is_ascii_alphanumeric() || "+-.".contains(character))
}

/// A path of a URL without its percent signs.
fn decoded(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let code = tail.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn download(url: &str, to: &Path) -> io::Result<()> {
    let agent: Agent = Agent::config_builder()
        .proxy(None)
        .timeout_connect(Some(PATIENCE))
        .timeout_recv_response(Some(PATIENCE))
        .timeout_global(Some(TRANSFER))
        .build()
        .into();
    let mut answer = agent.get(url).call().map_err(io::Error::other)?;
    let mut file = File::create(to)?;
    io::copy(&mut answer.body_mut().as_reader(), &mut file)?;
    Ok(())
}

#[cfg(test)]
mod tests;
