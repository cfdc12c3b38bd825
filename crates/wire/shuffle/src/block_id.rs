//! Names of blocks that a shuffle service can be asked for (`BlockId`, `ExternalBlockHandler.ManagedBufferIterator`).

use std::fmt;

/// A block that `OpenBlocks` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockId {
    /// `shuffle_SHUFFLE_MAP_REDUCE`: what a map task wrote for a reducer.
    Shuffle {
        /// The shuffle.
        shuffle: i32,
        /// The map task.
        map: i64,
        /// The reducer.
        reduce: i32,
    },
    /// `rdd_RDD_SPLIT`: a block that an executor keeps on its disk.
    Rdd {
        /// The RDD.
        rdd: i32,
        /// The partition of it.
        split: i32,
    },
    /// `shuffleChunk_SHUFFLE_MERGE_REDUCE_CHUNK`: a piece of a merged block.
    ShuffleChunk,
}

/// A name that is none of these.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Unexpected block id format: {0}")]
pub struct BlockIdError(pub String);

/// How much of a wrong name an error repeats.
const SHOWN_CHARS: usize = 128;

impl BlockId {
    /// Reads a name.
    ///
    /// # Errors
    /// When it is not one of a block that a shuffle service could have.
    pub fn parse(name: &str) -> Result<Self, BlockIdError> {
        Self::read(name).ok_or_else(|| BlockIdError(name.chars().take(SHOWN_CHARS).collect()))
    }

    fn read(name: &str) -> Option<Self> {
        let (kind, numbers) = name.split_once('_')?;
        let mut numbers = numbers.split('_');
        let id = match kind {
            "shuffle" => Self::Shuffle {
                shuffle: number(numbers.next()?)?,
                map: number(numbers.next()?)?,
                reduce: number(numbers.next()?)?,
            },
            "rdd" => Self::Rdd { rdd: number(numbers.next()?)?, split: number(numbers.next()?)? },
            "shuffleChunk" => {
                for _ in 0..4 {
                    number::<i32>(numbers.next()?)?;
                }
                Self::ShuffleChunk
            }
            _ => return None,
        };
        numbers.next().is_none().then_some(id)
    }
}

/// Digits alone: a sign or a blank stands in no name that Spark makes.
fn number<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

impl fmt::Display for BlockId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shuffle { shuffle, map, reduce } => write!(f, "shuffle_{shuffle}_{map}_{reduce}"),
            Self::Rdd { rdd, split } => write!(f, "rdd_{rdd}_{split}"),
            Self::ShuffleChunk => f.write_str("shuffleChunk"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read() {
        assert_eq!(
            BlockId::parse("shuffle_1_8589934592_3"),
            Ok(BlockId::Shuffle { shuffle: 1, map: 8_589_934_592, reduce: 3 })
        );
        assert_eq!(BlockId::parse("rdd_12_0"), Ok(BlockId::Rdd { rdd: 12, split: 0 }));
        assert_eq!(BlockId::parse("shuffleChunk_0_0_1_2"), Ok(BlockId::ShuffleChunk));
    }

    #[test]
    fn what_is_none_is_named() {
        for name in [
            "",
            "rdd",
            "rdd_1",
            "rdd_1_2_3",
            "rdd_+1_2",
            "rdd_-1_2",
            "rdd__2",
            "rdd_1_99999999999",
            "shuffle_1_2",
            "shuffle_../_2_3",
            "broadcast_1",
            "shuffleChunk_1_2_3",
            "../../etc/passwd",
        ] {
            assert_eq!(BlockId::parse(name), Err(BlockIdError(name.into())));
        }
        let long = BlockId::parse(&"x".repeat(9999)).unwrap_err();
        assert_eq!(long.0.len(), SHOWN_CHARS);
    }
}
