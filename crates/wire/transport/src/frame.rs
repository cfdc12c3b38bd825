//! The thirteen kinds of frame and how each is written (`org.apache.spark.network.protocol`, 3.4 to 4.3).

use bytes::{BufMut, Bytes, BytesMut};

use crate::{FrameTooLong, MIN_FRAME_BYTES};

/// One chunk of a stream that a shuffle service offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StreamChunkId {
    /// The stream, as the server numbered it.
    pub stream: i64,
    /// The chunk within it, from 0.
    pub chunk: i32,
}

/// One frame. Requests go either way on a connection; an answer goes back on the connection of its request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// Asks for a chunk.
    ChunkFetchRequest {
        /// Which one.
        id: StreamChunkId,
    },
    /// The chunk.
    ChunkFetchSuccess {
        /// Which one.
        id: StreamChunkId,
        /// Its bytes.
        body: Bytes,
    },
    /// There is no such chunk to be had.
    ChunkFetchFailure {
        /// Which one.
        id: StreamChunkId,
        /// Why: a Java stack trace.
        error: String,
    },
    /// A question that wants an answer.
    RpcRequest {
        /// The asker's number for it.
        request: i64,
        /// The question.
        body: Bytes,
    },
    /// The answer to a question.
    RpcResponse {
        /// The asker's number for it.
        request: i64,
        /// The answer.
        body: Bytes,
    },
    /// A question that could not be read or answered.
    RpcFailure {
        /// The asker's number for it.
        request: i64,
        /// Why: a Java stack trace.
        error: String,
    },
    /// Asks for a stream by name, e.g. a jar of the file server.
    StreamRequest {
        /// The name.
        stream: String,
    },
    /// The stream follows behind this frame, outside of its length.
    StreamResponse {
        /// The name.
        stream: String,
        /// How many bytes follow.
        byte_count: u64,
    },
    /// There is no such stream to be had.
    StreamFailure {
        /// The name.
        stream: String,
        /// Why.
        error: String,
    },
    /// A message that wants no answer.
    OneWayMessage {
        /// The message.
        body: Bytes,
    },
    /// A question with data that follows behind this frame, outside of its length.
    UploadStream {
        /// The asker's number for it.
        request: i64,
        /// The question.
        meta: Bytes,
        /// How many bytes follow.
        byte_count: u64,
    },
    /// Asks what a merged shuffle block consists of.
    MergedBlockMetaRequest {
        /// The asker's number for it.
        request: i64,
        /// The application.
        application: String,
        /// The shuffle.
        shuffle: i32,
        /// Which merge of it.
        shuffle_merge: i32,
        /// The reducer.
        reduce: i32,
    },
    /// What a merged shuffle block consists of.
    MergedBlockMetaSuccess {
        /// The asker's number for it.
        request: i64,
        /// How many chunks.
        chunks: i32,
        /// One bitmap of map ids per chunk.
        body: Bytes,
    },
}

/// The type bytes.
pub(crate) mod kind {
    pub(crate) const CHUNK_FETCH_REQUEST: u8 = 0;
    pub(crate) const CHUNK_FETCH_SUCCESS: u8 = 1;
    pub(crate) const CHUNK_FETCH_FAILURE: u8 = 2;
    pub(crate) const RPC_REQUEST: u8 = 3;
    pub(crate) const RPC_RESPONSE: u8 = 4;
    pub(crate) const RPC_FAILURE: u8 = 5;
    pub(crate) const STREAM_REQUEST: u8 = 6;
    pub(crate) const STREAM_RESPONSE: u8 = 7;
    pub(crate) const STREAM_FAILURE: u8 = 8;
    pub(crate) const ONE_WAY_MESSAGE: u8 = 9;
    pub(crate) const UPLOAD_STREAM: u8 = 10;
    pub(crate) const MERGED_BLOCK_META_REQUEST: u8 = 11;
    pub(crate) const MERGED_BLOCK_META_SUCCESS: u8 = 12;
}

