//! Any bytes as an index file: a stretch within the data, or a reason; whole and offset by offset say the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wire_shuffle::index;

fuzz_target!(|input: (i32, i32, u64, Vec<u8>)| {
    let (start, end, data_bytes, bytes) = input;
    let whole = index::entry(&bytes, start, end, data_bytes);
    if let Ok(segment) = whole {
        let last = segment.offset.checked_add(segment.length).expect("a stretch");
        assert!(last <= data_bytes);
        let (first, second) = index::places(bytes.len() as u64, start, end).expect("its places");
        let at = |place: u64| bytes[place as usize..][..8].try_into().expect("eight bytes");
        assert_eq!(index::segment(at(first), at(second), data_bytes), Ok(segment));
    }
});
