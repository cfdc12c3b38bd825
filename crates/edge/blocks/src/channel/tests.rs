//! Answers in order, blocks of any length, readers that do not read, and files that shrink.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream as Client};

use super::*;
use crate::folder::Location;

fn pair() -> (Client, std::net::TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = Client::connect(listener.local_addr().unwrap()).unwrap();
    (client, listener.accept().unwrap().0)
}

fn region(folder: &tempfile::TempDir, content: &[u8]) -> Region {
    let local_dir = folder.path().canonicalize().unwrap();
    fs::create_dir_all(local_dir.join("00")).unwrap();
    let location = Location { local_dir, sub_dir: "00".into(), name: "file".into() };
    fs::write(location.path(), content).unwrap();
    crate::files::open_file(&location).unwrap()
}

fn room() -> Room {
    Arc::new(Semaphore::new(1024))
}

fn id(chunk: i32) -> StreamChunkId {
    StreamChunkId { stream: 7, chunk }
}

fn run<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(test)
}

#[test]
fn answers_come_in_order_with_their_data() {
    let folder = tempfile::tempdir().unwrap();
    let content: Vec<u8> = (0..3_000_000_u32).map(|at| (at % 251) as u8).collect();
    let whole = region(&folder, &content);
    let (mut client, server) = pair();
    let reader = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        client.write_all(&9_u64.to_be_bytes()).unwrap();
        client.write_all(&[0xff]).unwrap();
        client.read_to_end(&mut bytes).unwrap();
        bytes
    });
    run(async {
        let mut channel = Channel::new(server, room()).unwrap();
        channel.answer(&Frame::RpcFailure { request: 1, error: "no".into() }).await.unwrap();
        let small = Region { offset: 10, length: 5, ..whole.clone() };
        channel.send_chunk(id(0), &small).await.unwrap();
        channel.send_chunk(id(1), &Region { length: 0, ..whole.clone() }).await.unwrap();
        channel.send_chunk(id(2), &whole).await.unwrap();
        channel.send_stream("7_3".into(), &small).await.unwrap();
        assert!(matches!(channel.next().await, Err(ChannelError::Malformed(_))));
    });
    let bytes = reader.join().unwrap();
    let (mut buffer, mut decoder) = (BytesMut::from(&bytes[..]), Decoder::new(MAX_FRAME_BYTES));
    let mut items = Vec::new();
    while let Some(item) = decoder.decode(&mut buffer).unwrap() {
        items.push(item);
    }
    let chunk = |chunk, body: &[u8]| {
        Item::Frame(Frame::ChunkFetchSuccess { id: id(chunk), body: bytes::Bytes::copy_from_slice(body) })
    };
    assert_eq!(items[0], Item::Frame(Frame::RpcFailure { request: 1, error: "no".into() }));
    assert_eq!(items[1], chunk(0, &content[10..15]));
    assert_eq!(items[2], chunk(1, b""));
    assert!(items[3] == chunk(2, &content), "three megabytes are not what they were");
    assert_eq!(items[4], Item::Frame(Frame::StreamResponse { stream: "7_3".into(), byte_count: 5 }));
    assert_eq!(items[5], Item::Data(bytes::Bytes::copy_from_slice(&content[10..15])));
    assert_eq!(items.len(), 6);
}

#[test]
fn a_file_that_shrinks_ends_the_connection() {
    let folder = tempfile::tempdir().unwrap();
    let whole = region(&folder, &[1; 1000]);
    File::options().write(true).open(folder.path().join("00/file")).unwrap().set_len(400).unwrap();
    let (client, server) = pair();
    run(async {
        let mut channel = Channel::new(server, room()).unwrap();
        let error = channel.send_chunk(id(0), &whole).await.unwrap_err();
        assert!(matches!(error, ChannelError::CutShort { missing: 600 }), "{error}");
    });
    drop(client);
}

#[test]
fn a_chunk_too_long_for_a_frame_is_refused_before_anything_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let whole = region(&folder, b"");
    let (_client, server) = pair();
    run(async {
        let mut channel = Channel::new(server, room()).unwrap();
        let huge = Region { length: 1 << 31, ..whole };
        assert!(matches!(channel.send_chunk(id(0), &huge).await, Err(ChannelError::TooLong(_))));
        assert!(channel.outbox.is_empty());
    });
}

#[test]
fn a_reader_that_does_not_read_is_waited_for_alone() {
    let folder = tempfile::tempdir().unwrap();
    let whole = region(&folder, &vec![7; 16 << 20]);
    let (mut stalled, server) = pair();
    let (mut well, other) = pair();
    run(async {
        let mut channel = Channel::new(server, room()).unwrap();
        let sending = whole.clone();
        let stuck = tokio::spawn(async move { channel.send_chunk(id(0), &sending).await });
        tokio::task::yield_now().await;
        let mut channel = Channel::new(other, room()).unwrap();
        channel.send_chunk(id(0), &Region { length: 3, ..whole }).await.unwrap();
        channel.flush().await.unwrap();
        let mut answer = [0; 24];
        well.read_exact(&mut answer).unwrap();
        assert_eq!(&answer[21..], [7; 3]);
        assert!(!stuck.is_finished(), "16 MiB do not fit into a socket");
        let reader = std::thread::spawn(move || {
            let mut bytes = vec![0; (16 << 20) + 21];
            stalled.read_exact(&mut bytes).unwrap();
            bytes[21..].iter().all(|byte| *byte == 7)
        });
        stuck.await.unwrap().unwrap();
        assert!(reader.join().unwrap());
    });
}

#[tokio::test(start_paused = true)]
async fn a_long_frame_waits_for_room_and_is_cut_off_in_the_end() {
    let (mut client, server) = pair();
    let room = room();
    let mut channel = Channel::new(server, room.clone()).unwrap();
    let mut frame = BytesMut::new();
    Frame::OneWayMessage { body: vec![1; 900 << 10].into() }.encode(&mut frame, MAX_FRAME_BYTES).unwrap();
    let twice = [&frame[..], &frame[..]].concat();
    let writer = std::thread::spawn(move || {
        client.write_all(&twice).unwrap();
        client
    });
    assert!(matches!(channel.next().await, Ok(Some(Item::Frame(Frame::OneWayMessage { .. })))));
    let taken = room_for(&room, 500 << 10).await.unwrap();
    let error = channel.next().await.unwrap_err();
    assert!(matches!(error, ChannelError::Crowded(bytes) if bytes > 900 << 10), "{error}");
    drop((channel, taken));
    drop(writer.join());
}
