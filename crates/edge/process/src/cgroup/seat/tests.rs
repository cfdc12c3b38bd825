//! Containers of all kinds, as `/proc` shows them.

use super::*;
use crate::cgroup::fake::{Tree, VERSION_TWO};

/// The folder of each seat below the tree, and where it is mounted.
fn seats(tree: &Tree, controller: &str) -> Vec<(Version, String, String)> {
    let below = |path: &Path| path.strip_prefix(tree.root()).unwrap().display().to_string();
    let seats = Seat::find(tree.root(), controller);
    seats.iter().map(|seat| (seat.version, below(&seat.mount), below(&seat.folder))).collect()
}

#[test]
fn a_group_below_the_mount_point() {
    let tree = Tree::new(&[VERSION_TWO], &["0::/kubepods/pod1/box"]);
    tree.write("sys/fs/cgroup/kubepods/pod1/box/memory.max", "max");
    let folder = "sys/fs/cgroup/kubepods/pod1/box".to_owned();
    assert_eq!(seats(&tree, "memory"), [(Version::Two, "sys/fs/cgroup".to_owned(), folder)]);
    let seat = &Seat::find(tree.root(), "memory")[0];
    assert_eq!(seat.ancestors().count(), 4);
    assert_eq!(seat.ancestors().last(), Some(seat.mount.as_path()));
}

#[test]
fn a_group_that_is_the_mount_point() {
    let tree = Tree::new(&[VERSION_TWO], &["0::/"]);
    tree.write("sys/fs/cgroup/memory.max", "max");
    let mount = "sys/fs/cgroup".to_owned();
    assert_eq!(seats(&tree, "memory"), [(Version::Two, mount.clone(), mount)]);
}

#[test]
fn a_mount_that_shows_the_containers_own_group_alone() {
    let mount = "42 31 0:32 /docker/abc /sys/fs/cgroup/memory ro shared:9 master:1 - cgroup cgroup rw,memory";
    let tree = Tree::new(&[mount], &["9:name=systemd:/docker/abc", "4:memory:/docker/abc/inner"]);
    tree.write("sys/fs/cgroup/memory/inner/memory.limit_in_bytes", "1");
    let (point, inner) = ("sys/fs/cgroup/memory".to_owned(), "sys/fs/cgroup/memory/inner".to_owned());
    assert_eq!(seats(&tree, "memory"), [(Version::One, point.clone(), inner)]);
    assert_eq!(seats(&tree, "cpu"), [], "nothing is known of that one");
    // A path that leads out of what is shown, one to the folder of another namespace, and one that is gone.
    for path in ["/elsewhere", "/../../system.slice", "/docker/abc/gone"] {
        let tree = Tree::new(&[mount], &[&format!("4:memory:{path}")]);
        tree.write("sys/fs/cgroup/memory/memory.limit_in_bytes", "1");
        assert_eq!(seats(&tree, "memory"), [(Version::One, point.clone(), point.clone())], "{path}");
    }
}

#[test]
fn a_hybrid_machine_has_both() {
    let mounts = [
        "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct",
        "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory",
        "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw",
    ];
    let tree = Tree::new(&mounts, &["4:memory:/a", "1:cpu,cpuacct:/b", "0::/c"]);
    for group in ["cpu,cpuacct/b", "memory/a", "unified/c"] {
        tree.write(&format!("sys/fs/cgroup/{group}/cgroup.procs"), "");
    }
    let folders = |controller: &str| -> Vec<String> {
        seats(&tree, controller).into_iter().map(|(_, _, folder)| folder).collect()
    };
    assert_eq!(folders("memory"), ["sys/fs/cgroup/memory/a", "sys/fs/cgroup/unified/c"]);
    assert_eq!(folders("cpu"), ["sys/fs/cgroup/cpu,cpuacct/b", "sys/fs/cgroup/unified/c"]);
}

#[test]
fn odd_folders_and_several_mounts() {
    let mounts = [
        "30 1 0:9 /other /mnt/first rw - cgroup2 cgroup rw",
        r"31 1 0:9 / /mnt/a\040b\134c rw - cgroup2 cgroup rw",
    ];
    let tree = Tree::new(&mounts, &["0::/box"]);
    tree.write(r"mnt/a b\c/box/memory.max", "5");
    tree.write("mnt/first/memory.max", "6");
    let point = r"mnt/a b\c".to_owned();
    assert_eq!(seats(&tree, "memory"), [(Version::Two, point.clone(), format!("{point}/box"))]);
}

#[test]
fn where_nothing_is_mounted_or_told_there_is_no_seat() {
    let tree = Tree::new(&[], &["0::/", "4:memory:/"]);
    assert_eq!(seats(&tree, "memory"), []);
    let tree = Tree::new(&[VERSION_TWO], &["garbage", "::", ""]);
    assert_eq!(seats(&tree, "memory").len(), 1, "an empty path is the top");
    let tree = Tree::new(&[VERSION_TWO], &[]);
    assert_eq!(seats(&tree, "memory"), []);
    assert_eq!(Seat::find(Path::new("/nowhere"), "memory"), []);
}
