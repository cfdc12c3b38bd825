//! Index files of sort-based shuffles: offsets into the data file, one `i64` more than there are reducers
//! (`IndexShuffleBlockResolver.writeMetadataFileAndCommit`, `ShuffleIndexInformation.getIndex`, 3.5).

/// The bytes of one offset.
pub const OFFSET_BYTES: u64 = 8;

/// A stretch of the data file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Where it begins.
    pub offset: u64,
    /// How long it is.
    pub length: u64,
}

/// Why an index does not say where a block lies.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IndexError {
    /// The file cannot be an index.
    #[error(
        "the index file has {0} bytes, which is no whole number of offsets: it was cut short or is damaged"
    )]
    Length(u64),
    /// It knows no such reducers.
    #[error("the index file knows {known} reducers, and reducers {start} to {end} were asked for")]
    Range {
        /// The first reducer.
        start: i32,
        /// The one after the last.
        end: i32,
        /// How many it knows.
        known: u64,
    },
    /// Its offsets make no sense.
    #[error(
        "the index file leads from byte {start} to byte {end} of {data_bytes}: it is damaged, or its data is"
    )]
    Offsets {
        /// Where the block should begin.
        start: i64,
        /// Where it should end.
        end: i64,
        /// How long the data file is.
        data_bytes: u64,
    },
}

/// Where the two offsets of the reducers from `start` up to `end` stand in an index file of `index_bytes`.
///
/// # Errors
/// When the file is none, or has no such reducers.
pub fn places(index_bytes: u64, start: i32, end: i32) -> Result<(u64, u64), IndexError> {
    if index_bytes == 0 || !index_bytes.is_multiple_of(OFFSET_BYTES) {
        return Err(IndexError::Length(index_bytes));
    }
    let known = index_bytes / OFFSET_BYTES - 1;
    match (u64::try_from(start), u64::try_from(end)) {
        (Ok(first), Ok(last)) if first < last && last <= known => {
            Ok((first * OFFSET_BYTES, last * OFFSET_BYTES))
        }
        _ => Err(IndexError::Range { start, end, known }),
    }
}

/// The stretch between two offsets as they stand in the file.
///
/// # Errors
/// When they are no stretch of a data file of `data_bytes`.
pub fn segment(start: [u8; 8], end: [u8; 8], data_bytes: u64) -> Result<Segment, IndexError> {
    let (start, end) = (i64::from_be_bytes(start), i64::from_be_bytes(end));
    match (u64::try_from(start), u64::try_from(end)) {
        (Ok(offset), Ok(last)) if offset <= last && last <= data_bytes => {
            Ok(Segment { offset, length: last - offset })
        }
        _ => Err(IndexError::Offsets { start, end, data_bytes }),
    }
}

/// Where the reducers from `start` up to `end` lie, by a whole index file.
///
/// # Errors
/// When the file is none, has no such reducers, or leads out of the data file.
pub fn entry(index: &[u8], start: i32, end: i32, data_bytes: u64) -> Result<Segment, IndexError> {
    let (first, last) = places(index.len() as u64, start, end)?;
    segment(offset_at(index, first), offset_at(index, last), data_bytes)
}

/// The place was found within the file.
fn offset_at(index: &[u8], place: u64) -> [u8; 8] {
    let mut offset = [0; 8];
    offset.copy_from_slice(&index[place as usize..place as usize + 8]);
    offset
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(offsets: &[i64]) -> Vec<u8> {
        offsets.iter().flat_map(|offset| offset.to_be_bytes()).collect()
    }

    #[test]
    fn a_reducer_and_a_batch_are_found() {
        let index = index(&[0, 10, 10, 25]);
        assert_eq!(entry(&index, 0, 1, 25), Ok(Segment { offset: 0, length: 10 }));
        assert_eq!(entry(&index, 1, 2, 25), Ok(Segment { offset: 10, length: 0 }));
        assert_eq!(entry(&index, 0, 3, 25), Ok(Segment { offset: 0, length: 25 }));
    }

    #[test]
    fn what_it_does_not_know_is_refused() {
        let offsets = index(&[0, 10, 25]);
        for (start, end) in [(0, 0), (1, 0), (2, 3), (-1, 1), (0, i32::MAX), (i32::MIN, i32::MAX)] {
            assert_eq!(entry(&offsets, start, end, 25), Err(IndexError::Range { start, end, known: 2 }));
        }
        assert_eq!(entry(&[], 0, 1, 25), Err(IndexError::Length(0)));
        assert_eq!(entry(&offsets[..17], 0, 1, 25), Err(IndexError::Length(17)));
        assert_eq!(
            entry(&offsets, 1, 2, 24),
            Err(IndexError::Offsets { start: 10, end: 25, data_bytes: 24 })
        );
        assert!(entry(&index(&[-1, 5]), 0, 1, 9).is_err());
        assert!(entry(&index(&[5, 4]), 0, 1, 9).is_err());
        assert!(entry(&index(&[0, i64::MAX]), 0, 1, 9).is_err());
    }
}
