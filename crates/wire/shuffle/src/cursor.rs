//! A bounded reader over the bytes of one message, and the writers of the same forms.

use crate::MalformedMessage;
use crate::message::Lists;

/// What is left of one message.
pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    offset: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, offset: 0 }
    }

    fn left(&self) -> usize {
        self.bytes.len() - self.offset
    }

    fn take(&mut self, bytes: usize, what: &'static str) -> Result<&'a [u8], MalformedMessage> {
        let rest = &self.bytes[self.offset..];
        let taken = rest.get(..bytes).ok_or(MalformedMessage::Short {
            offset: self.offset,
            what,
            bytes,
            found: rest.len(),
        })?;
        self.offset += bytes;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], MalformedMessage> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N, what)?);
        Ok(array)
    }

    pub(crate) fn u8(&mut self, what: &'static str) -> Result<u8, MalformedMessage> {
        self.array::<1>(what).map(|[byte]| byte)
    }

    /// As `ByteBuf.readBoolean`: anything but 0 is true.
    pub(crate) fn boolean(&mut self, what: &'static str) -> Result<bool, MalformedMessage> {
        self.u8(what).map(|byte| byte != 0)
    }

    pub(crate) fn i32(&mut self, what: &'static str) -> Result<i32, MalformedMessage> {
        self.array(what).map(i32::from_be_bytes)
    }

    pub(crate) fn i64(&mut self, what: &'static str) -> Result<i64, MalformedMessage> {
        self.array(what).map(i64::from_be_bytes)
    }

    /// A count of things that take at least `least_bytes` each.
    fn count(&mut self, least_bytes: usize, what: &'static str) -> Result<usize, MalformedMessage> {
        let offset = self.offset;
        let found = self.i32(what)?;
        let left = self.left();
        usize::try_from(found)
            .ok()
            .filter(|count| *count <= left / least_bytes)
            .ok_or(MalformedMessage::Count { offset, what, found, left })
    }

    pub(crate) fn bytes(&mut self, what: &'static str) -> Result<Vec<u8>, MalformedMessage> {
        let count = self.count(1, what)?;
        self.take(count, what).map(<[u8]>::to_vec)
    }

    /// What is no UTF-8 becomes U+FFFD, as a JVM reads it.
    pub(crate) fn text(&mut self, what: &'static str) -> Result<String, MalformedMessage> {
        let count = self.count(1, what)?;
        self.take(count, what).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    }

    pub(crate) fn texts(&mut self, what: &'static str) -> Result<Vec<String>, MalformedMessage> {
        let count = self.count(4, what)?;
        (0..count).map(|_| self.text(what)).collect()
    }

    pub(crate) fn i64s(&mut self, what: &'static str) -> Result<Vec<i64>, MalformedMessage> {
        let count = self.count(8, what)?;
        (0..count).map(|_| self.i64(what)).collect()
    }

    pub(crate) fn i32s(&mut self, what: &'static str) -> Result<Vec<i32>, MalformedMessage> {
        let count = self.count(4, what)?;
        (0..count).map(|_| self.i32(what)).collect()
    }

    pub(crate) fn lists(&mut self, what: &'static str) -> Result<Lists, MalformedMessage> {
        let count = self.count(4, what)?;
        let mut lists = Lists::default();
        for _ in 0..count {
            let elements = self.count(4, what)?;
            for _ in 0..elements {
                lists.elements.push(self.i32(what)?);
            }
            lists.ends.push(lists.elements.len() as u32);
        }
        Ok(lists)
    }

    /// Nothing may be left.
    pub(crate) fn end(&self) -> Result<(), MalformedMessage> {
        match self.left() {
            0 => Ok(()),
            left => Err(MalformedMessage::Rest { offset: self.offset, left }),
        }
    }
}

/// Counts fit: a message is held to the length of a frame, which is less than 2 GiB.
pub(crate) fn put_count(out: &mut Vec<u8>, count: usize) {
    out.extend((count as i32).to_be_bytes());
}

pub(crate) fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_count(out, bytes.len());
    out.extend_from_slice(bytes);
}

pub(crate) fn put_text(out: &mut Vec<u8>, text: &str) {
    put_bytes(out, text.as_bytes());
}

pub(crate) fn put_texts(out: &mut Vec<u8>, texts: &[String]) {
    put_count(out, texts.len());
    texts.iter().for_each(|text| put_text(out, text));
}

pub(crate) fn put_i32(out: &mut Vec<u8>, number: i32) {
    out.extend(number.to_be_bytes());
}

pub(crate) fn put_i64(out: &mut Vec<u8>, number: i64) {
    out.extend(number.to_be_bytes());
}

pub(crate) fn put_i64s(out: &mut Vec<u8>, numbers: &[i64]) {
    put_count(out, numbers.len());
    numbers.iter().for_each(|number| put_i64(out, *number));
}

pub(crate) fn put_i32s(out: &mut Vec<u8>, numbers: &[i32]) {
    put_count(out, numbers.len());
    numbers.iter().for_each(|number| put_i32(out, *number));
}

pub(crate) fn put_lists(out: &mut Vec<u8>, lists: &Lists) {
    put_count(out, lists.len());
    (0..lists.len()).for_each(|at| put_i32s(out, lists.list(at)));
}
