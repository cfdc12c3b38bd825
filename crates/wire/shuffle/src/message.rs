//! The messages and how each is written (`org.apache.spark.network.shuffle.protocol`, 3.4 to 4.3).

use crate::MalformedMessage;
use crate::cursor::{
    Cursor, put_bytes, put_i32, put_i32s, put_i64, put_i64s, put_lists, put_text, put_texts,
};

/// Where an executor keeps its files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecutorShuffleInfo {
    /// Its local directories, absolute.
    pub local_dirs: Vec<String>,
    /// How many subdirectories each of them has.
    pub sub_dirs_per_local_dir: i32,
    /// The class of its shuffle manager, with what push-based shuffles add to it.
    pub shuffle_manager: String,
}

/// Lists of numbers, kept in one: a list costs four bytes and its numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lists {
    /// All numbers, list by list.
    pub elements: Vec<i32>,
    /// Where each list ends.
    pub ends: Vec<u32>,
}

impl Lists {
    /// How many lists.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// One list. It must exist.
    pub fn list(&self, at: usize) -> &[i32] {
        let start = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        &self.elements[start..self.ends[at] as usize]
    }
}

/// Asks for blocks of a shuffle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchShuffleBlocks {
    /// The application.
    pub application: String,
    /// The executor that wrote them.
    pub executor: String,
    /// The shuffle.
    pub shuffle: i32,
    /// The map tasks.
    pub maps: Vec<i64>,
    /// For each map task its reducers; in a batch the first one and the one after the last.
    pub reduces: Lists,
    /// Whether the reducers of a map task are asked for as one block.
    pub batch: bool,
}

/// Asks for chunks of merged shuffle blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchShuffleBlockChunks {
    /// The application.
    pub application: String,
    /// Always the name of the merger.
    pub executor: String,
    /// The shuffle.
    pub shuffle: i32,
    /// Which merge of it.
    pub shuffle_merge: i32,
    /// The reducers.
    pub reduces: Vec<i32>,
    /// For each reducer its chunks.
    pub chunks: Lists,
}

/// Pushes a block to be merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushBlockStream {
    /// The application.
    pub application: String,
    /// Which attempt of it.
    pub attempt: i32,
    /// The shuffle.
    pub shuffle: i32,
    /// Which merge of it.
    pub shuffle_merge: i32,
    /// The map task, by its index.
    pub map_index: i32,
    /// The reducer.
    pub reduce: i32,
    /// The pusher's number for it.
    pub index: i32,
}

/// Ends the merging of a shuffle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FinalizeShuffleMerge {
    /// The application.
    pub application: String,
    /// Which attempt of it.
    pub attempt: i32,
    /// The shuffle.
    pub shuffle: i32,
    /// Which merge of it.
    pub shuffle_merge: i32,
}

/// Removes a merged shuffle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoveShuffleMerge {
    /// The application.
    pub application: String,
    /// Which attempt of it.
    pub attempt: i32,
    /// The shuffle.
    pub shuffle: i32,
    /// Which merge of it.
    pub shuffle_merge: i32,
}

/// Asks what damaged a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiagnoseCorruption {
    /// The application.
    pub application: String,
    /// The executor that wrote it.
    pub executor: String,
    /// The shuffle.
    pub shuffle: i32,
    /// The map task.
    pub map: i64,
    /// The reducer.
    pub reduce: i32,
    /// The checksum of what the reader got.
    pub checksum: i64,
    /// How it was computed: `ADLER32`, `CRC32` or `CRC32C`.
    pub algorithm: String,
}

