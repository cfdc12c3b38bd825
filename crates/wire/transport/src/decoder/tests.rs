//! The decoder on good frames cut anywhere, on bad ones, and on data behind a frame.

use bytes::{BufMut, Bytes, BytesMut};
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};

use super::*;

const MAX: usize = 1 << 20;

fn encoded(frame: &Frame) -> BytesMut {
    let mut out = BytesMut::new();
    frame.encode(&mut out, MAX).unwrap();
    out
}

fn decode_one(bytes: &[u8]) -> Result<Option<Item>, MalformedFrame> {
    Decoder::new(MAX).decode(&mut BytesMut::from(bytes))
}

fn error_of(bytes: &[u8]) -> String {
    decode_one(bytes).unwrap_err().to_string()
}

fn any_bytes() -> impl Strategy<Value = Bytes> {
    proptest::collection::vec(any::<u8>(), 0..200).prop_map(Bytes::from)
}

fn any_chunk() -> impl Strategy<Value = StreamChunkId> {
    (any::<i64>(), any::<i32>()).prop_map(|(stream, chunk)| StreamChunkId { stream, chunk })
}

fn any_frame() -> impl Strategy<Value = Frame> {
    prop_oneof![
        any_chunk().prop_map(|id| Frame::ChunkFetchRequest { id }),
        (any_chunk(), any_bytes()).prop_map(|(id, body)| Frame::ChunkFetchSuccess { id, body }),
        (any_chunk(), any::<String>()).prop_map(|(id, error)| Frame::ChunkFetchFailure { id, error }),
        (any::<i64>(), any_bytes()).prop_map(|(request, body)| Frame::RpcRequest { request, body }),
        (any::<i64>(), any_bytes()).prop_map(|(request, body)| Frame::RpcResponse { request, body }),
        (any::<i64>(), any::<String>()).prop_map(|(request, error)| Frame::RpcFailure { request, error }),
        any::<String>().prop_map(|stream| Frame::StreamRequest { stream }),
        (any::<String>(), 0u64..5000)
            .prop_map(|(stream, byte_count)| Frame::StreamResponse { stream, byte_count }),
        (any::<String>(), any::<String>()).prop_map(|(stream, error)| Frame::StreamFailure { stream, error }),
        any_bytes().prop_map(|body| Frame::OneWayMessage { body }),
        (any::<i64>(), any_bytes(), 0u64..5000)
            .prop_map(|(request, meta, byte_count)| { Frame::UploadStream { request, meta, byte_count } }),
        (any::<i64>(), any::<String>(), any::<[i32; 3]>()).prop_map(
            |(request, application, [shuffle, shuffle_merge, reduce])| Frame::MergedBlockMetaRequest {
                request,
                application,
                shuffle,
                shuffle_merge,
                reduce
            }
        ),
        (any::<i64>(), any::<i32>(), any_bytes())
            .prop_map(|(request, chunks, body)| Frame::MergedBlockMetaSuccess { request, chunks, body }),
        Just(Frame::OneWayMessage { body: Bytes::new() }),
    ]
}

proptest! {
    #[test]
    fn frames_with_their_data_survive_any_cuts(
        frames in proptest::collection::vec(any_frame(), 1..6),
        piece in 1usize..64,
    ) {
        let mut wire = BytesMut::new();
        for frame in &frames {
            frame.encode(&mut wire, MAX).unwrap();
            wire.put_bytes(0xda, frame.trailing_bytes() as usize);
        }
        let total = wire.len() as u64;
        let (mut decoder, mut buffer) = (Decoder::new(MAX), BytesMut::new());
        let (mut found, mut data) = (Vec::new(), 0);
        for chunk in wire.chunks(piece) {
            buffer.extend_from_slice(chunk);
            while let Some(item) = decoder.decode(&mut buffer).unwrap() {
                match item {
                    Item::Frame(frame) => found.push(frame),
                    Item::Data(bytes) => {
                        assert!(!bytes.is_empty() && bytes.iter().all(|&byte| byte == 0xda));
                        data += bytes.len() as u64;
                    }
                }
            }
        }
        assert_eq!(data, frames.iter().map(Frame::trailing_bytes).sum::<u64>());
        assert_eq!(found, frames);
        assert_eq!((decoder.offset(), decoder.trailing_bytes()), (total, 0));
    }

    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..64), kind in 0u8..14) {
        let mut wire = BytesMut::new();
        wire.put_u64((MIN_FRAME_BYTES + bytes.len()) as u64);
        wire.put_u8(kind);
        wire.put_slice(&bytes);
        if let Ok(Some(Item::Frame(frame))) = decode_one(&wire) {
            assert_eq!(frame.encoded_bytes(), encoded(&frame).len());
        }
    }
}

