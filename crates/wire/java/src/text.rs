//! Java's strings: modified UTF-8, kept as it came.

use std::borrow::Cow;
use std::fmt;

/// A string in modified UTF-8: U+0000 may stand as `C0 80`, a character beyond the basic plane as two surrogates of
/// three bytes each. The bytes are kept as they were read, so that a lone surrogate survives.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Text<'a>(Cow<'a, [u8]>);

impl<'a> Text<'a> {
    /// Encodes a string; without U+0000 and supplementary characters it is borrowed as it is.
    pub fn new(text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        if text.bytes().all(|byte| byte != 0 && byte < 0xf0) {
            return Self(match text {
                Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
                Cow::Owned(text) => Cow::Owned(text.into_bytes()),
            });
        }
        let mut bytes = Vec::with_capacity(text.len() + text.len() / 2);
        for unit in text.encode_utf16() {
            push_unit(&mut bytes, unit);
        }
        Self(Cow::Owned(bytes))
    }

    /// Takes bytes that are well-formed in Java's eyes (`java.io.DataInputStream.readUTF`); else the offset of the
    /// first byte that is not.
    pub(crate) fn from_modified_utf8(bytes: &'a [u8]) -> Result<Self, usize> {
        if bytes.is_ascii() {
            return Ok(Self(Cow::Borrowed(bytes)));
        }
        let mut at = 0;
        while let Some(&lead) = bytes.get(at) {
            let width = match lead {
                0x00..=0x7f => 1,
                0xc0..=0xdf => 2,
                0xe0..=0xef => 3,
                _ => return Err(at),
            };
            let tail = bytes.get(at + 1..at + width).ok_or(at)?;
            if tail.iter().any(|byte| byte & 0xc0 != 0x80) {
                return Err(at);
            }
            at += width;
        }
        Ok(Self(Cow::Borrowed(bytes)))
    }

    /// The encoded bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The string; a lone surrogate becomes U+FFFD.
    pub fn to_str(&self) -> Cow<'_, str> {
        match std::str::from_utf8(&self.0) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => Cow::Owned(char::decode_utf16(self.units()).map(|c| c.unwrap_or('\u{fffd}')).collect()),
        }
    }

    fn units(&self) -> impl Iterator<Item = u16> + '_ {
        let mut rest = self.0.iter().map(|&byte| u16::from(byte));
        std::iter::from_fn(move || {
            let lead = rest.next()?;
            Some(match lead {
                0x00..=0x7f => lead,
                0xc0..=0xdf => (lead & 0x1f) << 6 | rest.next()? & 0x3f,
                _ => (lead & 0x0f) << 12 | (rest.next()? & 0x3f) << 6 | rest.next()? & 0x3f,
            })
        })
    }
}

fn push_unit(bytes: &mut Vec<u8>, unit: u16) {
    let continuation = |shift: u32| 0x80 | (unit >> shift & 0x3f) as u8;
    match unit {
        0x01..=0x7f => bytes.push(unit as u8),
        0x00 | 0x80..=0x7ff => bytes.extend([0xc0 | (unit >> 6) as u8, continuation(0)]),
        _ => bytes.extend([0xe0 | (unit >> 12) as u8, continuation(6), continuation(0)]),
    }
}

/// Equal when the text stands there in its one canonical encoding.
impl PartialEq<str> for Text<'_> {
    fn eq(&self, other: &str) -> bool {
        self.as_bytes() == other.as_bytes() || self.as_bytes() == Text::new(other).as_bytes()
    }
}

impl PartialEq<&str> for Text<'_> {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_str())
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.to_str(), f)
    }
}

#[cfg(test)]
mod tests;
