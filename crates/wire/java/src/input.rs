//! A bounded position in the bytes of a stream.

use crate::error::ReadError;

/// Bytes, and how far they were read.
pub(crate) struct Input<'a> {
    bytes: &'a [u8],
    offset: usize,
}

impl<'a> Input<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, offset: 0 }
    }

    pub(crate) fn offset(&self) -> usize {
        self.offset
    }

    pub(crate) fn remaining(&self) -> usize {
        self.bytes.len() - self.offset
    }

    pub(crate) fn take(&mut self, count: usize, expected: &'static str) -> Result<&'a [u8], ReadError> {
        match self.bytes[self.offset..].get(..count) {
            Some(taken) => {
                self.offset += count;
                Ok(taken)
            }
            None => Err(self.malformed(expected, format!("the end after {} bytes", self.remaining()))),
        }
    }

    fn array<const N: usize>(&mut self, expected: &'static str) -> Result<[u8; N], ReadError> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N, expected)?);
        Ok(array)
    }

    pub(crate) fn u8(&mut self, expected: &'static str) -> Result<u8, ReadError> {
        Ok(self.array::<1>(expected)?[0])
    }

    pub(crate) fn u16(&mut self, expected: &'static str) -> Result<u16, ReadError> {
        Ok(u16::from_be_bytes(self.array(expected)?))
    }

    pub(crate) fn u32(&mut self, expected: &'static str) -> Result<u32, ReadError> {
        Ok(u32::from_be_bytes(self.array(expected)?))
    }

    pub(crate) fn u64(&mut self, expected: &'static str) -> Result<u64, ReadError> {
        Ok(u64::from_be_bytes(self.array(expected)?))
    }

    /// A count of things that take at least `least_bytes` each: more of them than the rest can hold are refused
    /// before anything is allocated.
    pub(crate) fn count(&mut self, least_bytes: usize, expected: &'static str) -> Result<usize, ReadError> {
        let offset = self.offset;
        let claimed = self.u32(expected)?;
        match usize::try_from(claimed) {
            Ok(count) if count.saturating_mul(least_bytes) <= self.remaining() => Ok(count),
            _ => Err(ReadError::Malformed {
                offset,
                expected,
                found: format!("{} with {} bytes left", claimed.cast_signed(), self.remaining()),
            }),
        }
    }

    /// Blames the byte that comes next.
    pub(crate) fn malformed(&self, expected: &'static str, found: impl Into<String>) -> ReadError {
        ReadError::Malformed { offset: self.offset, expected, found: found.into() }
    }

    /// Blames the byte that was just read.
    pub(crate) fn unexpected(&self, byte: u8, expected: &'static str) -> ReadError {
        let offset = self.offset.saturating_sub(1);
        ReadError::Malformed { offset, expected, found: format!("byte 0x{byte:02x}") }
    }
}
