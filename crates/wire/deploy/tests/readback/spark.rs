//! The installed Sparks, as `make test` and `cargo xtask spark` leave them.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use wire_deploy::Family;

/// An installed Spark: a virtual environment with pyspark in it.
pub(crate) struct Spark {
    pub(crate) version: String,
    folder: PathBuf,
}

impl Spark {
    /// The versions of `HEARTH_SPARK_VERSIONS`, else one of each family.
    pub(crate) fn selected() -> Vec<Self> {
        let versions = env::var("HEARTH_SPARK_VERSIONS").unwrap_or_else(|_| "3.5.7,4.3.0".into());
        versions.split(',').map(|version| Self::installed(version.trim())).collect()
    }

    fn installed(version: &str) -> Self {
        let folder = cache().join("spark").join(version);
        assert!(
            folder.join(".complete").is_file(),
            "Spark {version} is not installed in {}: `make test` installs it, and so does `cargo xtask spark {version}`",
            folder.display()
        );
        Self { version: version.into(), folder }
    }

    pub(crate) fn family(&self) -> Family {
        if self.version.starts_with('3') { Family::Scala212 } else { Family::Scala213 }
    }

    /// Runs `tests/readback/SCRIPT SPARK_HOME FOLDER`, which starts a JVM with this Spark's classes.
    pub(crate) fn run(&self, script: &str, folder: &Path) {
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/readback");
        let output = Command::new(self.folder.join("bin/python"))
            // No compiled scripts in the sources.
            .arg("-B")
            .arg(scripts.join(script))
            .args([self.home(), folder.to_owned()])
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "Spark {}: {script}: {stderr}", self.version);
    }

    fn home(&self) -> PathBuf {
        let pythons = fs::read_dir(self.folder.join("lib")).unwrap();
        let homes = pythons.map(|python| python.unwrap().path().join("site-packages/pyspark"));
        let mut homes = homes.filter(|home| home.join("jars").is_dir());
        homes.next().unwrap_or_else(|| panic!("{} has no pyspark in it", self.folder.display()))
    }
}

fn cache() -> PathBuf {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("HEARTH_CACHE")
        .or_else(|| set("XDG_CACHE_HOME").map(|cache| cache.join("hearth")))
        .or_else(|| set("HOME").map(|home| home.join(".cache/hearth")))
        .unwrap_or_else(|| panic!("none of HEARTH_CACHE, XDG_CACHE_HOME and HOME says where Spark is kept"))
}
