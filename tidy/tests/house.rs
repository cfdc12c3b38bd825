//! The house against its own rules.

use std::fs;

use tidy::{root, rust_files, violations, workspace};

#[test]
fn crates_name_only_what_their_layer_may() {
    let metadata = workspace().unwrap();
    let packages = metadata.workspace_packages();
    let names: Vec<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    assert!(names.contains(&"model") && names.contains(&"cli"), "the workspace was not read: {names:?}");
    let found: Vec<String> = packages.iter().flat_map(|package| violations(package, &names)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_forbidden_dependency_is_found() {
    let metadata = workspace().unwrap();
    let packages = metadata.workspace_packages();
    let mut web = (*packages.iter().find(|package| package.name.as_str() == "web").unwrap()).clone();
    let daemon = packages.iter().find(|package| package.name.as_str() == "daemon-master").unwrap();
    web.dependencies.extend(
        daemon.dependencies.iter().filter(|one| one.name == "edge-net" || one.name == "tokio").cloned(),
    );
    let found = violations(&web, &["web", "edge-net", "model", "core-master", "core-worker"]);
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn packages_are_named_by_their_path() {
    for package in workspace().unwrap().workspace_packages() {
        let folder = package.manifest_path.parent().unwrap();
        let path = folder.strip_prefix(root().canonicalize().unwrap()).unwrap_or(folder).as_str();
        let expected = path.trim_start_matches("crates/").replace('/', "-");
        assert_eq!(package.name.as_str(), expected, "{path}");
    }
}

#[test]
fn every_file_says_first_what_it_is_for() {
    let files = rust_files();
    assert!(files.len() > 50, "only {} files were found", files.len());
    let silent: Vec<String> = files
        .iter()
        .filter(|path| !fs::read_to_string(path).unwrap().starts_with("//!"))
        .map(|path| path.display().to_string())
        .collect();
    assert!(silent.is_empty(), "these files do not begin with //!:\n{}", silent.join("\n"));
}