impl Frame {
    /// Spark's name for this kind of frame.
    pub fn name(&self) -> &'static str {
        match self {
            Self::ChunkFetchRequest { .. } => "ChunkFetchRequest",
            Self::ChunkFetchSuccess { .. } => "ChunkFetchSuccess",
            Self::ChunkFetchFailure { .. } => "ChunkFetchFailure",
            Self::RpcRequest { .. } => "RpcRequest",
            Self::RpcResponse { .. } => "RpcResponse",
            Self::RpcFailure { .. } => "RpcFailure",
            Self::StreamRequest { .. } => "StreamRequest",
            Self::StreamResponse { .. } => "StreamResponse",
            Self::StreamFailure { .. } => "StreamFailure",
            Self::OneWayMessage { .. } => "OneWayMessage",
            Self::UploadStream { .. } => "UploadStream",
            Self::MergedBlockMetaRequest { .. } => "MergedBlockMetaRequest",
            Self::MergedBlockMetaSuccess { .. } => "MergedBlockMetaSuccess",
        }
    }

    /// How many bytes of data follow this frame outside of its length.
    pub fn trailing_bytes(&self) -> u64 {
        match self {
            Self::StreamResponse { byte_count, .. } | Self::UploadStream { byte_count, .. } => *byte_count,
            _ => 0,
        }
    }

    /// How many bytes [`Frame::encode`] writes: what stands in the length field.
    pub fn encoded_bytes(&self) -> usize {
        MIN_FRAME_BYTES
            + match self {
                Self::ChunkFetchRequest { .. } => 12,
                Self::ChunkFetchSuccess { body, .. }
                | Self::RpcRequest { body, .. }
                | Self::RpcResponse { body, .. }
                | Self::MergedBlockMetaSuccess { body, .. } => 12 + body.len(),
                Self::ChunkFetchFailure { error, .. } => 12 + 4 + error.len(),
                Self::RpcFailure { error, .. } => 12 + error.len(),
                Self::StreamRequest { stream } => 4 + stream.len(),
                Self::StreamResponse { stream, .. } => 4 + stream.len() + 8,
                Self::StreamFailure { stream, error } => 4 + stream.len() + 4 + error.len(),
                Self::OneWayMessage { body } => 4 + body.len(),
                Self::UploadStream { meta, .. } => 12 + meta.len() + 8,
                Self::MergedBlockMetaRequest { application, .. } => 12 + application.len() + 12,
            }
    }

    /// Appends the frame to `out`, which is left alone when the frame is too long. Trailing data is the caller's.
    ///
    /// # Errors
    /// When the frame would be longer than `max_frame_bytes`, or than the 2 GiB that any JVM reads.
    pub fn encode(&self, out: &mut BytesMut, max_frame_bytes: usize) -> Result<(), FrameTooLong> {
        let frame_bytes = self.encoded_bytes();
        let max_frame_bytes = max_frame_bytes.min(i32::MAX as usize);
        if frame_bytes > max_frame_bytes {
            return Err(FrameTooLong { frame_bytes, max_frame_bytes });
        }
        out.reserve(frame_bytes);
        out.put_u64(frame_bytes as u64);
        self.put_header_and_body(out);
        Ok(())
    }

    /// Appends what stands in front of a chunk of `byte_count` bytes, which the caller sends behind it.
    ///
    /// # Errors
    /// When the frame would be longer than the 2 GiB that any JVM reads: such a chunk can only go as a stream.
    pub fn encode_chunk_header(
        id: StreamChunkId,
        byte_count: u64,
        out: &mut BytesMut,
    ) -> Result<(), FrameTooLong> {
        const HEADER_BYTES: u64 = MIN_FRAME_BYTES as u64 + 12;
        let frame_bytes = byte_count.saturating_add(HEADER_BYTES);
        let max_frame_bytes = i32::MAX as usize;
        if frame_bytes > max_frame_bytes as u64 {
            let frame_bytes = usize::try_from(frame_bytes).unwrap_or(usize::MAX);
            return Err(FrameTooLong { frame_bytes, max_frame_bytes });
        }
        out.put_u64(frame_bytes);
        put_chunk(out, kind::CHUNK_FETCH_SUCCESS, id);
        Ok(())
    }

    fn put_header_and_body(&self, out: &mut BytesMut) {
        match self {
            Self::ChunkFetchRequest { id } => put_chunk(out, kind::CHUNK_FETCH_REQUEST, *id),
            Self::ChunkFetchSuccess { id, body } => {
                put_chunk(out, kind::CHUNK_FETCH_SUCCESS, *id);
                out.put_slice(body);
            }
            Self::ChunkFetchFailure { id, error } => {
                put_chunk(out, kind::CHUNK_FETCH_FAILURE, *id);
                put_counted(out, error.as_bytes());
            }
            Self::RpcRequest { request, body } => put_rpc(out, kind::RPC_REQUEST, *request, body),
            Self::RpcResponse { request, body } => put_rpc(out, kind::RPC_RESPONSE, *request, body),
            Self::RpcFailure { request, error } => {
                put_rpc(out, kind::RPC_FAILURE, *request, error.as_bytes());
            }
            Self::StreamRequest { stream } => {
                out.put_u8(kind::STREAM_REQUEST);
                put_counted(out, stream.as_bytes());
            }
            Self::StreamResponse { stream, byte_count } => {
                out.put_u8(kind::STREAM_RESPONSE);
                put_counted(out, stream.as_bytes());
                out.put_u64(*byte_count);
            }
            Self::StreamFailure { stream, error } => {
                out.put_u8(kind::STREAM_FAILURE);
                put_counted(out, stream.as_bytes());
                put_counted(out, error.as_bytes());
            }
            Self::OneWayMessage { body } => {
                out.put_u8(kind::ONE_WAY_MESSAGE);
                put_counted(out, body);
            }
            Self::UploadStream { request, meta, byte_count } => {
                put_rpc(out, kind::UPLOAD_STREAM, *request, meta);
                out.put_u64(*byte_count);
            }
            Self::MergedBlockMetaRequest { request, application, shuffle, shuffle_merge, reduce } => {
                put_rpc(out, kind::MERGED_BLOCK_META_REQUEST, *request, application.as_bytes());
                out.put_i32(*shuffle);
                out.put_i32(*shuffle_merge);
                out.put_i32(*reduce);
            }
            Self::MergedBlockMetaSuccess { request, chunks, body } => {
                out.put_u8(kind::MERGED_BLOCK_META_SUCCESS);
                out.put_i64(*request);
                out.put_i32(*chunks);
                out.put_slice(body);
            }
        }
    }
}

fn put_chunk(out: &mut BytesMut, kind: u8, id: StreamChunkId) {
    out.put_u8(kind);
    out.put_i64(id.stream);
    out.put_i32(id.chunk);
}

fn put_rpc(out: &mut BytesMut, kind: u8, request: i64, body: &[u8]) {
    out.put_u8(kind);
    out.put_i64(request);
    put_counted(out, body);
}

/// The count fits: it is less than the frame's length, which was checked against `i32::MAX`.
fn put_counted(out: &mut BytesMut, bytes: &[u8]) {
    out.put_u32(bytes.len() as u32);
    out.put_slice(bytes);
}
