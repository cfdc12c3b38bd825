//! What a build takes for Maven's local repository: it has `hadoop-aws`, which is in no registry that the tests reach.
//!
//! The Dockerfile asks Spark to fetch Hadoop's module for `s3a:`, and Spark looks here first. So that step is done as it is
//! for everybody else, and what it fetches is Hadoop's, though of an earlier release than it is taken for.

use std::fs;
use std::path::{Path, PathBuf};

use conformance::{Failure, Result, Sandbox, Spark, s3a};

use crate::install;

/// The Dockerfile's own, unless it is told otherwise.
const SPARK: &str = "3.5.7";

/// An artifact of Maven's.
struct Artifact<'a> {
    group: &'a str,
    name: &'a str,
    version: &'a str,
}

/// Makes it for the Sparks that images are built with.
pub(super) fn make(sandbox: &Sandbox) -> Result<PathBuf> {
    install::s3a()?;
    let [module, sdk] = s3a::jars()?;
    let version = hadoop(&install::spark(SPARK)?)?;
    let sdks = Artifact { group: "com.amazonaws", name: "aws-java-sdk-bundle", version: "1.11.901" };
    let modules = Artifact { group: "org.apache.hadoop", name: "hadoop-aws", version: &version };
    put(sandbox, &sdks, &sdk, "")?;
    let dependency = format!("<dependencies><dependency>{}</dependency></dependencies>", sdks.coordinates());
    put(sandbox, &modules, &module, &dependency)?;
    Ok(sandbox.path("maven"))
}

impl Artifact<'_> {
    fn coordinates(&self) -> String {
        let Self { group, name, version } = self;
        format!("<groupId>{group}</groupId><artifactId>{name}</artifactId><version>{version}</version>")
    }
}

fn put(sandbox: &Sandbox, artifact: &Artifact<'_>, jar: &Path, dependencies: &str) -> Result<()> {
    let Artifact { group, name, version } = artifact;
    let folder = sandbox.subfolder(format!("maven/{}/{name}/{version}", group.replace('.', "/")))?;
    let coordinates = artifact.coordinates();
    let pom = format!("<project><modelVersion>4.0.0</modelVersion>{coordinates}{dependencies}</project>\n");
    let path = folder.join(format!("{name}-{version}.pom"));
    fs::write(&path, pom).map_err(Failure::io(format!("write {}", path.display())))?;
    let path = folder.join(format!("{name}-{version}.jar"));
    fs::copy(jar, &path).map_err(Failure::io(format!("copy {}", jar.display()))).map(drop)
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
