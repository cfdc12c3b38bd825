//! Reading what a `writeObject` method wrote: primitives out of blocks, and objects between them.

use crate::graph::{Content, NodeId};

/// A position in the data that a class wrote by itself. Block boundaries mean nothing, as for `readObject`.
#[derive(Clone, Debug)]
pub struct DataCursor<'g, 'a> {
    rest: &'g [Content<'a>],
    block: &'g [u8],
}

impl<'g, 'a> DataCursor<'g, 'a> {
    /// From the beginning of some data.
    pub fn new(data: &'g [Content<'a>]) -> Self {
        Self { rest: data, block: &[] }
    }

    /// The next byte of primitive data; none when an object or the end comes next.
    pub fn u8(&mut self) -> Option<u8> {
        loop {
            if let [first, rest @ ..] = self.block {
                self.block = rest;
                return Some(*first);
            }
            let [Content::Block { bytes, .. }, rest @ ..] = self.rest else { return None };
            (self.block, self.rest) = (bytes, rest);
        }
    }

    /// The next `int`; none when there are not four bytes of primitive data.
    pub fn i32(&mut self) -> Option<i32> {
        Some(i32::from_be_bytes([self.u8()?, self.u8()?, self.u8()?, self.u8()?]))
    }

    /// The next object, `Some(None)` for null; none when primitive data or the end comes next.
    pub fn object(&mut self) -> Option<Option<NodeId>> {
        self.skip_empty_blocks();
        if !self.block.is_empty() {
            return None;
        }
        let (first, rest) = self.rest.split_first()?;
        let object = match first {
            Content::Node(id) => Some(*id),
            Content::Null => None,
            Content::Block { .. } | Content::Reset | Content::Exception(_) => return None,
        };
        self.rest = rest;
        Some(object)
    }

    /// Whether everything was read.
    pub fn is_at_end(&mut self) -> bool {
        self.skip_empty_blocks();
        self.block.is_empty() && self.rest.is_empty()
    }

    fn skip_empty_blocks(&mut self) {
        while let (true, [Content::Block { bytes, .. }, rest @ ..]) = (self.block.is_empty(), self.rest) {
            (self.block, self.rest) = (bytes, rest);
        }
    }
}
