//! `scala.collection.immutable.Vector` of Scala 2.12, which is serialised as it lies in memory: a tree of arrays of 32.

use wire_java::{NodeId, ObjectRef, Value};

use super::collection::cut_short;
use super::decoder::Decoder;
use crate::DecodeError;

const DISPLAYS: [&str; 6] = ["display0", "display1", "display2", "display3", "display4", "display5"];
const BITS: u32 = 5;

impl<'g, 'a> Decoder<'g, 'a> {
    /// Six arrays, the displays, are the path from the root to the block at `focus`. Blocks on that path may be
    /// newer than what their parents hold, so an index is looked up from the display where its path leaves that of
    /// the focus (`Vector.getElem`, 2.12).
    pub(super) fn vector(&self, vector: &ObjectRef<'g, 'a>, place: &str) -> Result<Vec<Value>, DecodeError> {
        let int = |name: &str| match vector.field(name) {
            Some(Value::Int(value)) => u32::try_from(value).map_err(|_| cut_short(place)),
            _ => Err(cut_short(place)),
        };
        let (start, end, focus) = (int("startIndex")?, int("endIndex")?, int("focus")?);
        let mut elements = Vec::new();
        for index in start..end {
            self.pay(size_of::<Value>(), place)?;
            elements.push(self.vector_element(vector, index, focus, place)?);
        }
        Ok(elements)
    }

    fn vector_element(
        &self,
        vector: &ObjectRef<'g, 'a>,
        index: u32,
        focus: u32,
        place: &str,
    ) -> Result<Value, DecodeError> {
        let level = (u32::BITS - (index ^ focus).leading_zeros()).saturating_sub(1) / BITS;
        let display = DISPLAYS.get(level as usize).and_then(|display| vector.field(display));
        let mut element = display.ok_or_else(|| cut_short(place))?;
        for level in (0..=level).rev() {
            let slot = (index >> (level * BITS)) as usize % (1 << BITS);
            let block: &[Option<NodeId>] = self.elements(element, place)?;
            let found = block.get(slot).ok_or_else(|| cut_short(place))?;
            element = found.map_or(Value::Null, Value::Node);
        }
        Ok(element)
    }
}
