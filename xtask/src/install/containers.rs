//! What containers are built and run with. Debian's own packages build; the daemon is that of Debian's unstable suite, for a
//! stable one has no Compose of today. It is unpacked and not installed, so that the machine stays as it is.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use conformance::cache::{self, Lock, complete, is_complete};
use conformance::{Failure, Result};

use super::debian;
use super::environment::size;
use crate::progress::{Step, last_line, megabytes};

/// How long to wait for another process that installs them.
const PATIENCE: Duration = Duration::from_secs(600);

/// Programs of the installed packages, by which they are known to be there.
const TOOLS: [&str; 6] = [
    "/usr/bin/buildah",
    "/usr/bin/mmdebstrap",
    "/usr/sbin/runc",
    "/usr/sbin/iptables",
    "/usr/bin/unshare",
    "/bin/ip",
];

const PACKAGES: [&str; 6] = ["buildah", "mmdebstrap", "runc", "iptables", "util-linux", "iproute2"];

/// Taken from the unstable suite.
const UNPACKED: [&str; 4] = ["containerd", "docker.io", "docker-cli", "docker-compose"];

/// Reads the lists of that suite alone, into a folder of its own, from where this machine has its packages.
const DOWNLOAD: &str = r#"
mkdir -p apt/lists/partial apt/archives/partial root
archive=$(apt-get indextargets 'Label: Debian' 'Created-By: Packages' --format '$(REPO_URI)' | head -n 1)
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $archive sid main" > apt/sources.list
export APT_CONFIG="$PWD/apt/conf"
cat > "$APT_CONFIG" <<END
Dir::Etc::SourceList "$PWD/apt/sources.list";
Dir::Etc::SourceParts "-";
Dir::State::Lists "$PWD/apt/lists";
Dir::Cache "$PWD/apt";
END
apt-get update
apt-get download "$@"
for package in *.deb; do dpkg -x "$package" root; done
rm -r apt *.deb
"#;

/// Installs what builds images.
pub(crate) fn image_tools() -> Result<()> {
    if TOOLS.iter().all(|tool| Path::new(tool).exists()) {
        return Ok(());
    }
    debian::install("what builds and runs images", &[&PACKAGES])
}

/// The root below which the engine's programs are, unpacked if need be.
pub(crate) fn container_engine() -> Result<PathBuf> {
    image_tools()?;
    let folder = cache::folder()?.join("engine");
    let _held = Lock::acquire(&folder.with_file_name("engine.lock"), PATIENCE)?;
    let root = folder.join("root");
    if !is_complete(&folder, "") {
        let mut step = Step::begin("Unpacking a container engine");
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(Failure::io(format!("remove {}", folder.display())))?;
        }
        fs::create_dir_all(&folder).map_err(Failure::io(format!("make {}", folder.display())))?;
        let log = folder.join("install.log");
        let mut command = Command::new("sh");
        command.args(["-euc", DOWNLOAD, "sh"]).args(UNPACKED).current_dir(&folder);
        step.run(command, &log, || last_line(&log))?;
        complete(&folder, "")?;
        step.done(&megabytes(size(&root)));
    }
    Ok(root)
}
