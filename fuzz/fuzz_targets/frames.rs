//! Any bytes as one direction of a connection: frames and data or an error, the same however the bytes are cut, and
//! what is read is written back.
#![no_main]

use bytes::BytesMut;
use libfuzzer_sys::fuzz_target;
use wire_transport::{Decoder, Frame, Item, MalformedFrame};

const MAX_FRAME_BYTES: usize = 1 << 20;

#[derive(Debug, Default, PartialEq)]
struct Decoded {
    frames: Vec<Frame>,
    data_bytes: u64,
    error: Option<MalformedFrame>,
}

fn decode(bytes: &[u8], piece_bytes: usize) -> Decoded {
    let mut decoder = Decoder::new(MAX_FRAME_BYTES);
    let (mut buffer, mut decoded) = (BytesMut::new(), Decoded::default());
    for piece in bytes.chunks(piece_bytes) {
        buffer.extend_from_slice(piece);
        loop {
            match decoder.decode(&mut buffer) {
                Ok(Some(Item::Frame(frame))) => decoded.frames.push(frame),
                Ok(Some(Item::Data(data))) => decoded.data_bytes += data.len() as u64,
                Ok(None) => break,
                Err(error) => {
                    decoded.error = Some(error);
                    return decoded;
                }
            }
        }
    }
    assert_eq!(decoder.offset() + buffer.len() as u64, bytes.len() as u64);
    decoded
}

fuzz_target!(|bytes: &[u8]| {
    let whole = decode(bytes, bytes.len().max(1));
    for piece_bytes in [1, 7, 64] {
        assert_eq!(decode(bytes, piece_bytes), whole);
    }
    for frame in &whole.frames {
        let mut written = BytesMut::new();
        // Text that is no UTF-8 grows when it is read.
        frame.encode(&mut written, 4 * MAX_FRAME_BYTES).expect("what was read can be written");
        let again = Decoder::new(4 * MAX_FRAME_BYTES).decode(&mut written);
        assert_eq!(again, Ok(Some(Item::Frame(frame.clone()))));
    }
});
