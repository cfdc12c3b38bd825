//! Bytes to frames, one direction of one connection.

use bytes::{Buf, Bytes, BytesMut};

use crate::cursor::Cursor;
use crate::frame::kind;
use crate::{Frame, LENGTH_BYTES, MIN_FRAME_BYTES, MalformedFrame, StreamChunkId};

/// What a [`Decoder`] finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A frame. When it announces trailing bytes, the next items are [`Item::Data`].
    Frame(Frame),
    /// The next piece of the data behind the last frame; never empty.
    Data(Bytes),
}

/// Decodes one direction of one connection. It holds no bytes itself.
#[derive(Clone, Debug)]
pub struct Decoder {
    max_frame_bytes: usize,
    offset: u64,
    trailing: u64,
}

impl Decoder {
    /// A decoder that refuses frames longer than `max_frame_bytes`, their length field included.
    pub fn new(max_frame_bytes: usize) -> Self {
        Self { max_frame_bytes, offset: 0, trailing: 0 }
    }

    /// How many bytes were decoded so far.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// How many bytes of data are still to come behind the last frame.
    pub fn trailing_bytes(&self) -> u64 {
        self.trailing
    }

    /// Takes the next item from the front of `buffer`; none when it is not complete yet. A bad length or type is
    /// refused as soon as its bytes are there. After an error the decoder must not be used again.
    ///
    /// # Errors
    /// When the bytes are no frame.
    pub fn decode(&mut self, buffer: &mut BytesMut) -> Result<Option<Item>, MalformedFrame> {
        if self.trailing > 0 {
            return Ok(self.data(buffer));
        }
        let Some(frame_bytes) = self.frame_bytes(buffer)? else { return Ok(None) };
        if buffer.len() < frame_bytes {
            return Ok(None);
        }
        let mut bytes = buffer.split_to(frame_bytes).freeze();
        bytes.advance(LENGTH_BYTES);
        let mut cursor = Cursor::new(bytes, self.offset + LENGTH_BYTES as u64);
        let frame = frame(&mut cursor)?;
        cursor.end()?;
        self.offset += frame_bytes as u64;
        self.trailing = frame.trailing_bytes();
        Ok(Some(Item::Frame(frame)))
    }

    fn data(&mut self, buffer: &mut BytesMut) -> Option<Item> {
        let piece = usize::try_from(self.trailing).map_or(buffer.len(), |left| left.min(buffer.len()));
        if piece == 0 {
            return None;
        }
        self.trailing -= piece as u64;
        self.offset += piece as u64;
        Some(Item::Data(buffer.split_to(piece).freeze()))
    }

    /// Reads the length field, and looks at the type once it is there.
    fn frame_bytes(&self, buffer: &BytesMut) -> Result<Option<usize>, MalformedFrame> {
        let Some(mut length) = buffer.get(..LENGTH_BYTES) else { return Ok(None) };
        let length = length.get_u64();
        let max = self.max_frame_bytes;
        let frame_bytes = usize::try_from(length)
            .ok()
            .filter(|bytes| (MIN_FRAME_BYTES..=max).contains(bytes))
            .ok_or_else(|| MalformedFrame {
                offset: self.offset,
                expected: format!("a frame length from {MIN_FRAME_BYTES} to {max}"),
                found: format!("{length} ({length:#018x})"),
            })?;
        match buffer.get(LENGTH_BYTES) {
            Some(&found) if found > kind::MERGED_BLOCK_META_SUCCESS => {
                Err(unknown_kind(self.offset + LENGTH_BYTES as u64, found))
            }
            _ => Ok(Some(frame_bytes)),
        }
    }
}

fn unknown_kind(offset: u64, found: u8) -> MalformedFrame {
    let expected = format!("a frame type from 0 to {}", kind::MERGED_BLOCK_META_SUCCESS);
    MalformedFrame { offset, expected, found: found.to_string() }
}

fn frame(cursor: &mut Cursor) -> Result<Frame, MalformedFrame> {
    let offset = cursor.offset();
    let frame = match cursor.u8("a frame type")? {
        kind::CHUNK_FETCH_REQUEST => Frame::ChunkFetchRequest { id: chunk(cursor)? },
        kind::CHUNK_FETCH_SUCCESS => Frame::ChunkFetchSuccess { id: chunk(cursor)?, body: cursor.body() },
        kind::CHUNK_FETCH_FAILURE => {
            Frame::ChunkFetchFailure { id: chunk(cursor)?, error: cursor.text("an error")? }
        }
        kind::RPC_REQUEST => Frame::RpcRequest { request: request(cursor)?, body: cursor.counted("a body")? },
        kind::RPC_RESPONSE => {
            Frame::RpcResponse { request: request(cursor)?, body: cursor.counted("a body")? }
        }
        kind::RPC_FAILURE => Frame::RpcFailure { request: request(cursor)?, error: cursor.text("an error")? },
        kind::STREAM_REQUEST => Frame::StreamRequest { stream: cursor.text("a stream's name")? },
        kind::STREAM_RESPONSE => Frame::StreamResponse {
            stream: cursor.text("a stream's name")?,
            byte_count: cursor.byte_count("the length of a stream")?,
        },
        kind::STREAM_FAILURE => {
            Frame::StreamFailure { stream: cursor.text("a stream's name")?, error: cursor.text("an error")? }
        }
        kind::ONE_WAY_MESSAGE => Frame::OneWayMessage { body: cursor.counted("a body")? },
        kind::UPLOAD_STREAM => Frame::UploadStream {
            request: request(cursor)?,
            meta: cursor.counted("the meta data of an upload")?,
            byte_count: cursor.byte_count("the length of an upload")?,
        },
        kind::MERGED_BLOCK_META_REQUEST => Frame::MergedBlockMetaRequest {
            request: request(cursor)?,
            application: cursor.text("an application id")?,
            shuffle: cursor.i32("a shuffle id")?,
            shuffle_merge: cursor.i32("a shuffle merge id")?,
            reduce: cursor.i32("a reduce id")?,
        },
        kind::MERGED_BLOCK_META_SUCCESS => Frame::MergedBlockMetaSuccess {
            request: request(cursor)?,
            chunks: cursor.i32("a number of chunks")?,
            body: cursor.body(),
        },
        unknown => return Err(unknown_kind(offset, unknown)),
    };
    Ok(frame)
}

fn request(cursor: &mut Cursor) -> Result<i64, MalformedFrame> {
    cursor.i64("a request id")
}

fn chunk(cursor: &mut Cursor) -> Result<StreamChunkId, MalformedFrame> {
    Ok(StreamChunkId { stream: cursor.i64("a stream id")?, chunk: cursor.i32("a chunk index")? })
}

#[cfg(test)]
mod tests;
