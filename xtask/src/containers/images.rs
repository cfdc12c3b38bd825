//! The images of `docker/spark/Dockerfile`, built on a Debian of our own making: no registry of images is asked.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use conformance::{Failure, Result, Sandbox, binary, cache};

use super::repository;
use crate::install;
use crate::progress::{Step, last_line, megabytes};

/// What all of them begin with.
const BASE: &str = "localhost/hearth-base:bookworm";

/// The roots of trust of this machine, for whatever a build fetches.
const TRUSTED: &str = "/etc/ssl/certs/ca-certificates.crt";

/// The most that the image of Hearth alone may take, in bytes.
const LARGEST: u64 = 60_000_000;

/// Where pip finds them in a build.
const PIP: &str = "[global]\ncert = /run/trusted.crt\n";

/// One of the Dockerfile's targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Image {
    /// Hearth alone.
    Hearth,
    /// With a Spark, Java and Python.
    Spark,
    /// With JupyterLab and libraries besides.
    Notebook,
}

impl Image {
    /// All that there are.
    pub(crate) const ALL: [Self; 3] = [Self::Hearth, Self::Spark, Self::Notebook];

    /// What it is called, in the documents and here.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Hearth => "hearth:latest",
            Self::Spark => "spark-custom:3.5.7",
            Self::Notebook => "spark-custom-jupyter:3.5.7",
        }
    }

    const fn target(self) -> &'static str {
        match self {
            Self::Hearth => "hearth",
            Self::Spark => "spark",
            Self::Notebook => "notebook",
        }
    }

    /// Where it is kept, to be loaded by an engine.
    fn archive(self) -> Result<PathBuf> {
        Ok(folder()?.join(format!("{}.tar", self.target())))
    }
}

fn folder() -> Result<PathBuf> {
    Ok(cache::folder()?.join("images"))
}

/// Builds these, of the program in `dist`, and says what they take. The archives of them, each with its image.
pub(crate) fn build(sandbox: &Sandbox, images: &[Image]) -> Result<Vec<(Image, PathBuf)>> {
    install::image_tools()?;
    let folder = folder()?;
    fs::create_dir_all(&folder).map_err(Failure::io(format!("make {}", folder.display())))?;
    base(&folder)?;
    let maven = repository::make(sandbox)?;
    let pip = sandbox.path("pip.conf");
    fs::write(&pip, PIP).map_err(Failure::io(format!("write {}", pip.display())))?;
    images.iter().map(|&image| Ok((image, build_one(image, &folder, &maven, &pip)?))).collect()
}

/// A minimal Debian, as the images of Debian are.
fn base(folder: &Path) -> Result<()> {
    if buildah(&["inspect", "--type", "image", BASE]).is_ok() {
        return Ok(());
    }
    let mut step = Step::begin("Making a minimal Debian");
    let (tar, log) = (folder.join("base.tar"), folder.join("base.log"));
    let mut command = Command::new("mmdebstrap");
    command.args(["--variant=minbase", "--include=ca-certificates", "bookworm"]).arg(&tar);
    step.run(command, &log, || last_line(&log))?;
    let container = buildah(&["from", "scratch"])?;
    buildah(&["add", "--quiet", &container, &tar.to_string_lossy(), "/"])?;
    buildah(&["config", "--cmd", "bash", &container])?;
    buildah(&["commit", "--rm", "--quiet", &container, BASE])?;
    fs::remove_file(&tar).map_err(Failure::io(format!("remove {}", tar.display())))?;
    step.done(BASE);
    Ok(())
}

fn build_one(image: Image, folder: &Path, maven: &Path, pip: &Path) -> Result<PathBuf> {
    let mut step = Step::begin(format!("Building the image {}", image.name()));
    let log = folder.join(format!("{}.log", image.target()));
    let volumes = [
        format!("{TRUSTED}:/run/trusted.crt:ro"),
        format!("{}:/etc/pip.conf:ro", pip.display()),
        format!("{}:/maven/.m2/repository:ro", maven.display()),
    ];
    let mut command = Command::new("buildah");
    command.args(["bud", "--isolation", "chroot", "--network", "host", "--layers", "--format", "docker"]);
    command.args(["--build-arg", &format!("BASE={BASE}"), "--file", "docker/spark/Dockerfile"]);
    command.args(volumes.iter().flat_map(|volume| ["--volume", volume]));
    let name = format!("localhost/{}", image.name());
    command.args(["--target", image.target(), "--tag", &name, "."]).current_dir(binary::workspace());
    step.run(command, &log, || last_line(&log))?;

    let archive = image.archive()?;
    if archive.exists() {
        fs::remove_file(&archive).map_err(Failure::io(format!("remove {}", archive.display())))?;
    }
    buildah(&["push", "--quiet", &name, &format!("docker-archive:{}:{}", archive.display(), image.name())])?;
    let size = size(&name)?;
    step.done(&megabytes(size));
    println!("{}: {}", image.name(), megabytes(size));
    if image == Image::Hearth && size > LARGEST {
        return Err(Failure::unexpected(format!("{} takes more than {}", image.name(), megabytes(LARGEST))));
    }
    Ok(archive)
}

/// What an image takes unpacked, in bytes.
fn size(name: &str) -> Result<u64> {
    let container = buildah(&["from", "--pull=never", name])?;
    let measured = buildah(&["mount", &container]).map(|root| install::size(Path::new(&root)));
    buildah(&["rm", &container])?;
    measured
}

/// What buildah says, which must end well.
fn buildah(arguments: &[&str]) -> Result<String> {
    let output = Command::new("buildah").args(arguments).output().map_err(Failure::io("run buildah"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Failure::unexpected(format!("buildah {}: {}", arguments.join(" "), said.trim())))
}
