//! The open files of map tasks, with their indexes: kept for a while, within a bound.
//!
//! The bound holds the indexes and what open files cost beside them. What a file holds open cannot be given back to
//! its disk: so nothing is kept that was not asked for of late ([`FileCache::sweep`]).

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use wire_shuffle::index::{self, IndexError, Segment};

use crate::folder::{self, Location};
use crate::warm::Warmth;

/// What an entry is said to weigh beside its index: two open files and what leads to them.
const ENTRY_BYTES: u64 = 4096;

/// The longest index that is kept whole; of a longer one two offsets are read each time.
const LONGEST_INDEX_BYTES: u64 = 256 << 10;

/// Why a block cannot be had: a sentence that names the file.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The file cannot be opened or read (`Failed to open file`, as Spark says).
    #[error("Failed to open file: {path}: {source}")]
    File {
        /// The path.
        path: String,
        /// What the machine said.
        source: io::Error,
    },
    /// The index does not say where the block lies.
    #[error("{path}: {source}")]
    Index {
        /// The path.
        path: String,
        /// What is wrong with it.
        source: IndexError,
    },
}

/// A stretch of an open file.
#[derive(Clone, Debug)]
pub struct Region {
    /// The file.
    pub file: Arc<OpenFile>,
    /// Where the stretch begins.
    pub offset: u64,
    /// How long it is.
    pub length: u64,
}

/// An open file and what is known of its disk.
#[derive(Debug)]
pub struct OpenFile {
    pub(crate) file: File,
    pub(crate) warmth: Warmth,
}

impl OpenFile {
    fn new(file: File) -> Arc<Self> {
        Arc::new(Self { file, warmth: Warmth::default() })
    }

    /// The file.
    pub fn file(&self) -> &File {
        &self.file
    }
}

#[derive(Debug)]
enum Index {
    Whole(Box<[u8]>),
    OnDisk { file: File, bytes: u64 },
}

/// What a map task wrote: data, and the index that leads into it.
#[derive(Debug)]
pub struct MapFiles {
    data: Arc<OpenFile>,
    data_bytes: u64,
    index: Index,
    index_path: Box<str>,
    /// When it was last asked for, in milliseconds since the cache began.
    last_used_ms: AtomicU64,
}

impl MapFiles {
    /// Where the reducers from `start` up to `end` lie.
    ///
    /// # Errors
    /// When the index has no such reducers, or leads out of the data.
    pub fn region(&self, start: i32, end: i32) -> Result<Region, FileError> {
        let wrong = |source| FileError::Index { path: self.index_path.to_string(), source };
        let Segment { offset, length } = match &self.index {
            Index::Whole(bytes) => index::entry(bytes, start, end, self.data_bytes).map_err(wrong)?,
            Index::OnDisk { file, bytes } => {
                let (first, last) = index::places(*bytes, start, end).map_err(wrong)?;
                let read = |at| {
                    let mut offset = [0; 8];
                    file.read_exact_at(&mut offset, at)
                        .map(|()| offset)
                        .map_err(|source| self.unreadable(source))
                };
                index::segment(read(first)?, read(last)?, self.data_bytes).map_err(wrong)?
            }
        };
        Ok(Region { file: self.data.clone(), offset, length })
    }

    /// Whether a region can be found without a disk.
    pub fn is_in_memory(&self) -> bool {
        matches!(self.index, Index::Whole(_))
    }

    fn unreadable(&self, source: io::Error) -> FileError {
        FileError::File { path: self.index_path.to_string(), source }
    }

    fn weight(&self) -> u64 {
        ENTRY_BYTES
            + match &self.index {
                Index::Whole(bytes) => bytes.len() as u64,
                Index::OnDisk { .. } => 0,
            }
    }
}

