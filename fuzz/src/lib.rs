//! Lets every target start from captured frames: each one takes from a frame the part that it is about, and takes
//! bytes that look like no frame as they are.

const JAVA_STREAM_HEADER: &[u8] = &[0xac, 0xed, 0x00, 0x05];

/// The body behind the header of an RPC request or one-way message; neither its length nor its end is checked, so that
/// a mutation does not change what the bytes are taken for.
pub fn message_body(bytes: &[u8]) -> &[u8] {
    let header_bytes = match bytes {
        [0, 0, 0, 0, 0, _, _, _, 3, ..] => 21,
        [0, 0, 0, 0, 0, _, _, _, 9, ..] => 13,
        _ => 0,
    };
    bytes.get(header_bytes..).unwrap_or_default()
}

/// The text of an RPC failure; bytes that are none as they are.
pub fn failure_text(bytes: &[u8]) -> &[u8] {
    match bytes {
        [0, 0, 0, 0, 0, _, _, _, 5, ..] => bytes.get(21..).unwrap_or_default(),
        _ => bytes,
    }
}

/// Everything from the first header of a Java stream.
pub fn java_stream(bytes: &[u8]) -> &[u8] {
    let start = bytes.windows(JAVA_STREAM_HEADER.len()).position(|window| window == JAVA_STREAM_HEADER);
    &bytes[start.unwrap_or(0)..]
}
