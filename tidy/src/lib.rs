//! Rules of the house that a compiler does not know: which crate may name which, and how every file begins.

use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

/// One line of the dependency table: a layer, and the layers that its crates may name.
#[derive(Debug)]
pub struct Layer {
    /// A package name, or a prefix that ends in `-`.
    pub name: &'static str,
    /// The layers that it may depend on.
    pub may_name: &'static [&'static str],
    /// Whether its crates may depend on tokio, directly or through others.
    pub tokio: bool,
}

/// The table of ARCHITECTURE.md.
pub const LAYERS: &[Layer] = &[
    Layer { name: "model", may_name: &[], tokio: false },
    Layer { name: "wire-", may_name: &["model", "wire-"], tokio: false },
    Layer { name: "core-", may_name: &["model"], tokio: false },
    Layer { name: "web", may_name: &["model", "core-"], tokio: false },
    Layer { name: "edge-", may_name: &["model", "wire-", "edge-"], tokio: true },
    Layer { name: "service-", may_name: &["model", "wire-", "core-", "edge-"], tokio: true },
    Layer {
        name: "daemon-",
        may_name: &["model", "wire-", "core-", "web", "edge-", "service-"],
        tokio: true,
    },
    Layer {
        name: "cli",
        may_name: &["model", "core-", "daemon-", "edge-config", "edge-telemetry"],
        tokio: true,
    },
    Layer { name: "sim", may_name: &["model", "wire-", "core-"], tokio: false },
    Layer { name: "conformance", may_name: &[], tokio: false },
    Layer { name: "stand-ins", may_name: &["conformance"], tokio: true },
    Layer { name: "bench", may_name: &["model", "wire-", "core-", "conformance"], tokio: true },
    Layer { name: "xtask", may_name: &["conformance"], tokio: false },
    Layer { name: "tidy", may_name: &[], tokio: false },
];

/// The workspace as cargo sees it.
///
/// # Errors
/// When cargo cannot read the workspace.
pub fn workspace() -> Result<Metadata, cargo_metadata::Error> {
    MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec()
}

/// The repository's root folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The layer that a package belongs to.
pub fn layer_of(package: &str) -> Option<&'static Layer> {
    LAYERS.iter().find(|layer| covers(layer.name, package))
}

fn covers(layer: &str, package: &str) -> bool {
    package == layer || (layer.ends_with('-') && package.starts_with(layer))
}

/// What a package names against the table, one sentence each. Dependencies of tests alone are free.
pub fn violations(package: &Package, members: &[&str]) -> Vec<String> {
    let Some(layer) = layer_of(&package.name) else {
        return vec![format!("{} belongs to no layer: add it to the table in tidy/src/lib.rs", package.name)];
    };
    let mut found = Vec::new();
    for dependency in package.dependencies.iter().filter(|one| one.kind != DependencyKind::Development) {
        let name = dependency.name.as_str();
        let allowed = layer.may_name.iter().any(|other| covers(other, name));
        if members.contains(&name) && !allowed {
            found.push(format!("{} names {name}, which its layer '{}' must not", package.name, layer.name));
        }
        if name == "tokio" && !layer.tokio {
            found.push(format!("{} names tokio, which its layer '{}' must not", package.name, layer.name));
        }
    }
    found
}

/// Every Rust file of the workspace that git would track.
pub fn rust_files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    collect(&root(), &mut files);
    files.sort();
    files
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() && name != "target" && !name.to_string_lossy().starts_with('.') {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}
