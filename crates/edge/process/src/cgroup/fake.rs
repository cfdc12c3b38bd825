//! A machine as a tree of files: what `/proc` says of its control groups, and the groups as folders.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// As in a container of Docker or Kubernetes with version 2, in a namespace of its own.
pub(super) const VERSION_TWO: &str = "612 601 0:29 / /sys/fs/cgroup ro,nosuid - cgroup2 cgroup rw,nsdelegate";

pub(super) struct Tree(TempDir);

impl Tree {
    pub(super) fn new(mounts: &[&str], memberships: &[&str]) -> Self {
        let tree = Self(tempfile::tempdir().unwrap());
        let noise =
            ["22 1 0:5 / / rw - ext4 /dev/vda rw", "23 22 0:6 / /proc rw shared:5 - proc proc rw", "x - y"];
        tree.write("proc/self/mountinfo", &[&noise, mounts].concat().join("\n"));
        tree.write("proc/self/cgroup", &memberships.join("\n"));
        tree
    }

    pub(super) fn root(&self) -> &Path {
        self.0.path()
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, format!("{text}\n")).unwrap();
    }

    pub(super) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default().trim_end().to_owned()
    }
}
