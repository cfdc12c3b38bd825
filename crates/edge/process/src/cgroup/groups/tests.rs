//! Version 2 as a tree of files: what is written where, and what is refused. What the kernel does with it is shown by
//! `tests/process/memory.rs`, on whatever this machine has, and by `cargo xtask cgroup2` in one that has version 2.

use super::*;
use crate::cgroup::fake::{Tree, VERSION_TWO};

const TOP: &str = "sys/fs/cgroup";

/// A container whose group has the memory controller and holds this process alone, which has moved already: files do not
/// move it.
fn container(membership: &str, folder: &str) -> Tree {
    let tree = Tree::new(&[VERSION_TWO], &[membership]);
    tree.write(&format!("{TOP}/cgroup.controllers"), "cpuset cpu io memory pids");
    tree.write(&format!("{TOP}/cgroup.type"), "domain");
    tree.write(&format!("{TOP}/cgroup.subtree_control"), "cpu memory");
    tree.write(&format!("{folder}/cgroup.procs"), &std::process::id().to_string());
    tree
}

fn error(tree: &Tree) -> String {
    Groups::open(tree.root()).unwrap_err().to_string()
}

#[test]
fn a_group_has_its_limit_and_dies_as_one() {
    let tree = container("0::/hearth-daemons", &format!("{TOP}/hearth-daemons"));
    let groups = Groups::open(tree.root()).unwrap();
    let nest = groups.folder().strip_prefix(tree.root()).unwrap().display().to_string();
    assert!(nest.starts_with("sys/fs/cgroup/hearth-") && nest.len() == 37, "{nest}: beside the daemons");
    assert_eq!(tree.read(&format!("{nest}/cgroup.subtree_control")), "+memory");

    let group = groups.make("executor-app 1/../0", 1229).unwrap();
    let folder = format!("{nest}/executor-app_1____0-0");
    assert_eq!(group.folder(), tree.path(&folder));
    assert_eq!(tree.read(&format!("{folder}/memory.max")), (1229_u64 << 20).to_string());
    assert_eq!(group.limit_mib(), 1229);
    let other = groups.make("executor-app 1/../0", 1).unwrap();
    assert_ne!(other.folder(), group.folder(), "one that is started again has a new one");
    assert!(groups.make(&"x".repeat(4000), 1).is_ok());

    tree.write(&format!("{folder}/memory.events.local"), "oom 0\noom_kill 1");
    assert_eq!(group.memory_kill(), None, "not for its own limit");
    assert_eq!(group.kills(), 1);
    tree.write(&format!("{folder}/memory.events.local"), "oom 1\noom_kill 1");
    tree.write(&format!("{folder}/memory.peak"), "1288699904");
    let kill = group.memory_kill().unwrap();
    assert_eq!((kill.limit_mib, kill.peak_mib, kill.is_shared), (1229, Some(1229), false));
}

#[test]
fn only_what_nobody_holds_is_abandoned() {
    let tree = container("0::/", TOP);
    let (one, other) = (Groups::open(tree.root()).unwrap(), Groups::open(tree.root()).unwrap());
    for name in
        ["hearth-00000000deadbeef", "hearth-daemons", "hearth-other", "hearth-00000000deadbeef0", "box"]
    {
        fs::create_dir_all(tree.path(TOP).join(name)).unwrap();
    }
    fs::create_dir(tree.path(TOP).join("hearth-00000000deadbeef/executor-app-1-0-0")).unwrap();
    one.remove_abandoned();
    assert!(!tree.path(TOP).join("hearth-00000000deadbeef").exists());
    assert!(one.folder().is_dir() && other.folder().is_dir());
    for name in ["hearth-daemons", "hearth-other", "hearth-00000000deadbeef0", "box"] {
        assert!(tree.path(TOP).join(name).is_dir(), "{name}");
    }
}

#[test]
fn what_is_in_the_way_is_named() {
    let tree = Tree::new(&[], &["0::/"]);
    assert!(error(&tree).contains("/proc/self/mountinfo names none"), "{}", error(&tree));

    let tree = container("0::/", TOP);
    tree.write(&format!("{TOP}/cgroup.procs"), "0\n1");
    assert!(error(&tree).contains("does not list this process"), "{}", error(&tree));

    let tree = container("0::/", TOP);
    tree.write(&format!("{TOP}/cgroup.controllers"), "cpu pids");
    assert!(error(&tree).contains("was not given the memory controller"), "{}", error(&tree));

    let mount = "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory";
    let tree = Tree::new(&[mount], &["4:memory:/"]);
    tree.write("sys/fs/cgroup/memory/cgroup.procs", &std::process::id().to_string());
    tree.write("sys/fs/cgroup/memory/memory.use_hierarchy", "0");
    assert!(error(&tree).contains("memory.use_hierarchy is 0"), "{}", error(&tree));
}

/// Files do not move processes: to the Worker it is as if those in its group would not go.
#[test]
fn processes_that_stay_are_named_and_all_is_as_it_was() {
    let tree = container("0::/", TOP);
    tree.write(&format!("{TOP}/cgroup.subtree_control"), "");
    let error = error(&tree);
    assert!(error.contains(&format!("the processes {} do not leave", std::process::id())), "{error}");
    assert_eq!(tree.read(&format!("{TOP}/cgroup.subtree_control")), "");
    assert_eq!(tree.read(&format!("{TOP}/hearth-daemons/cgroup.procs")), std::process::id().to_string());
}

#[test]
fn the_limit_of_version_one_counts_swap_too() {
    let mount = "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory";
    let tree = Tree::new(&[mount], &["4:memory:/box"]);
    tree.write("sys/fs/cgroup/memory/box/cgroup.procs", &std::process::id().to_string());
    tree.write("sys/fs/cgroup/memory/box/memory.use_hierarchy", "1");
    let groups = Groups::open(tree.root()).unwrap();
    let group = groups.make("driver-1", 64).unwrap();
    let file = group.folder().join("memory.limit_in_bytes");
    assert_eq!(fs::read_to_string(file).unwrap(), (64 << 20).to_string());
    assert!(group.door().is_err(), "in a folder of files there is no door");
}
