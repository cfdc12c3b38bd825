//! `make dist`: what a release consists of, in the folder `dist`.
//!
//! ```text
//!   dist/hearth            the program, for x86-64 and a C library that is not younger than GLIBC
//!   dist/hearth.cdx.json   what is in it: a software bill of materials, CycloneDX
//!   dist/SHA256SUMS        for `sha256sum --check`
//! ```

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use conformance::{Failure, Result, binary};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::install;
use crate::progress::{Step, last_line, megabytes};

/// What it is built for.
const TARGET: &str = "x86_64-unknown-linux-gnu";

/// The oldest C library that it runs with: that of the oldest Linux that Rust itself supports. It is not linked
/// statically, for then names would no longer be resolved as the machine is set up to.
const GLIBC: &str = "2.17";

/// The most that the program may take, in bytes.
const LARGEST: u64 = 25_000_000;

const PROGRAM: &str = "hearth";
const BILL: &str = "hearth.cdx.json";

/// Makes all of it anew.
pub(crate) fn run() -> Result<()> {
    let tools = install::dist()?;
    let folder = folder();
    fs::create_dir_all(&folder).map_err(Failure::io(format!("create {}", folder.display())))?;
    let program = folder.join(PROGRAM);
    let log = folder.join("build.log");

    let mut step = Step::begin("Building the program of the release");
    let mut command = cargo(&tools)?;
    command.args(["zigbuild", "--locked", "--package", "cli", "--profile", "release", "--target"]);
    command.arg(format!("{TARGET}.{GLIBC}"));
    step.run(command, &log, || last_line(&log))?;
    let built = binary::target_folder()?.join(TARGET).join("release").join(PROGRAM);
    fs::copy(&built, &program).map_err(Failure::io(format!("copy {}", built.display())))?;
    step.done(&megabytes(size(&program)?));

    let needed = glibc_needed(&program)?;
    bill_of_materials(&tools, &folder)?;
    fs::remove_file(&log).map_err(Failure::io(format!("remove {}", log.display())))?;
    checksums(&folder)?;
    if size(&program)? > LARGEST {
        return Err(Failure::unexpected(format!("hearth takes more than {}", megabytes(LARGEST))));
    }
    println!(
        "{}: {} for Linux on x86-64, with glibc {needed} or later",
        program.display(),
        megabytes(size(&program)?)
    );
    Ok(())
}

/// Where it all goes.
pub(crate) fn folder() -> PathBuf {
    binary::workspace().join("dist")
}

fn size(file: &Path) -> Result<u64> {
    let data = fs::metadata(file).map_err(Failure::io(format!("look at {}", file.display())))?;
    Ok(data.len())
}

/// Cargo with the tools of a release.
fn cargo(tools: &Path) -> Result<Command> {
    let path = install::path_from([tools.to_path_buf()])?;
    let mut command = Command::new("cargo");
    command.env("PATH", path).env("RUSTFLAGS", remapped()?).current_dir(binary::workspace());
    Ok(command)
}

/// Where it was built is nobody's business: what panics name begins with these.
fn remapped() -> Result<String> {
    let set = |name: &str| env::var_os(name).map(PathBuf::from);
    let cargo = set("CARGO_HOME").or_else(|| Some(set("HOME")?.join(".cargo")));
    let cargo = cargo.ok_or_else(|| Failure::unexpected("neither CARGO_HOME nor HOME is set"))?;
    let pairs = [(cargo, "/cargo"), (binary::workspace(), "/hearth")];
    let flags = pairs.map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()));
    Ok(flags.join(" "))
}

/// The youngest version of the C library whose symbols the program asks for.
fn glibc_needed(program: &Path) -> Result<String> {
    let mut command = Command::new("readelf");
    let output = command.args(["--version-info", "--wide"]).arg(program).output();
    let output = output.map_err(Failure::io("run readelf"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let versions = text.split("GLIBC_").skip(1).filter_map(|rest| {
        let version = rest.split(|sign: char| !sign.is_ascii_digit() && sign != '.').next()?;
        let numbers: Vec<u32> = version.split('.').filter_map(|number| number.parse().ok()).collect();
        Some((numbers, version))
    });
    let youngest = versions.max().map(|(numbers, version)| (numbers, version.to_owned()));
    let promised: Vec<u32> = GLIBC.split('.').filter_map(|number| number.parse().ok()).collect();
    match youngest {
        Some((numbers, version)) if numbers <= promised => Ok(version),
        Some((_, version)) => {
            Err(Failure::unexpected(format!("hearth needs glibc {version}, and {GLIBC} is promised")))
        }
        None => Err(Failure::unexpected(format!("readelf names no glibc for {}", program.display()))),
    }
}

/// Lists every crate in the program. The tool writes beside each package of the workspace; one of them is wanted.
fn bill_of_materials(tools: &Path, folder: &Path) -> Result<()> {
    let log = folder.join("build.log");
    let mut step = Step::begin("Listing what is in it");
    let mut command = cargo(tools)?;
    command.args(["cyclonedx", "--format", "json", "--spec-version", "1.5", "--describe", "binaries"]);
    command.args(["--no-build-deps", "--target", TARGET, "--manifest-path", "crates/cli/Cargo.toml"]);
    step.run(command, &log, || last_line(&log))?;
    let root = binary::workspace();
    let wanted = root.join("crates/cli/hearth_bin.cdx.json");
    let text = fs::read_to_string(&wanted).map_err(Failure::io(format!("read {}", wanted.display())))?;
    let text = text.replace(&format!("file://{}", root.display()), "file:///hearth");
    let bill = folder.join(BILL);
    fs::write(&bill, text).map_err(Failure::io(format!("write {}", bill.display())))?;
    packages()?.iter().try_for_each(|package| remove_bills(package))?;
    step.done(BILL);
    Ok(())
}

/// The folders of the workspace's packages.
fn packages() -> Result<Vec<PathBuf>> {
    let mut command = Command::new("cargo");
    command.args(["metadata", "--no-deps", "--format-version", "1"]).current_dir(binary::workspace());
    let output = command.output().map_err(Failure::io("run cargo metadata"))?;
    let told: Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| Failure::unexpected(format!("cargo metadata: {error}")))?;
    let packages = told["packages"].as_array().into_iter().flatten();
    let manifests = packages.filter_map(|package| package["manifest_path"].as_str());
    Ok(manifests.filter_map(|manifest| Some(Path::new(manifest).parent()?.to_path_buf())).collect())
}

fn remove_bills(package: &Path) -> Result<()> {
    let files = fs::read_dir(package).map_err(Failure::io(format!("read {}", package.display())))?;
    let bills = files
        .flatten()
        .map(|file| file.path())
        .filter(|file| file.to_string_lossy().ends_with("_bin.cdx.json"));
    bills.into_iter().try_for_each(|bill| {
        fs::remove_file(&bill).map_err(Failure::io(format!("remove {}", bill.display())))
    })
}

fn checksums(folder: &Path) -> Result<()> {
    let mut lines = String::new();
    for name in [PROGRAM, BILL] {
        let file = folder.join(name);
        let bytes = fs::read(&file).map_err(Failure::io(format!("read {}", file.display())))?;
        let digest = Sha256::digest(&bytes);
        let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        lines.push_str(&format!("{digits}  {name}\n"));
    }
    let sums = folder.join("SHA256SUMS");
    fs::write(&sums, lines).map_err(Failure::io(format!("write {}", sums.display())))
}