#[test]
fn half_a_frame_is_no_error() {
    let wire = encoded(&Frame::RpcRequest { request: 7, body: Bytes::from_static(b"body") });
    for end in 0..wire.len() {
        assert_eq!(decode_one(&wire[..end]), Ok(None), "{end} bytes");
    }
}

#[test]
fn a_bad_length_or_type_is_refused_at_once() {
    let lengths = format!("byte 0 of the connection: expected a frame length from 9 to {MAX}, found ");
    assert_eq!(error_of(&[0; 8]), format!("{lengths}0 (0x0000000000000000)"));
    assert_eq!(error_of(&8u64.to_be_bytes()), format!("{lengths}8 (0x0000000000000008)"));
    assert_eq!(error_of(b"GET / HT"), format!("{lengths}5135603447292250196 (0x474554202f204854)"));
    assert_eq!(error_of(&[0xff; 8]), format!("{lengths}18446744073709551615 (0xffffffffffffffff)"));
    let mut wire = 100u64.to_be_bytes().to_vec();
    wire.push(99);
    assert_eq!(error_of(&wire), "byte 8 of the connection: expected a frame type from 0 to 12, found 99");
}

#[test]
fn what_does_not_add_up_is_named_with_its_place() {
    let mut first = encoded(&Frame::StreamRequest { stream: "a".into() });
    let start = first.len() as u64;
    let mut short = encoded(&Frame::RpcRequest { request: 7, body: Bytes::from_static(b"body") });
    short[17..21].copy_from_slice(&5u32.to_be_bytes());
    first.unsplit(short);
    let mut decoder = Decoder::new(MAX);
    assert!(decoder.decode(&mut first).unwrap().is_some());
    let error = decoder.decode(&mut first).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("byte {} of the connection: expected the length of a body, at most 4, found 5", start + 17)
    );

    let mut long = encoded(&Frame::RpcRequest { request: 7, body: Bytes::from_static(b"body") });
    long[17..21].copy_from_slice(&3u32.to_be_bytes());
    assert_eq!(
        error_of(&long),
        "byte 24 of the connection: expected the end of the frame, found 1 more bytes"
    );

    let mut negative = encoded(&Frame::StreamResponse { stream: "a".into(), byte_count: 1 });
    negative[14] = 0x80;
    assert_eq!(
        error_of(&negative),
        "byte 14 of the connection: expected the length of a stream, not negative, found -9223372036854775807"
    );

    let mut empty = 9u64.to_be_bytes().to_vec();
    empty.push(kind::ONE_WAY_MESSAGE);
    assert_eq!(error_of(&empty), "byte 9 of the connection: expected a body of 4 bytes, found 0 bytes");
}

#[test]
fn a_frame_at_the_limit_passes_and_one_above_does_not() {
    let frame = Frame::OneWayMessage { body: Bytes::from_static(b"0123456789") };
    let mut wire = encoded(&frame);
    let bytes = wire.len();
    assert_eq!(Decoder::new(bytes).decode(&mut wire.clone()), Ok(Some(Item::Frame(frame.clone()))));
    assert!(Decoder::new(bytes - 1).decode(&mut wire).is_err());

    let mut out = BytesMut::from(&b"before"[..]);
    let error = frame.encode(&mut out, bytes - 1).unwrap_err();
    assert_eq!(error.to_string(), "a frame of 23 bytes is longer than the limit of 22");
    assert_eq!(&out[..], b"before");
}

#[test]
fn text_that_is_no_utf8_is_read_as_a_jvm_reads_it() {
    let mut wire = encoded(&Frame::RpcFailure { request: 1, error: "ab".into() });
    let last = wire.len() - 1;
    wire[last] = 0xff;
    let Ok(Some(Item::Frame(Frame::RpcFailure { error, .. }))) = decode_one(&wire) else { panic!() };
    assert_eq!(error, "a\u{fffd}");
}
