//! The classes in a release's jars.

use std::collections::HashMap;
use std::io::{Cursor, Read};
use std::path::Path;

use conformance::{Failure, Result};
use zip::ZipArchive;

use super::class_file::ClassFile;

/// The jars that hold Spark's messages and what these hold, and all that stands in a trace of Spark's network: a jar's
/// name begins like this.
const WANTED: [&str; 8] = [
    "spark-core_",
    "spark-common-utils",
    "spark-network-common_",
    "scala-library-",
    "netty-transport-",
    "netty-codec-",
    "netty-handler-",
    "netty-common-",
];

/// Whether a jar of that name holds what we look for.
pub(super) fn is_wanted(file_name: &str) -> bool {
    file_name.ends_with(".jar") && WANTED.iter().any(|beginning| file_name.starts_with(beginning))
}

/// The jars of one release, in memory.
pub(super) struct Jars {
    archives: Vec<ZipArchive<Cursor<Vec<u8>>>>,
    /// In which archive a class lies.
    places: HashMap<String, usize>,
    scala_version: Option<String>,
}

impl Jars {
    pub(super) fn new() -> Self {
        Self { archives: Vec::new(), places: HashMap::new(), scala_version: None }
    }

    /// The jars in a folder, such as `jars` of a Spark distribution.
    pub(super) fn in_folder(folder: &Path) -> Result<Self> {
        let mut jars = Self::new();
        let entries = std::fs::read_dir(folder).map_err(Failure::io(format!("list {}", folder.display())))?;
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if is_wanted(&name) {
                let bytes = std::fs::read(entry.path()).map_err(Failure::io(format!("read {name}")))?;
                jars.add(&name, bytes)?;
            }
        }
        Ok(jars)
    }

    /// Adds a jar.
    pub(super) fn add(&mut self, file_name: &str, bytes: Vec<u8>) -> Result<()> {
        let broken = |error| Failure::unexpected(format!("{file_name} is no jar: {error}"));
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
        for name in archive.file_names() {
            if let Some(class) = name.map_err(broken)?.strip_suffix(".class") {
                self.places.insert(class.replace('/', "."), self.archives.len());
            }
        }
        self.archives.push(archive);
        if let Some(version) = file_name.strip_prefix("scala-library-") {
            self.scala_version = version.strip_suffix(".jar").map(str::to_owned);
        }
        Ok(())
    }

    /// The version of Scala's library, such as `2.13.16`.
    pub(super) fn scala_version(&self) -> Result<&str> {
        self.scala_version
            .as_deref()
            .ok_or_else(|| Failure::unexpected("there is no scala-library-*.jar among the jars"))
    }

    /// The class of that name; none where the jars do not have it.
    pub(super) fn class(&mut self, name: &str) -> Result<Option<ClassFile>> {
        let Some(place) = self.places.get(name) else { return Ok(None) };
        let broken = |error: &dyn std::fmt::Display| Failure::unexpected(format!("class {name}: {error}"));
        let mut bytes = Vec::new();
        self.archives[*place]
            .by_name(&format!("{}.class", name.replace('.', "/")))
            .map_err(|error| broken(&error))?
            .read_to_end(&mut bytes)
            .map_err(|error| broken(&error))?;
        ClassFile::read(&bytes).map(Some).map_err(|error| broken(&error))
    }
}
