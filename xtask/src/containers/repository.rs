//! What a build takes for Maven's local repository: it has `hadoop-aws`, which no registry of the tests has.
//!
//! The Dockerfile asks Spark to fetch Hadoop's module for `s3a:`, and Spark looks here first. So that step is done as it is
//! for everybody else, and what it fetches is a stand-in, see `conformance/apps/S3AFileSystem.java`.

use std::fs;
use std::path::{Path, PathBuf};

use conformance::{Failure, Result, Sandbox, Spark, application};

use crate::install;

/// The Dockerfile's own, unless it is told otherwise.
const SPARK: &str = "3.5.7";

/// Makes it for the Sparks that images are built with.
pub(super) fn make(sandbox: &Sandbox) -> Result<PathBuf> {
    install::jdk()?;
    let spark = install::spark(SPARK)?;
    let jar = application::jar(sandbox, &spark, "hadoop-aws", &["S3AFileSystem"])?;
    let version = hadoop(&spark)?;
    let repository = sandbox.path("maven");
    let folder = sandbox.subfolder(format!("maven/org/apache/hadoop/hadoop-aws/{version}"))?;
    let pom = format!(
        "<project><modelVersion>4.0.0</modelVersion><groupId>org.apache.hadoop</groupId>\
         <artifactId>hadoop-aws</artifactId><version>{version}</version></project>\n"
    );
    let path = folder.join(format!("hadoop-aws-{version}.pom"));
    fs::write(&path, pom).map_err(Failure::io(format!("write {}", path.display())))?;
    let path = folder.join(format!("hadoop-aws-{version}.jar"));
    fs::copy(&jar, &path).map_err(Failure::io(format!("copy {}", jar.display())))?;
    Ok(repository)
}

/// The release of Hadoop that a Spark was built with.
fn hadoop(spark: &Spark) -> Result<String> {
    let jars = spark.home().join("jars");
    let files = fs::read_dir(&jars).map_err(Failure::io(format!("read {}", jars.display())))?;
    let version = files.flatten().find_map(|file| version_of(&file.path()));
    version.ok_or_else(|| Failure::unexpected(format!("{} has no hadoop-client-api", jars.display())))
}

fn version_of(jar: &Path) -> Option<String> {
    let name = jar.file_name()?.to_str()?;
    Some(name.strip_prefix("hadoop-client-api-")?.strip_suffix(".jar")?.to_owned())
}
