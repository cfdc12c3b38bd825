//! What a guardian is told: a mark, and duties that come and go.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;

/// What is to be done when the guarded process dies.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Duty {
    /// Kill all members of a session.
    End {
        /// The session's leader and number.
        leader: i32,
        /// When it was started, in ticks since the machine was.
        started: u64,
    },
    /// Remove a folder with all that is in it.
    Remove(PathBuf),
}

/// One record on the pipe. The last byte of each is 0, which is in no path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Notice {
    /// Descendants carry marks that begin so.
    Mark(String),
    /// A duty, and whether it begins or ends.
    Duty(bool, Duty),
}

impl Notice {
    pub(super) fn begin(duty: Duty) -> Self {
        Self::Duty(true, duty)
    }

    pub(super) fn end(duty: Duty) -> Self {
        Self::Duty(false, duty)
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = match self {
            Self::Mark(mark) => format!("mark {mark}").into_bytes(),
            Self::Duty(begins, duty) => {
                let sign = if *begins { '+' } else { '-' };
                match duty {
                    Duty::End { leader, started } => format!("{sign}end {leader} {started}").into_bytes(),
                    Duty::Remove(folder) => {
                        [format!("{sign}remove ").as_bytes(), folder.as_os_str().as_bytes()].concat()
                    }
                }
            }
        };
        bytes.push(0);
        bytes
    }

    /// Reads a record without its last byte.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let space = bytes.iter().position(|byte| *byte == b' ')?;
        let (word, rest) = (&bytes[..space], &bytes[space + 1..]);
        let text = || std::str::from_utf8(rest).ok();
        match word {
            b"mark" => Some(Self::Mark(text()?.to_owned())),
            b"+end" | b"-end" => {
                let (leader, started) = text()?.split_once(' ')?;
                let duty = Duty::End { leader: leader.parse().ok()?, started: started.parse().ok()? };
                Some(Self::Duty(word[0] == b'+', duty))
            }
            b"+remove" | b"-remove" => {
                let folder = PathBuf::from(OsStr::from_bytes(rest));
                // A relative path would mean something else to the guardian.
                folder.has_root().then(|| Self::Duty(word[0] == b'+', Duty::Remove(folder)))
            }
            _ => None,
        }
    }
}

/// The duties that have begun and not ended.
#[derive(Debug, Default)]
pub(super) struct Duties(BTreeSet<Duty>);

impl Duties {
    pub(super) const fn new() -> Self {
        Self(BTreeSet::new())
    }

    pub(super) fn note(&mut self, notice: &Notice) {
        match notice {
            Notice::Mark(_) => {}
            Notice::Duty(true, duty) => {
                self.0.insert(duty.clone());
            }
            Notice::Duty(false, duty) => {
                self.0.remove(duty);
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn any(&self) -> Option<Duty> {
        self.0.first().cloned()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = Duty> {
        self.0.iter().cloned()
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStringExt as _;

    use super::*;

    #[test]
    fn notices_are_read_as_they_were_written() {
        let odd = PathBuf::from(std::ffi::OsString::from_vec(b"/tmp/a b\n\xff".to_vec()));
        for notice in [
            Notice::Mark("00ff/".to_owned()),
            Notice::begin(Duty::End { leader: 4711, started: u64::MAX }),
            Notice::end(Duty::End { leader: 1, started: 0 }),
            Notice::begin(Duty::Remove(odd.clone())),
            Notice::end(Duty::Remove(odd)),
        ] {
            let bytes = notice.to_bytes();
            let (last, record) = bytes.split_last().unwrap();
            assert_eq!(*last, 0);
            assert_eq!(Notice::from_bytes(record), Some(notice));
        }
    }

    #[test]
    fn what_is_no_notice_is_none() {
        for bytes in ["", "mark", "+end 1", "+end a 2", "+remove tmp", "+remove ", "remove /", "*end 1 2"] {
            assert_eq!(Notice::from_bytes(bytes.as_bytes()), None, "{bytes}");
        }
    }

    #[test]
    fn a_duty_lasts_from_its_begin_to_its_end() {
        let (one, other) = (Duty::End { leader: 1, started: 2 }, Duty::Remove("/tmp/x".into()));
        let mut duties = Duties::new();
        assert!(duties.is_empty() && duties.any().is_none());
        duties.note(&Notice::begin(one.clone()));
        duties.note(&Notice::begin(other.clone()));
        duties.note(&Notice::begin(other.clone()));
        duties.note(&Notice::end(other));
        assert_eq!(duties.all().collect::<Vec<_>>(), [one]);
    }
}
