//! How long packed files are when they are unpacked: to know it, one has to unpack them.

use std::collections::VecDeque;

/// Which file, and whether it is still the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) device: u64,
    pub(super) inode: u64,
    pub(super) size: u64,
    pub(super) modified_ns: i64,
}

impl Identity {
    /// Whether both are one file, however it has grown meanwhile.
    pub(super) fn is_same_file(&self, other: &Self) -> bool {
        (self.device, self.inode) == (other.device, other.inode)
    }
}

/// The lengths of the files that were asked for last.
#[derive(Debug)]
pub(super) struct Lengths {
    limit: usize,
    /// The one asked for last stands first.
    known: VecDeque<(Identity, u64)>,
}

impl Lengths {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, known: VecDeque::new() }
    }

    pub(super) fn find(&mut self, file: &Identity) -> Option<u64> {
        let at = self.known.iter().position(|(known, _)| known == file)?;
        let found = self.known.remove(at)?;
        self.known.push_front(found);
        Some(found.1)
    }

    pub(super) fn keep(&mut self, file: Identity, length: u64) {
        self.known.push_front((file, length));
        self.known.truncate(self.limit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(inode: u64) -> Identity {
        Identity { device: 1, inode, size: 10, modified_ns: 7 }
    }

    #[test]
    fn those_asked_for_last_are_known() {
        let mut lengths = Lengths::new(2);
        lengths.keep(file(1), 100);
        lengths.keep(file(2), 200);
        assert_eq!(lengths.find(&file(1)), Some(100));
        lengths.keep(file(3), 300);
        assert_eq!([1, 2, 3].map(|inode| lengths.find(&file(inode))), [Some(100), None, Some(300)]);
        assert_eq!(lengths.find(&Identity { size: 11, ..file(1) }), None, "it has changed");
    }

    #[test]
    fn none_need_be_known() {
        let mut lengths = Lengths::new(0);
        lengths.keep(file(1), 100);
        assert_eq!(lengths.find(&file(1)), None);
    }
}
