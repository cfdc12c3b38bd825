//! The service over real sockets: what it gives out, what it refuses, and what it remembers.

#![allow(clippy::unwrap_used, clippy::panic)] // a test's way to fail

mod client;
mod disks;
mod forged;
mod many;

use std::fs;
use std::net::TcpListener;

use client::{APPLICATION, Client, Stand, fetch};
use service_shuffle::ShuffleService;
use wire_shuffle::{CorruptionCause, DiagnoseCorruption, Message};
use wire_transport::{Frame, Item};

fn ok(blocks: &[&[u8]]) -> Vec<Result<Vec<u8>, String>> {
    blocks.iter().map(|block| Ok(block.to_vec())).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn blocks_come_one_by_one_in_batches_and_by_name() {
    let stand = Stand::new().await;
    stand.write_map(3, 10, &[b"zero", b"", b"two"]);
    stand.write_map(3, 11, &[b"ZERO", b"ONE", b"TWO"]);
    let mut client = stand.register("0");
    let one_by_one = fetch("0", 3, &[(10, &[0, 1, 2]), (11, &[2])], false);
    assert_eq!(client.fetch(&one_by_one), ok(&[b"zero", b"", b"two", b"TWO"]));
    let batch = fetch("0", 3, &[(10, &[0, 3]), (11, &[1, 3])], true);
    assert_eq!(client.fetch(&batch), ok(&[b"zerotwo", b"ONETWO"]));
    fs::write(stand.path("rdd_5_1"), "rdd").unwrap();
    let names = ["shuffle_3_11_1", "rdd_5_1", "shuffle_3_10_0"].map(String::from).to_vec();
    let by_name =
        Message::OpenBlocks { application: APPLICATION.into(), executor: "0".into(), blocks: names };
    assert_eq!(client.fetch(&by_name), ok(&[b"ONE", b"rdd", b"zero"]));
    let snapshot = stand.service.handle().snapshot(0);
    assert_eq!(snapshot.totals.counts.blocks, 4 + 5 + 3);
    assert_eq!(snapshot.totals.counts.chunks, 4 + 2 + 3);
    assert_eq!((snapshot.totals.streams, snapshot.totals.cached_files), (0, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_chunk_comes_as_a_stream_too() {
    let stand = Stand::new().await;
    stand.write_map(0, 1, &[b"streamed", b"next"]);
    let mut client = stand.register("0");
    let (stream, _) = client.open(&fetch("0", 0, &[(1, &[0, 1])], false)).unwrap();
    let name = format!("{stream}_0");
    client.send(&Frame::StreamRequest { stream: name.clone() });
    assert_eq!(client.frame(), Frame::StreamResponse { stream: name.clone(), byte_count: 8 });
    assert_eq!(client.item(), Some(Item::Data(bytes::Bytes::from_static(b"streamed"))));
    client.send(&Frame::StreamRequest { stream: name.clone() });
    let Frame::StreamFailure { error, .. } = client.frame() else { panic!("a chunk came twice") };
    assert!(error.contains("out-of-order chunk index 0 (expected 1)"), "{error}");
    client.ask_chunk(stream, 1);
    assert_eq!(client.chunk(), Ok(b"next".to_vec()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn files_are_removed_and_directories_told() {
    let stand = Stand::new().await;
    stand.write_map(0, 1, &[b"x"]);
    fs::write(stand.path("shuffle_0_1_0.checksum.CRC32"), [0; 8]).unwrap();
    let mut client = stand.register("0");
    stand.register("1");
    let ask = Message::GetLocalDirsForExecutors {
        application: APPLICATION.into(),
        executors: vec!["1".into(), "0".into(), "1".into()],
    };
    let dirs = stand.info().local_dirs;
    let told = Message::LocalDirsForExecutors {
        local_dirs: vec![("0".into(), dirs.clone()), ("1".into(), dirs.clone())],
    };
    assert_eq!(Message::decode(&client.ask(&ask).unwrap()), Ok(told));
    let remove = Message::RemoveBlocks {
        application: APPLICATION.into(),
        executor: "0".into(),
        blocks: ["shuffle_0_1_0.data", "shuffle_0_1_0.index", "rdd_7_7"].map(String::from).to_vec(),
    };
    let removed = client.ask(&remove).unwrap();
    assert_eq!(Message::decode(&removed), Ok(Message::BlocksRemoved { count: 2 }));
    for name in ["shuffle_0_1_0.data", "shuffle_0_1_0.checksum.CRC32"] {
        assert!(!stand.path(name).exists(), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_damaged_block_is_diagnosed() {
    let stand = Stand::new().await;
    stand.write_map(0, 1, &[b"", b"123456789"]);
    let sums = [0_i64, 0xcbf4_3926].iter().flat_map(|sum| sum.to_be_bytes()).collect::<Vec<_>>();
    fs::write(stand.path("shuffle_0_1_0.checksum.CRC32"), sums).unwrap();
    let mut client = stand.register("0");
    let mut diagnose = |checksum, algorithm: &str| {
        let question = DiagnoseCorruption {
            application: APPLICATION.into(),
            executor: "0".into(),
            shuffle: 0,
            map: 1,
            reduce: 1,
            checksum,
            algorithm: algorithm.into(),
        };
        let answer = client.ask(&Message::DiagnoseCorruption(question)).unwrap();
        match Message::decode(&answer) {
            Ok(Message::CorruptionCause(cause)) => cause,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(diagnose(0xcbf4_3926, "CRC32"), CorruptionCause::ChecksumVerifyPass);
    assert_eq!(diagnose(1, "CRC32"), CorruptionCause::NetworkIssue);
    assert_eq!(diagnose(1, "ADLER32"), CorruptionCause::UnknownIssue, "there is no such file");
    assert_eq!(diagnose(1, "../../CRC32"), CorruptionCause::UnsupportedChecksumAlgorithm);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_service_that_is_started_again_knows_its_executors() {
    let stand = Stand::new().await;
    stand.write_map(0, 1, &[b"kept"]);
    stand.register("0");
    let Stand { folder, service, dirs: _dirs } = stand;
    drop(service);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let again = ShuffleService::start(client::settings(folder.path()), listener).await.unwrap();
    let mut client = Client::dial(again.port());
    assert_eq!(client.fetch(&fetch("0", 0, &[(1, &[0])], false)), ok(&[b"kept"]));
    let handle = again.handle();
    tokio::task::spawn_blocking(move || handle.application_removed(APPLICATION)).await.unwrap();
    drop(again);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let last = ShuffleService::start(client::settings(folder.path()), listener).await.unwrap();
    assert!(last.handle().snapshot(0).applications.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn executors_end_and_applications_too() {
    let stand = Stand::new().await;
    stand.write_map(0, 1, &[b"kept"]);
    fs::write(stand.path("temp_shuffle_1"), "x").unwrap();
    fs::write(stand.path("shuffle_0_1_0.checksum.CRC32"), [0; 8]).unwrap();
    let mut client = stand.register("0");
    assert_eq!(client.fetch(&fetch("0", 0, &[(1, &[0])], false)), ok(&[b"kept"]));
    let handle = stand.service.handle();
    let ended = handle.clone();
    tokio::task::spawn_blocking(move || ended.executor_removed(APPLICATION, "0")).await.unwrap();
    assert!(!stand.path("temp_shuffle_1").exists());
    assert!(stand.path("shuffle_0_1_0.checksum.CRC32").exists(), "a damaged block is told by it");
    assert_eq!(client.fetch(&fetch("0", 0, &[(1, &[0])], false)), ok(&[b"kept"]));
    let ended = handle.clone();
    tokio::task::spawn_blocking(move || ended.application_removed(APPLICATION)).await.unwrap();
    assert!(stand.dirs.iter().all(|dir| !dir.exists()));
    let refused = client.fetch(&fetch("0", 0, &[(1, &[0])], false));
    assert!(refused[0].as_ref().unwrap_err().contains("Executor is not registered"), "{refused:?}");
    assert_eq!(handle.snapshot(0).totals.cached_files, 0, "no file of it is open any more");
    assert_eq!(handle.snapshot(0).totals.counts.bytes, 8);
}
