//! One kill of the container explains one death.

use super::*;
use crate::cgroup::fake::{Tree, VERSION_TWO};

fn container() -> Tree {
    let tree = Tree::new(&[VERSION_TWO], &["0::/hearth-daemons"]);
    tree.write("sys/fs/cgroup/memory.max", "1073741824");
    tree.write("sys/fs/cgroup/memory.peak", "1072693248");
    tree.write("sys/fs/cgroup/memory.events", "low 0\noom 9\noom_kill 9");
    tree.write("sys/fs/cgroup/hearth-daemons/memory.max", "max");
    kills(&tree, 3);
    tree
}

fn kills(tree: &Tree, number: u64) {
    let text = format!("low 0\nhigh 0\nmax 7\noom 0\noom_kill {number}\noom_group_kill 0");
    tree.write("sys/fs/cgroup/hearth-daemons/memory.events.local", &text);
}

const KILL: MemoryKill = MemoryKill { limit_mib: 1024, peak_mib: Some(1023), is_shared: true };

#[test]
fn kills_before_the_start_explain_nothing() {
    let tree = container();
    let limit = SharedLimit::find(tree.root()).unwrap();
    assert_eq!(limit.kills(), 3);
    assert_eq!(limit.claim(3), None);
    kills(&tree, 4);
    assert_eq!(limit.claim(4), None, "it began after that one");
    assert_eq!(limit.claim(3), Some(KILL));
    assert_eq!(limit.claim(3), None, "that one is told of");
}

#[test]
fn two_at_once_are_two() {
    let tree = container();
    let limit = SharedLimit::find(tree.root()).unwrap();
    kills(&tree, 5);
    assert_eq!((limit.claim(3), limit.claim(3), limit.claim(3)), (Some(KILL), Some(KILL), None));
}

#[test]
fn version_one_and_old_kernels_count_elsewhere() {
    let mount = "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory";
    let tree = Tree::new(&[mount], &["4:memory:/box"]);
    tree.write("sys/fs/cgroup/memory/box/memory.limit_in_bytes", "536870912");
    tree.write("sys/fs/cgroup/memory/box/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 0");
    let limit = SharedLimit::find(tree.root()).unwrap();
    assert_eq!(limit.claim(0), None);
    tree.write("sys/fs/cgroup/memory/box/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 1");
    assert_eq!(limit.claim(0), Some(MemoryKill { limit_mib: 512, peak_mib: None, is_shared: true }));
    // Kernels before 4.13 do not count.
    tree.write("sys/fs/cgroup/memory/box/memory.oom_control", "oom_kill_disable 0\nunder_oom 0");
    assert_eq!(limit.kills(), 0);
}

#[test]
fn without_a_limit_there_is_none() {
    let tree = Tree::new(&[VERSION_TWO], &["0::/"]);
    tree.write("sys/fs/cgroup/memory.max", "max");
    assert!(SharedLimit::find(tree.root()).is_none());
    assert!(SharedLimit::find(Path::new("/nowhere")).is_none());
}
