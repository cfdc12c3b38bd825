//! Bytes to messages.

use super::{
    CorruptionCause, Cursor, DiagnoseCorruption, ExecutorShuffleInfo, FetchShuffleBlockChunks,
    FetchShuffleBlocks, FinalizeShuffleMerge, MalformedMessage, Message, PushBlockStream, RemoveShuffleMerge,
    kind,
};

type Read<T> = Result<T, MalformedMessage>;

const APPLICATION: &str = "an application id";
const EXECUTOR: &str = "an executor id";
const SHUFFLE: &str = "a shuffle id";
const SHUFFLE_MERGE: &str = "a shuffle merge id";
const ATTEMPT: &str = "an attempt id";
const BLOCKS: &str = "block ids";

impl Message {
    /// Reads one message, which is all of `bytes`.
    ///
    /// # Errors
    /// When they are none.
    pub fn decode(bytes: &[u8]) -> Result<Self, MalformedMessage> {
        let mut cursor = Cursor::new(bytes);
        let message = message(&mut cursor)?;
        cursor.end()?;
        Ok(message)
    }
}

fn message(cursor: &mut Cursor<'_>) -> Read<Message> {
    let kind = cursor.u8("a message type")?;
    Ok(match kind {
        kind::OPEN_BLOCKS => Message::OpenBlocks {
            application: cursor.text(APPLICATION)?,
            executor: cursor.text(EXECUTOR)?,
            blocks: cursor.texts(BLOCKS)?,
        },
        kind::REGISTER_EXECUTOR => Message::RegisterExecutor {
            application: cursor.text(APPLICATION)?,
            executor: cursor.text(EXECUTOR)?,
            info: info(cursor)?,
        },
        kind::STREAM_HANDLE => Message::StreamHandle {
            stream: cursor.i64("a stream id")?,
            chunks: cursor.i32("a number of chunks")?,
        },
        kind::REMOVE_BLOCKS => Message::RemoveBlocks {
            application: cursor.text(APPLICATION)?,
            executor: cursor.text(EXECUTOR)?,
            blocks: cursor.texts(BLOCKS)?,
        },
        kind::BLOCKS_REMOVED => Message::BlocksRemoved { count: cursor.i32("a number of blocks")? },
        kind::FETCH_SHUFFLE_BLOCKS => Message::FetchShuffleBlocks(fetch(cursor)?),
        kind::GET_LOCAL_DIRS => Message::GetLocalDirsForExecutors {
            application: cursor.text(APPLICATION)?,
            executors: cursor.texts("executor ids")?,
        },
        kind::LOCAL_DIRS => Message::LocalDirsForExecutors { local_dirs: local_dirs(cursor)? },
        kind::DIAGNOSE_CORRUPTION => Message::DiagnoseCorruption(diagnose(cursor)?),
        kind::CORRUPTION_CAUSE => Message::CorruptionCause(cause(cursor)?),
        _ => rarer(kind, cursor)?,
    })
}

