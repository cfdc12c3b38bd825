//! Finds a Java that every Spark under test runs on.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::{env, fs};

use crate::{Failure, Result};

/// The Java releases that Spark 3.4 to 4.3 run on (17), or 3.5 to 4.3 (up to 21). The first is the best.
pub const RELEASES: [u32; 5] = [17, 21, 20, 19, 18];

/// An installed Java.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Java {
    /// What `JAVA_HOME` has to be.
    pub home: PathBuf,
    /// 17, 21, ...
    pub release: u32,
}

/// The best Java of this machine: `JAVA_HOME`, then the one on `PATH`, then those below `/usr/lib/jvm`.
pub fn find() -> Result<Java> {
    static FOUND: OnceLock<Java> = OnceLock::new();
    if let Some(java) = FOUND.get() {
        return Ok(java.clone());
    }
    let java = search().ok_or_else(|| Failure::Missing {
        what: "Java 17 or 21 (looked at JAVA_HOME, PATH and /usr/lib/jvm)".to_owned(),
        remedy: "run `cargo xtask java`, or install openjdk-17-jre-headless".to_owned(),
    })?;
    Ok(FOUND.get_or_init(|| java).clone())
}

/// The compiler `javac` of a JDK: beside the Java that is used, else on `PATH`, else below `/usr/lib/jvm`.
pub fn compiler() -> Result<PathBuf> {
    let beside = find().ok().map(|java| java.home.join("bin/javac"));
    beside
        .into_iter()
        .chain(on_path("javac"))
        .chain(installed("javac"))
        // A compiler of a later Java can write for 17; one of an earlier cannot.
        .find(|program| compiler_release(program).is_some_and(|release| release >= RELEASES[0]))
        .ok_or_else(|| Failure::Missing {
            what: "javac of a JDK 17 or later (looked beside java, at PATH and /usr/lib/jvm)".to_owned(),
            remedy: "run `cargo xtask java`, or install openjdk-17-jdk-headless".to_owned(),
        })
}

fn search() -> Option<Java> {
    let set = env::var_os("JAVA_HOME").map(|home| PathBuf::from(home).join("bin/java"));
    if let Some(java) = set.into_iter().chain(on_path("java")).find_map(|program| inspect(&program)) {
        return Some(java);
    }
    let mut installed: Vec<Java> = installed("java").iter().filter_map(|program| inspect(program)).collect();
    installed.sort_by_key(|java| RELEASES.iter().position(|release| *release == java.release));
    installed.into_iter().next()
}

fn on_path(program: &str) -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).map(|folder| folder.join(program)).collect()
}

fn installed(program: &str) -> Vec<PathBuf> {
    let homes = fs::read_dir("/usr/lib/jvm").into_iter().flatten().flatten();
    homes.map(|entry| entry.path().join("bin").join(program)).collect()
}

/// 17 of a `javac` that says `javac 17.0.15`.
fn compiler_release(program: &Path) -> Option<u32> {
    let output = Command::new(program).arg("-version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.strip_prefix("javac ")?.trim().split(['.', '-', '+']).next()?.parse().ok()
}

/// The Java that `program` belongs to, if Spark runs on it.
fn inspect(program: &Path) -> Option<Java> {
    let program = fs::canonicalize(program).ok()?;
    let output = Command::new(&program).arg("-version").output().ok()?;
    let release = release(&String::from_utf8_lossy(&output.stderr))?;
    let home = program.parent()?.parent()?.to_path_buf();
    RELEASES.contains(&release).then_some(Java { home, release })
}

/// 17 from `openjdk version "17.0.15" 2025-04-15`.
fn release(banner: &str) -> Option<u32> {
    let version = banner.split('"').nth(1)?;
    version.split(['.', '-', '+']).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::release;

    #[test]
    fn the_release_is_read_from_the_banner() {
        assert_eq!(release("openjdk version \"17.0.15\" 2025-04-15\nOpenJDK Runtime"), Some(17));
        assert_eq!(release("openjdk version \"21\" 2023-09-19"), Some(21));
        assert_eq!(release("openjdk version \"26-ea\" 2026-03-17"), Some(26));
        assert_eq!(release("java version \"1.8.0_402\""), Some(1));
        assert_eq!(release("command not found"), None);
    }
}
