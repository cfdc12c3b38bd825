//! The serialVersionUIDs of Spark's classes, from the class files of its releases: what a JVM would say of them, without
//! one. Beside them the lines of the methods that stand in a trace of Spark's network. They make up the tables that
//! `wire/deploy` writes and reads by.
//!
//! ```text
//!   PyPI ── download ──► jars ── class_file ──► description ── wanted ──► table ──► crates/wire/deploy/src/schema/*.tsv
//!                                    │              └── serial_version_uid  ▲
//!                                    └── lines ── wanted ───────────────────┘
//! ```

mod class_file;
mod description;
mod download;
mod jars;
mod release;
mod serial_version_uid;
mod table;
mod wanted;

use std::fs;
use std::path::{Path, PathBuf};

use conformance::{Failure, Result};

use self::jars::Jars;
use self::release::Release;
use self::table::{Found, Table};

/// Brings releases into the tables; without a release, computes all of them anew.
///
/// The jars come from PyPI, or, for one release, from a folder.
pub(crate) fn suids(releases: &[String], folder: Option<&Path>) -> Result<()> {
    let files = Files::in_repository();
    let mut table = Table::parse(&read(&files.releases)?, &read(&files.classes)?, &read(&files.lines)?)?;
    let mut wanted: Vec<Release> = releases.iter().map(|text| text.parse()).collect::<Result<_>>()?;
    if wanted.is_empty() {
        wanted = table.releases().cloned().collect();
    }
    if folder.is_some() && wanted.len() != 1 {
        return Err(Failure::unexpected("a folder holds the jars of one release: say which"));
    }
    let (names, methods) = (read(&files.wanted)?, read(&files.frames)?);
    for release in &wanted {
        let mut jars = match folder {
            Some(folder) => Jars::in_folder(folder)?,
            None => download::jars(release)?,
        };
        let classes = wanted::describe(wanted::names(&names), &mut jars)?;
        let lines = wanted::lines(wanted::names(&methods), &mut jars)?;
        if classes.is_empty() {
            return Err(Failure::unexpected(format!(
                "the jars of Spark {release} have no class of the list"
            )));
        }
        let counts = format!("{} classes, the lines of {} methods", classes.len(), lines.len());
        table.set(release, jars.scala_version()?, Found { classes, lines });
        eprintln!("Spark {release}: {counts}, {}", news(&table, release));
        // After each: a download that fails later takes nothing away.
        write(&files.releases, &table.render_releases())?;
        write(&files.classes, &table.render_classes())?;
        write(&files.lines, &table.render_lines())?;
    }
    Ok(())
}

/// What is new in a release.
fn news(table: &Table, release: &Release) -> String {
    let Some(before) = table.before(release) else {
        return "the first one of its Scala".to_owned();
    };
    match &table.differing(before, release)[..] {
        [] => format!("all as in {before}"),
        names => format!("{} not as in {before}: {}", names.len(), names.join(", ")),
    }
}

/// The tables, and the lists of what belongs into them.
struct Files {
    releases: PathBuf,
    classes: PathBuf,
    lines: PathBuf,
    wanted: PathBuf,
    frames: PathBuf,
}

impl Files {
    fn in_repository() -> Self {
        let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/wire/deploy/src/schema");
        Self {
            releases: schema.join("releases.tsv"),
            classes: schema.join("classes.tsv"),
            lines: schema.join("lines.tsv"),
            wanted: schema.join("wanted.txt"),
            frames: schema.join("frames.txt"),
        }
    }
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(Failure::io(format!("read {}", path.display())))
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).map_err(Failure::io(format!("write {}", path.display())))
}