/// Uploads, and what push-based shuffles say.
fn rarer(kind: u8, cursor: &mut Cursor<'_>) -> Read<Message> {
    Ok(match kind {
        kind::UPLOAD_BLOCK => Message::UploadBlock {
            application: cursor.text(APPLICATION)?,
            executor: cursor.text(EXECUTOR)?,
            block: cursor.text("a block id")?,
            metadata: cursor.bytes("metadata")?,
            data: cursor.bytes("a block")?,
        },
        kind::UPLOAD_BLOCK_STREAM => Message::UploadBlockStream {
            block: cursor.text("a block id")?,
            metadata: cursor.bytes("metadata")?,
        },
        kind::PUSH_BLOCK_STREAM => Message::PushBlockStream(PushBlockStream {
            application: cursor.text(APPLICATION)?,
            attempt: cursor.i32(ATTEMPT)?,
            shuffle: cursor.i32(SHUFFLE)?,
            shuffle_merge: cursor.i32(SHUFFLE_MERGE)?,
            map_index: cursor.i32("a map index")?,
            reduce: cursor.i32("a reduce id")?,
            index: cursor.i32("an index")?,
        }),
        kind::FINALIZE_SHUFFLE_MERGE => Message::FinalizeShuffleMerge(FinalizeShuffleMerge {
            application: cursor.text(APPLICATION)?,
            attempt: cursor.i32(ATTEMPT)?,
            shuffle: cursor.i32(SHUFFLE)?,
            shuffle_merge: cursor.i32(SHUFFLE_MERGE)?,
        }),
        kind::REMOVE_SHUFFLE_MERGE => Message::RemoveShuffleMerge(RemoveShuffleMerge {
            application: cursor.text(APPLICATION)?,
            attempt: cursor.i32(ATTEMPT)?,
            shuffle: cursor.i32(SHUFFLE)?,
            shuffle_merge: cursor.i32(SHUFFLE_MERGE)?,
        }),
        kind::FETCH_SHUFFLE_BLOCK_CHUNKS => Message::FetchShuffleBlockChunks(FetchShuffleBlockChunks {
            application: cursor.text(APPLICATION)?,
            executor: cursor.text(EXECUTOR)?,
            shuffle: cursor.i32(SHUFFLE)?,
            shuffle_merge: cursor.i32(SHUFFLE_MERGE)?,
            reduces: cursor.i32s("reduce ids")?,
            chunks: cursor.lists("chunk ids")?,
        }),
        unknown => return Err(MalformedMessage::Type(unknown)),
    })
}

fn info(cursor: &mut Cursor<'_>) -> Read<ExecutorShuffleInfo> {
    Ok(ExecutorShuffleInfo {
        local_dirs: cursor.texts("local directories")?,
        sub_dirs_per_local_dir: cursor.i32("a number of subdirectories")?,
        shuffle_manager: cursor.text("a shuffle manager")?,
    })
}

fn fetch(cursor: &mut Cursor<'_>) -> Read<FetchShuffleBlocks> {
    Ok(FetchShuffleBlocks {
        application: cursor.text(APPLICATION)?,
        executor: cursor.text(EXECUTOR)?,
        shuffle: cursor.i32(SHUFFLE)?,
        maps: cursor.i64s("map ids")?,
        reduces: cursor.lists("reduce ids")?,
        batch: cursor.boolean("whether it is a batch")?,
    })
}

fn diagnose(cursor: &mut Cursor<'_>) -> Read<DiagnoseCorruption> {
    Ok(DiagnoseCorruption {
        application: cursor.text(APPLICATION)?,
        executor: cursor.text(EXECUTOR)?,
        shuffle: cursor.i32(SHUFFLE)?,
        map: cursor.i64("a map id")?,
        reduce: cursor.i32("a reduce id")?,
        checksum: cursor.i64("a checksum")?,
        algorithm: cursor.text("an algorithm")?,
    })
}

fn cause(cursor: &mut Cursor<'_>) -> Read<CorruptionCause> {
    Ok(match cursor.u8("a cause")? {
        0 => CorruptionCause::DiskIssue,
        1 => CorruptionCause::NetworkIssue,
        3 => CorruptionCause::ChecksumVerifyPass,
        4 => CorruptionCause::UnsupportedChecksumAlgorithm,
        _ => CorruptionCause::UnknownIssue,
    })
}

/// Executors, how many directories each has, and all directories in a row. Where the counts do not add up, a
/// directory belongs to nobody or an executor has fewer.
fn local_dirs(cursor: &mut Cursor<'_>) -> Read<Vec<(String, Vec<String>)>> {
    let executors = cursor.texts("executor ids")?;
    let counts = cursor.i32s("numbers of local directories")?;
    let mut dirs = cursor.texts("local directories")?.into_iter();
    let counts = counts.into_iter().map(|count| usize::try_from(count).unwrap_or(0));
    Ok(executors
        .into_iter()
        .zip(counts)
        .map(|(one, count)| (one, dirs.by_ref().take(count).collect()))
        .collect())
}