/// Opens the files of a map task. Waits for disks.
///
/// # Errors
/// When one of them cannot be opened, or the index is none.
pub fn open_map_files(index: &Location, data: &Location) -> Result<MapFiles, FileError> {
    let failed = |location: &Location| {
        let path = location.path().display().to_string();
        move |source| FileError::File { path, source }
    };
    let (index_file, bytes) = folder::open(index).map_err(failed(index))?;
    let index_path = index.path().display().to_string().into_boxed_str();
    // An index cut short is found out now, whatever is asked for.
    index::places(bytes, 0, i32::try_from((bytes / 8).saturating_sub(1)).unwrap_or(i32::MAX))
        .or_else(|error| if matches!(error, IndexError::Length(_)) { Err(error) } else { Ok((0, 0)) })
        .map_err(|source| FileError::Index { path: index_path.to_string(), source })?;
    let index_content = if bytes <= LONGEST_INDEX_BYTES {
        let mut content = vec![0; bytes as usize];
        index_file.read_exact_at(&mut content, 0).map_err(failed(index))?;
        Index::Whole(content.into())
    } else {
        Index::OnDisk { file: index_file, bytes }
    };
    let (data_file, data_bytes) = folder::open(data).map_err(failed(data))?;
    Ok(MapFiles {
        data: OpenFile::new(data_file),
        data_bytes,
        index: index_content,
        index_path,
        last_used_ms: AtomicU64::new(0),
    })
}

/// Opens a whole file, such as that of an RDD block. Waits for disks.
///
/// # Errors
/// When it cannot be opened.
pub fn open_file(location: &Location) -> Result<Region, FileError> {
    let (file, length) = folder::open(location)
        .map_err(|source| FileError::File { path: location.path().display().to_string(), source })?;
    Ok(Region { file: OpenFile::new(file), offset: 0, length })
}

/// Which map task's files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MapKey {
    /// The registration of its executor.
    pub registration: u64,
    /// The shuffle.
    pub shuffle: i32,
    /// The map task.
    pub map: i64,
}

#[derive(Clone, Debug)]
struct ByBytes;

impl Weighter<MapKey, Arc<MapFiles>> for ByBytes {
    fn weight(&self, _: &MapKey, files: &Arc<MapFiles>) -> u64 {
        files.weight()
    }
}

/// What the cache holds and how it does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheUse {
    /// Entries.
    pub files: u64,
    /// What they take.
    pub bytes: u64,
    /// How often one was there.
    pub hits: u64,
    /// How often none was.
    pub misses: u64,
}

/// Open files by map task.
#[derive(Debug)]
pub struct FileCache {
    cache: Cache<MapKey, Arc<MapFiles>, ByBytes>,
    began: Instant,
    hits: AtomicU64,
    misses: AtomicU64,
}

impl FileCache {
    /// A cache of so many bytes.
    pub fn new(bytes: u64) -> Self {
        let entries = usize::try_from(bytes / ENTRY_BYTES).unwrap_or(usize::MAX).clamp(1, 1 << 16);
        Self {
            cache: Cache::with_weighter(entries, bytes.max(ENTRY_BYTES), ByBytes),
            began: Instant::now(),
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
        }
    }

    /// The files of a map task, where they are open.
    pub fn get(&self, key: &MapKey) -> Option<Arc<MapFiles>> {
        let found = self.cache.get(key);
        let counter = if found.is_some() { &self.hits } else { &self.misses };
        counter.fetch_add(1, Ordering::Relaxed);
        if let Some(files) = &found {
            files.last_used_ms.store(self.now_ms(), Ordering::Relaxed);
        }
        found
    }

    /// Keeps the files of a map task open.
    pub fn insert(&self, key: MapKey, files: Arc<MapFiles>) {
        files.last_used_ms.store(self.now_ms(), Ordering::Relaxed);
        self.cache.insert(key, files);
    }

    /// Closes what was not asked for within the last `idle_ms`.
    pub fn sweep(&self, idle_ms: u64) {
        let oldest = self.now_ms().saturating_sub(idle_ms);
        self.cache.retain(|_, files| files.last_used_ms.load(Ordering::Relaxed) > oldest);
    }

    /// Closes the files of an executor.
    pub fn forget(&self, registration: u64) {
        self.cache.retain(|key, _| key.registration != registration);
    }

    /// What it holds.
    pub fn usage(&self) -> CacheUse {
        CacheUse {
            files: self.cache.len() as u64,
            bytes: self.cache.weight(),
            hits: self.hits.load(Ordering::Relaxed),
            misses: self.misses.load(Ordering::Relaxed),
        }
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX).saturating_add(1)
    }
}

#[cfg(test)]
mod tests;
