//! Control groups as a tree of files, and the machine that runs the test.

use super::*;

fn write(root: &Path, file: &str, text: &str) {
    let path = root.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn the_tightest_group_above_counts() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), "mount/pod/box/memory.max", "max\n");
    write(root.path(), "mount/pod/memory.max", "2147483648\n");
    write(root.path(), "mount/memory.max", "4294967296\n");
    write(root.path(), "self", "0::/pod/box\n");
    assert_eq!(cgroup_limit(&root.path().join("mount"), &root.path().join("self")), Some(2 << 30));
}

#[test]
fn groups_of_version_one_count_too() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), "mount/memory/memory.limit_in_bytes", "1073741824\n");
    write(root.path(), "self", "5:cpu,cpuacct:/x\n4:memory:/docker/abc\n");
    assert_eq!(cgroup_limit(&root.path().join("mount"), &root.path().join("self")), Some(1 << 30));
}

#[test]
fn no_group_is_no_limit() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), "self", "garbage\n0::/\n");
    assert_eq!(cgroup_limit(&root.path().join("mount"), &root.path().join("self")), None);
    assert_eq!(cgroup_limit(&root.path().join("mount"), &root.path().join("none")), None);
}

#[test]
fn this_machine_answers() {
    assert!(LocalMachine.cores() >= 1);
    assert!(LocalMachine.memory_mib().unwrap() >= 64);
    assert!(!LocalMachine.host_name().is_empty());
    assert!(LocalMachine.interfaces().iter().any(|one| one.address.is_loopback()));
    assert!(LocalMachine.resolve("127.0.0.1").contains(&IpAddr::from([127, 0, 0, 1])));
}
