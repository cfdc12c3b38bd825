//! Messages to bytes.

use super::{
    CorruptionCause, DiagnoseCorruption, FetchShuffleBlockChunks, FetchShuffleBlocks, Message,
    PushBlockStream, kind, put_bytes, put_i32, put_i32s, put_i64, put_i64s, put_lists, put_text, put_texts,
};

impl Message {
    /// The message as bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.put(&mut out);
        out
    }

    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Self::OpenBlocks { application, executor, blocks } => {
                put_names(out, kind::OPEN_BLOCKS, application, executor);
                put_texts(out, blocks);
            }
            Self::RegisterExecutor { application, executor, info } => {
                put_names(out, kind::REGISTER_EXECUTOR, application, executor);
                put_texts(out, &info.local_dirs);
                put_i32(out, info.sub_dirs_per_local_dir);
                put_text(out, &info.shuffle_manager);
            }
            Self::StreamHandle { stream, chunks } => {
                out.push(kind::STREAM_HANDLE);
                put_i64(out, *stream);
                put_i32(out, *chunks);
            }
            Self::RemoveBlocks { application, executor, blocks } => {
                put_names(out, kind::REMOVE_BLOCKS, application, executor);
                put_texts(out, blocks);
            }
            Self::BlocksRemoved { count } => {
                out.push(kind::BLOCKS_REMOVED);
                put_i32(out, *count);
            }
            Self::FetchShuffleBlocks(fetch) => put_fetch(out, fetch),
            Self::GetLocalDirsForExecutors { application, executors } => {
                out.push(kind::GET_LOCAL_DIRS);
                put_text(out, application);
                put_texts(out, executors);
            }
            Self::LocalDirsForExecutors { local_dirs } => put_local_dirs(out, local_dirs),
            Self::DiagnoseCorruption(diagnose) => put_diagnose(out, diagnose),
            Self::CorruptionCause(cause) => out.extend([kind::CORRUPTION_CAUSE, cause_byte(*cause)]),
            rarer => rarer.put_rarer(out),
        }
    }

    fn put_rarer(&self, out: &mut Vec<u8>) {
        match self {
            Self::UploadBlock { application, executor, block, metadata, data } => {
                put_names(out, kind::UPLOAD_BLOCK, application, executor);
                put_text(out, block);
                put_bytes(out, metadata);
                put_bytes(out, data);
            }
            Self::UploadBlockStream { block, metadata } => {
                out.push(kind::UPLOAD_BLOCK_STREAM);
                put_text(out, block);
                put_bytes(out, metadata);
            }
            Self::PushBlockStream(push) => put_push(out, push),
            Self::FinalizeShuffleMerge(merge) => {
                out.push(kind::FINALIZE_SHUFFLE_MERGE);
                put_text(out, &merge.application);
                [merge.attempt, merge.shuffle, merge.shuffle_merge]
                    .iter()
                    .for_each(|number| put_i32(out, *number));
            }
            Self::RemoveShuffleMerge(merge) => {
                out.push(kind::REMOVE_SHUFFLE_MERGE);
                put_text(out, &merge.application);
                [merge.attempt, merge.shuffle, merge.shuffle_merge]
                    .iter()
                    .for_each(|number| put_i32(out, *number));
            }
            Self::FetchShuffleBlockChunks(fetch) => put_chunks(out, fetch),
            _ => {}
        }
    }
}

fn put_names(out: &mut Vec<u8>, kind: u8, application: &str, executor: &str) {
    out.push(kind);
    put_text(out, application);
    put_text(out, executor);
}

fn put_fetch(out: &mut Vec<u8>, fetch: &FetchShuffleBlocks) {
    put_names(out, kind::FETCH_SHUFFLE_BLOCKS, &fetch.application, &fetch.executor);
    put_i32(out, fetch.shuffle);
    put_i64s(out, &fetch.maps);
    put_lists(out, &fetch.reduces);
    out.push(u8::from(fetch.batch));
}

fn put_chunks(out: &mut Vec<u8>, fetch: &FetchShuffleBlockChunks) {
    put_names(out, kind::FETCH_SHUFFLE_BLOCK_CHUNKS, &fetch.application, &fetch.executor);
    put_i32(out, fetch.shuffle);
    put_i32(out, fetch.shuffle_merge);
    put_i32s(out, &fetch.reduces);
    put_lists(out, &fetch.chunks);
}

fn put_push(out: &mut Vec<u8>, push: &PushBlockStream) {
    out.push(kind::PUSH_BLOCK_STREAM);
    put_text(out, &push.application);
    let numbers = [push.attempt, push.shuffle, push.shuffle_merge, push.map_index, push.reduce, push.index];
    numbers.iter().for_each(|number| put_i32(out, *number));
}

fn put_diagnose(out: &mut Vec<u8>, diagnose: &DiagnoseCorruption) {
    put_names(out, kind::DIAGNOSE_CORRUPTION, &diagnose.application, &diagnose.executor);
    put_i32(out, diagnose.shuffle);
    put_i64(out, diagnose.map);
    put_i32(out, diagnose.reduce);
    put_i64(out, diagnose.checksum);
    put_text(out, &diagnose.algorithm);
}

fn put_local_dirs(out: &mut Vec<u8>, local_dirs: &[(String, Vec<String>)]) {
    out.push(kind::LOCAL_DIRS);
    let executors: Vec<_> = local_dirs.iter().map(|(executor, _)| executor.clone()).collect();
    let counts: Vec<_> = local_dirs.iter().map(|(_, dirs)| dirs.len() as i32).collect();
    let dirs: Vec<_> = local_dirs.iter().flat_map(|(_, dirs)| dirs.clone()).collect();
    put_texts(out, &executors);
    put_i32s(out, &counts);
    put_texts(out, &dirs);
}

fn cause_byte(cause: CorruptionCause) -> u8 {
    match cause {
        CorruptionCause::DiskIssue => 0,
        CorruptionCause::NetworkIssue => 1,
        CorruptionCause::UnknownIssue => 2,
        CorruptionCause::ChecksumVerifyPass => 3,
        CorruptionCause::UnsupportedChecksumAlgorithm => 4,
    }
}
