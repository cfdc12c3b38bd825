//! Java found, missing, and named wrongly.

use super::*;
use std::fs;
use std::os::unix::fs::PermissionsExt;

fn with(pairs: &[(&str, &std::path::Path)]) -> Environment {
    pairs.iter().map(|(name, value)| (*name, value.to_str().unwrap())).collect()
}

#[test]
fn java_home_wins_over_path_and_is_never_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let java = folder.path().join("bin/java");
    fs::create_dir(folder.path().join("bin")).unwrap();
    fs::write(&java, "").unwrap();
    let on_path = with(&[("PATH", &folder.path().join("bin"))]);
    assert!(find(&on_path).unwrap_err().to_string().contains("PATH has no java"), "not executable yet");
    fs::set_permissions(&java, fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(find(&on_path).unwrap(), java);
    assert_eq!(find(&with(&[("JAVA_HOME", folder.path())])).unwrap(), java);

    let wrong = folder.path().join("wrong");
    let both = with(&[("PATH", &folder.path().join("bin")), ("JAVA_HOME", &wrong)]);
    let error = find(&both).unwrap_err().to_string();
    assert!(error.contains("wrong") && error.contains("no bin/java"), "{error}");
}