/// What damaged a block (`checksum.Cause`, whose order is that of the bytes).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CorruptionCause {
    /// What lies on the disk is not what was written.
    DiskIssue,
    /// What lies on the disk is well, what was read is not.
    NetworkIssue,
    /// It cannot be told.
    UnknownIssue,
    /// All three checksums are the same.
    ChecksumVerifyPass,
    /// Nobody here can compute this checksum.
    UnsupportedChecksumAlgorithm,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// Asks for blocks by their names, as Spark before 3.0 did for shuffles and all do for RDD blocks.
    OpenBlocks {
        /// The application.
        application: String,
        /// The executor that wrote them.
        executor: String,
        /// Their names.
        blocks: Vec<String>,
    },
    /// A block for another executor to keep.
    UploadBlock {
        /// The application.
        application: String,
        /// The executor.
        executor: String,
        /// The block's name.
        block: String,
        /// A Java object that says how to keep it.
        metadata: Vec<u8>,
        /// The block.
        data: Vec<u8>,
    },
    /// An executor says where its files are.
    RegisterExecutor {
        /// The application.
        application: String,
        /// The executor.
        executor: String,
        /// Where.
        info: ExecutorShuffleInfo,
    },
    /// The answer to those who ask for blocks: a stream with a chunk for each.
    StreamHandle {
        /// The stream.
        stream: i64,
        /// How many chunks.
        chunks: i32,
    },
    /// A block for another executor to keep; its data follows the frame.
    UploadBlockStream {
        /// The block's name.
        block: String,
        /// A Java object that says how to keep it.
        metadata: Vec<u8>,
    },
    /// Asks to remove files.
    RemoveBlocks {
        /// The application.
        application: String,
        /// The executor that wrote them.
        executor: String,
        /// Names of blocks or files.
        blocks: Vec<String>,
    },
    /// The answer: how many were removed.
    BlocksRemoved {
        /// How many.
        count: i32,
    },
    /// Asks for blocks of a shuffle.
    FetchShuffleBlocks(FetchShuffleBlocks),
    /// Asks where executors of this machine keep their files.
    GetLocalDirsForExecutors {
        /// The application.
        application: String,
        /// The executors.
        executors: Vec<String>,
    },
    /// The answer.
    LocalDirsForExecutors {
        /// Each executor with its local directories.
        local_dirs: Vec<(String, Vec<String>)>,
    },
    /// Pushes a block to be merged; its data follows the frame.
    PushBlockStream(PushBlockStream),
    /// Ends the merging of a shuffle.
    FinalizeShuffleMerge(FinalizeShuffleMerge),
    /// Asks for chunks of merged blocks.
    FetchShuffleBlockChunks(FetchShuffleBlockChunks),
    /// Asks what damaged a block.
    DiagnoseCorruption(DiagnoseCorruption),
    /// The answer.
    CorruptionCause(CorruptionCause),
    /// Removes a merged shuffle.
    RemoveShuffleMerge(RemoveShuffleMerge),
}

mod kind {
    pub(super) const OPEN_BLOCKS: u8 = 0;
    pub(super) const UPLOAD_BLOCK: u8 = 1;
    pub(super) const REGISTER_EXECUTOR: u8 = 2;
    pub(super) const STREAM_HANDLE: u8 = 3;
    pub(super) const UPLOAD_BLOCK_STREAM: u8 = 6;
    pub(super) const REMOVE_BLOCKS: u8 = 7;
    pub(super) const BLOCKS_REMOVED: u8 = 8;
    pub(super) const FETCH_SHUFFLE_BLOCKS: u8 = 9;
    pub(super) const GET_LOCAL_DIRS: u8 = 10;
    pub(super) const LOCAL_DIRS: u8 = 11;
    pub(super) const PUSH_BLOCK_STREAM: u8 = 12;
    pub(super) const FINALIZE_SHUFFLE_MERGE: u8 = 13;
    pub(super) const FETCH_SHUFFLE_BLOCK_CHUNKS: u8 = 15;
    pub(super) const DIAGNOSE_CORRUPTION: u8 = 16;
    pub(super) const CORRUPTION_CAUSE: u8 = 17;
    pub(super) const REMOVE_SHUFFLE_MERGE: u8 = 19;
}

mod read;
mod write;

impl Message {
    /// Spark's name for this kind of message.
    pub fn name(&self) -> &'static str {
        match self {
            Self::OpenBlocks { .. } => "OpenBlocks",
            Self::UploadBlock { .. } => "UploadBlock",
            Self::RegisterExecutor { .. } => "RegisterExecutor",
            Self::StreamHandle { .. } => "StreamHandle",
            Self::UploadBlockStream { .. } => "UploadBlockStream",
            Self::RemoveBlocks { .. } => "RemoveBlocks",
            Self::BlocksRemoved { .. } => "BlocksRemoved",
            Self::FetchShuffleBlocks(_) => "FetchShuffleBlocks",
            Self::GetLocalDirsForExecutors { .. } => "GetLocalDirsForExecutors",
            Self::LocalDirsForExecutors { .. } => "LocalDirsForExecutors",
            Self::PushBlockStream(_) => "PushBlockStream",
            Self::FinalizeShuffleMerge(_) => "FinalizeShuffleMerge",
            Self::FetchShuffleBlockChunks(_) => "FetchShuffleBlockChunks",
            Self::DiagnoseCorruption(_) => "DiagnoseCorruption",
            Self::CorruptionCause(_) => "CorruptionCause",
            Self::RemoveShuffleMerge(_) => "RemoveShuffleMerge",
        }
    }
}

#[cfg(test)]
mod tests;
