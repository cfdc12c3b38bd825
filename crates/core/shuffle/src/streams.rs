//! The streams that are open on one connection: which block a chunk is, and in which order chunks may be taken.
//!
//! ```text
//!   open(blocks) ──► stream ──take(0)──► … ──take(last)──► gone
//! ```
//!
//! A stream belongs to the connection that opened it, and its chunks are taken in their order
//! (`OneForOneStreamManager`, 4.3).

use std::collections::HashMap;

use crate::Refusal;

/// The blocks of a stream. What they take of the memory is what the message took that asked for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Blocks {
    /// Of a shuffle: map tasks, and for each its reducers.
    Shuffle {
        /// The shuffle.
        shuffle: i32,
        /// The map tasks.
        maps: Vec<i64>,
        /// The reducers of all map tasks in a row; in a batch two for each: the first, and the one after the last.
        reduces: Vec<i32>,
        /// Where the reducers of each map task end.
        ends: Vec<u32>,
        /// Whether the reducers of a map task come as one chunk.
        batch: bool,
    },
    /// By name, as `OpenBlocks` has them.
    Named(Vec<Wanted>),
}

/// What one chunk holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// What a map task wrote for the reducers from `start` up to `end`.
    Shuffle {
        /// The shuffle.
        shuffle: i32,
        /// The map task.
        map: i64,
        /// The first reducer.
        start: i32,
        /// The one after the last.
        end: i32,
    },
    /// A block of an RDD.
    Rdd {
        /// The RDD.
        rdd: i32,
        /// The partition.
        split: i32,
    },
}

impl Blocks {
    /// How many chunks they are (`FetchShuffleBlocks.getNumBlocks`, 3.5).
    fn chunks(&self) -> Result<i32, Refusal> {
        let count = match self {
            Self::Shuffle { maps, ends, reduces, batch, .. } => {
                if maps.is_empty() || maps.len() != ends.len() {
                    return Err(Refusal::Count { what: "the number of map tasks", found: maps.len() as i64 });
                }
                let mut start = 0;
                for end in ends {
                    let count = end.saturating_sub(start);
                    if count == 0 || (*batch && count != 2) {
                        let what =
                            if *batch { "the number of bounds of a batch" } else { "the number of reducers" };
                        return Err(Refusal::Count { what, found: i64::from(count) });
                    }
                    start = *end;
                }
                if *batch { maps.len() } else { reduces.len() }
            }
            Self::Named(wanted) => wanted.len(),
        };
        let found = count as i64;
        i32::try_from(count).map_err(|_| Refusal::Count { what: "the number of blocks", found })
    }

    /// About what they take of the memory.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Shuffle { maps, reduces, ends, .. } => 8 * maps.len() + 4 * reduces.len() + 4 * ends.len(),
            Self::Named(wanted) => size_of::<Wanted>() * wanted.len(),
        }
    }

    /// The chunk at `chunk`, whose map task is the one at `at`.
    fn wanted(&self, chunk: usize, at: usize) -> Wanted {
        match self {
            Self::Shuffle { shuffle, maps, reduces, ends, batch } => {
                let (start, end) = if *batch {
                    let first = ends[at] as usize - 2;
                    (reduces[first], reduces[first + 1])
                } else {
                    (reduces[chunk], reduces[chunk].saturating_add(1))
                };
                Wanted::Shuffle { shuffle: *shuffle, map: maps[at], start, end }
            }
            Self::Named(wanted) => wanted[chunk],
        }
    }
}

#[derive(Debug)]
struct Stream<T> {
    owner: T,
    blocks: Blocks,
    chunks: i32,
    next: i32,
    /// The map task of the next chunk.
    at: usize,
}

/// The open streams of one connection, each with what its owner keeps with it.
#[derive(Debug)]
pub struct Streams<T> {
    streams: HashMap<i64, Stream<T>>,
    next: i64,
}

impl<T> Streams<T> {
    /// None yet; `first` numbers the first one.
    pub fn new(first: i64) -> Self {
        Self { streams: HashMap::new(), next: first }
    }

    /// Opens a stream: its number, and how many chunks it has.
    ///
    /// # Errors
    /// When the blocks are none that can be asked for.
    pub fn open(&mut self, owner: T, blocks: Blocks) -> Result<(i64, i32), Refusal> {
        let chunks = blocks.chunks()?;
        let number = self.next;
        self.next = self.next.wrapping_add(1);
        if chunks > 0 {
            self.streams.insert(number, Stream { owner, blocks, chunks, next: 0, at: 0 });
        }
        Ok((number, chunks))
    }

    /// Takes the next chunk of a stream, which is gone after the last one. What `with` makes of it is given back,
    /// with the stream's owner where it was the last.
    ///
    /// # Errors
    /// When there is no such stream, or another chunk is next.
    pub fn take<R>(
        &mut self,
        number: i64,
        chunk: i32,
        with: impl FnOnce(&mut T, Wanted) -> R,
    ) -> Result<(R, Option<T>), Refusal> {
        let stream = self.streams.get_mut(&number).ok_or(Refusal::NoStream(number))?;
        if chunk != stream.next {
            return Err(Refusal::OutOfOrder { found: chunk, expected: stream.next });
        }
        let index = usize::try_from(chunk).map_err(|_| Refusal::NoStream(number))?;
        let made = with(&mut stream.owner, stream.blocks.wanted(index, stream.at));
        stream.next += 1;
        if let Blocks::Shuffle { ends, batch, .. } = &stream.blocks
            && (*batch || index + 1 == ends[stream.at] as usize)
        {
            stream.at += 1;
        }
        let ended = stream.next == stream.chunks;
        let owner = if ended { self.streams.remove(&number).map(|stream| stream.owner) } else { None };
        if self.streams.is_empty() {
            // A connection that once had many streams keeps no room for them.
            self.streams = HashMap::new();
        }
        Ok((made, owner))
    }

    /// How many are open.
    pub fn len(&self) -> usize {
        self.streams.len()
    }

    /// Whether none is open.
    pub fn is_empty(&self) -> bool {
        self.streams.is_empty()
    }
}

/// A chunk by the name that a stream request has: `STREAM_CHUNK` (`OneForOneStreamManager.parseStreamChunkId`, 3.5).
///
/// # Errors
/// When the text is no such name.
pub(crate) fn chunk_of(name: &str) -> Result<(i64, i32), Refusal> {
    let parsed =
        name.split_once('_').and_then(|(stream, chunk)| Some((stream.parse().ok()?, chunk.parse().ok()?)));
    parsed.ok_or_else(|| Refusal::StreamName(name.chars().take(64).collect()))
}

impl<T> Streams<T> {
    /// As [`Streams::take`], by the name of a chunk.
    ///
    /// # Errors
    /// When the name is none, there is no such stream, or another chunk is next.
    pub fn take_named<R>(
        &mut self,
        name: &str,
        with: impl FnOnce(&mut T, Wanted) -> R,
    ) -> Result<(R, Option<T>), Refusal> {
        let (number, chunk) = chunk_of(name)?;
        self.take(number, chunk, with)
    }
}

#[cfg(test)]
mod tests;
