//! What a small emulated machine is made of: an emulator, a shell without libraries, and a kernel.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use conformance::{Failure, Result, cache};

use super::debian;

/// The package that depends on the newest of its kind.
const KERNEL: &str = "linux-image-cloud-amd64";

/// The kernel that the machine boots.
pub(crate) fn small_machine() -> Result<PathBuf> {
    if !cfg!(target_arch = "x86_64") {
        return Err(Failure::Missing {
            what: "an emulated machine for this processor".to_owned(),
            remedy: "run this on x86-64".to_owned(),
        });
    }
    let tools = ["/usr/bin/qemu-system-x86_64", "/bin/busybox", "/usr/bin/cpio"];
    if !tools.iter().all(|tool| Path::new(tool).exists()) {
        debian::install("an emulator", &[&["qemu-system-x86", "busybox-static", "cpio"]])?;
    }
    let folder = cache::folder()?.join("kernel");
    if let Some(kernel) = kernel_in(&folder) {
        return Ok(kernel);
    }
    fs::create_dir_all(&folder).map_err(Failure::io(format!("make {}", folder.display())))?;
    // It is unpacked and not installed: this machine boots another one.
    let script = format!(
        "package=$(apt-cache depends {KERNEL} | awk '/Depends:/ {{ print $2; exit }}') && \
         apt-get download \"$package\" && dpkg -x \"$package\"_*.deb . && rm \"$package\"_*.deb"
    );
    let status = Command::new("sh").args(["-ec", &script]).current_dir(&folder).status();
    status.map_err(Failure::io("run apt-get"))?;
    kernel_in(&folder).ok_or_else(|| Failure::Missing {
        what: "a kernel to boot".to_owned(),
        remedy: format!("have apt-get download {KERNEL}, or put a vmlinuz into {}/boot", folder.display()),
    })
}

fn kernel_in(folder: &Path) -> Option<PathBuf> {
    let files = fs::read_dir(folder.join("boot")).ok()?.flatten().map(|entry| entry.path());
    files
        .filter(|file| file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("vmlinuz")))
        .max()
}
