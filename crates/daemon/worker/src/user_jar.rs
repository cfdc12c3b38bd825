//! The jar of a cluster-mode driver: fetched into the driver's folder (`DriverRunner.downloadUserJar`, 3.5).

mod http;
mod source;

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use edge_net::{StreamError, fetch_stream};
use source::Source;
use tokio::fs::{self, File};
use tokio::io::AsyncWriteExt;
use tracing::info;

use crate::folders::said;

/// `spark.files.fetchTimeout`: how long whoever has the jar may be silent.
const PATIENCE: Duration = Duration::from_secs(60);

/// Brings the jar at `url` into `folder`, where one that is there already is left as it is. Dropped, it stops and
/// leaves nothing behind.
///
/// # Errors
/// With a sentence that names the jar, what was wrong and what to do.
pub(crate) async fn fetch(url: &str, folder: &Path) -> Result<PathBuf, String> {
    let refuse = |reason: &dyn std::fmt::Display| format!("cannot fetch the driver's jar '{url}': {reason}");
    if url.is_empty() {
        // A Python driver that was submitted over REST has none: Spark finds the folder itself in its place.
        return Ok(folder.to_owned());
    }
    let source = Source::of(url).map_err(|reason| refuse(&reason))?;
    let name = source.name().ok_or_else(|| refuse(&"it names no file"))?;
    let jar = folder.join(&name);
    if fs::try_exists(&jar).await.unwrap_or(false) {
        return Ok(jar);
    }
    info!(target: "DriverRunner", "Copying user jar {url} to {}", jar.display());
    // A jar that breaks off half way must not be taken for the whole one by the next try.
    let part = Part(folder.join(format!("{name}.part")));
    copy(&source, &part.0).await.map_err(|reason| refuse(&reason))?;
    fs::rename(&part.0, &jar).await.map_err(|error| refuse(&error))?;
    Ok(jar)
}

async fn copy(source: &Source, to: &Path) -> Result<(), String> {
    let cannot_write = |error: io::Error| format!("cannot write '{}': {}", to.display(), said(&error));
    let mut file = File::create(to).await.map_err(cannot_write)?;
    match source {
        Source::Disk(path) => {
            let cannot_read =
                |error: io::Error| format!("cannot copy '{}': {}", path.display(), said(&error));
            let mut from = File::open(path).await.map_err(cannot_read)?;
            tokio::io::copy(&mut from, &mut file).await.map_err(cannot_read)?;
        }
        Source::Http(url) => http::download(url, &mut file, PATIENCE).await?,
        Source::FileServer { address, stream } => {
            let fetched = fetch_stream(address, stream, &mut file, PATIENCE).await;
            fetched.map_err(|error| match error {
                StreamError::NotWritten(reason) => cannot_write(reason),
                other => other.to_string(),
            })?;
        }
    }
    // A file of tokio tells of its last write only now.
    file.flush().await.map_err(cannot_write)
}

/// A file that goes unless it was given its real name.
struct Part(PathBuf);

impl Drop for Part {
    fn drop(&mut self) {
        // After the renaming there is none.
        let _ = std::fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests;
