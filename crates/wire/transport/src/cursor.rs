//! A bounded reader over the bytes of one frame; every failure says where in the connection it happened.

use bytes::{Buf, Bytes};

use crate::MalformedFrame;

/// What is left of one frame.
pub(crate) struct Cursor {
    rest: Bytes,
    offset: u64,
}

impl Cursor {
    pub(crate) fn new(frame: Bytes, offset: u64) -> Self {
        Self { rest: frame, offset }
    }

    /// Of the next byte, within the connection.
    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    pub(crate) fn malformed(&self, expected: impl Into<String>, found: impl Into<String>) -> MalformedFrame {
        MalformedFrame { offset: self.offset, expected: expected.into(), found: found.into() }
    }

    fn need(&self, bytes: usize, what: &str) -> Result<(), MalformedFrame> {
        if self.rest.len() < bytes {
            let left = self.rest.len();
            return Err(self.malformed(format!("{what} of {bytes} bytes"), format!("{left} bytes")));
        }
        Ok(())
    }

    pub(crate) fn u8(&mut self, what: &str) -> Result<u8, MalformedFrame> {
        self.need(1, what)?;
        self.offset += 1;
        Ok(self.rest.get_u8())
    }

    pub(crate) fn i32(&mut self, what: &str) -> Result<i32, MalformedFrame> {
        self.need(4, what)?;
        self.offset += 4;
        Ok(self.rest.get_i32())
    }

    pub(crate) fn i64(&mut self, what: &str) -> Result<i64, MalformedFrame> {
        self.need(8, what)?;
        self.offset += 8;
        Ok(self.rest.get_i64())
    }

    /// A length that Java holds in a `long`.
    pub(crate) fn byte_count(&mut self, what: &str) -> Result<u64, MalformedFrame> {
        self.need(8, what)?;
        let count = (&self.rest[..8]).get_i64();
        let count = u64::try_from(count)
            .map_err(|_| self.malformed(format!("{what}, not negative"), count.to_string()))?;
        self.rest.advance(8);
        self.offset += 8;
        Ok(count)
    }

    /// `u32 count | count bytes`.
    pub(crate) fn counted(&mut self, what: &str) -> Result<Bytes, MalformedFrame> {
        self.need(4, what)?;
        let count = (&self.rest[..4]).get_u32() as usize;
        let left = self.rest.len() - 4;
        if count > left {
            return Err(self.malformed(format!("the length of {what}, at most {left}"), count.to_string()));
        }
        self.rest.advance(4);
        self.offset += 4 + count as u64;
        Ok(self.rest.split_to(count))
    }

    /// `u32 count | count bytes of UTF-8`; what is no UTF-8 becomes U+FFFD, as a JVM reads it.
    pub(crate) fn text(&mut self, what: &str) -> Result<String, MalformedFrame> {
        self.counted(what).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    /// All that is left.
    pub(crate) fn body(&mut self) -> Bytes {
        self.offset += self.rest.len() as u64;
        std::mem::take(&mut self.rest)
    }

    /// Nothing may be left.
    pub(crate) fn end(&self) -> Result<(), MalformedFrame> {
        if self.rest.is_empty() {
            return Ok(());
        }
        Err(self.malformed("the end of the frame", format!("{} more bytes", self.rest.len())))
    }
}
