//! Limits in both versions, alone and together.

use super::*;
use crate::cgroup::fake::{Tree, VERSION_TWO};

const MEMORY_ONE: &str = "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory";
const CPU_ONE: &str = "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct";
const UNLIMITED: &str = "9223372036854771712";

fn memory(tree: &Tree) -> Option<u64> {
    Limits::of_this_process(tree.root()).memory_bytes
}

fn cpu(tree: &Tree) -> Option<(String, u32, u32)> {
    let quota = Limits::of_this_process(tree.root()).cpu?;
    Some((quota.to_string(), quota.whole_cores(), quota.begun_cores()))
}

#[test]
fn the_tightest_group_above_counts() {
    let tree = Tree::new(&[VERSION_TWO], &["0::/pod/box"]);
    for (group, memory, cpu) in [
        ("/pod/box", "max", "max 100000"),
        ("/pod", "2147483648", "250000 100000"),
        ("", "4294967296", "300000 50000"),
    ] {
        tree.write(&format!("sys/fs/cgroup{group}/memory.max"), memory);
        tree.write(&format!("sys/fs/cgroup{group}/cpu.max"), cpu);
    }
    assert_eq!(memory(&tree), Some(2 << 30));
    assert_eq!(cpu(&tree), Some(("2.5".into(), 2, 3)));
}

#[test]
fn version_one_says_it_in_its_own_way() {
    let tree = Tree::new(&[MEMORY_ONE, CPU_ONE], &["5:cpu,cpuacct:/x", "4:memory:/docker/abc"]);
    tree.write("sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes", "1288490188");
    tree.write("sys/fs/cgroup/memory/docker/memory.limit_in_bytes", UNLIMITED);
    tree.write("sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_quota_us", "60000");
    tree.write("sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_period_us", "100000");
    tree.write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1");
    tree.write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000");
    assert_eq!(memory(&tree), Some(1_288_490_188));
    assert_eq!(cpu(&tree), Some(("0.6".into(), 1, 1)));
    // What is above the part of the tree that the container sees.
    tree.write(
        "sys/fs/cgroup/memory/docker/abc/memory.stat",
        "cache 5\nhierarchical_memory_limit 1073741824\nrss 3",
    );
    assert_eq!(memory(&tree), Some(1 << 30));
}

#[test]
fn no_limit_is_none() {
    let tree = Tree::new(&[MEMORY_ONE, CPU_ONE], &["5:cpu,cpuacct:/", "4:memory:/"]);
    tree.write("sys/fs/cgroup/memory/memory.limit_in_bytes", UNLIMITED);
    tree.write("sys/fs/cgroup/memory/memory.stat", &format!("hierarchical_memory_limit {UNLIMITED}"));
    tree.write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1");
    tree.write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000");
    assert_eq!(Limits::of_this_process(tree.root()), Limits::default());
    // The root of version 2 has no such files.
    let tree = Tree::new(&[VERSION_TWO], &["0::/"]);
    tree.write("sys/fs/cgroup/cgroup.procs", "1");
    assert_eq!(Limits::of_this_process(tree.root()), Limits::default());
    assert_eq!(Limits::of_this_process(Path::new("/nowhere")), Limits::default());
}

#[test]
fn on_a_hybrid_machine_each_controller_is_where_it_is() {
    let unified = "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw";
    let tree = Tree::new(&[MEMORY_ONE, unified], &["4:memory:/a", "0::/c"]);
    tree.write("sys/fs/cgroup/memory/a/memory.limit_in_bytes", "1073741824");
    tree.write("sys/fs/cgroup/unified/c/cpu.max", "150000 100000");
    assert_eq!(memory(&tree), Some(1 << 30));
    assert_eq!(cpu(&tree), Some(("1.5".into(), 1, 2)));
}

#[test]
fn cores_are_counted_in_full_and_never_none() {
    let quota = |quota_us, period_us| CpuQuota::new(quota_us, period_us).unwrap();
    for (given, text, whole, begun) in [
        (quota(60_000, 100_000), "0.6", 1, 1),
        (quota(200_000, 100_000), "2", 2, 2),
        (quota(250_000, 100_000), "2.5", 2, 3),
        (quota(1_000, 100_000), "0.01", 1, 1),
        (quota(12_000_000, 100_000), "120", 120, 120),
    ] {
        assert_eq!(
            (given.to_string().as_str(), given.whole_cores(), given.begun_cores()),
            (text, whole, begun)
        );
    }
    assert!(quota(250_000, 100_000).is_less_than(3) && !quota(250_000, 100_000).is_less_than(2));
    assert!(quota(60_000, 100_000).is_less_than(1) && !quota(100_000, 100_000).is_less_than(1));
    assert_eq!(CpuQuota::new(0, 100_000), None);
    assert_eq!(CpuQuota::new(100_000, 0), None);
}

#[test]
fn what_is_garbage_is_no_limit() {
    let tree = Tree::new(&[VERSION_TWO], &["0::/"]);
    for (memory, cpu) in
        [("", ""), ("lots", "fast"), ("-5", "1"), ("1e9", "100000 0"), ("99999999999999999999", "a b")]
    {
        tree.write("sys/fs/cgroup/memory.max", memory);
        tree.write("sys/fs/cgroup/cpu.max", cpu);
        assert_eq!(Limits::of_this_process(tree.root()), Limits::default(), "{memory} {cpu}");
    }
}

#[test]
fn this_machine_answers() {
    let limits = Limits::of_this_process(Path::new("/"));
    assert!(limits.memory_bytes.is_none_or(|bytes| bytes > 0));
}
