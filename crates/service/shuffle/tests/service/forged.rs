//! Forged names, wrong applications, huge counts, damaged files: a clear error to the client, and nothing else disturbed.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use wire_shuffle::{DiagnoseCorruption, ExecutorShuffleInfo, Message};
use wire_transport::Frame;

use crate::client::{APPLICATION, Stand, fetch};

fn open_blocks(names: &[&str]) -> Message {
    let blocks = names.iter().map(|name| (*name).to_owned()).collect();
    Message::OpenBlocks { application: APPLICATION.into(), executor: "0".into(), blocks }
}

fn remove(names: &[&str]) -> Message {
    let blocks = names.iter().map(|name| (*name).to_owned()).collect();
    Message::RemoveBlocks { application: APPLICATION.into(), executor: "0".into(), blocks }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn no_name_leads_out_of_an_executors_directories() {
    let stand = Stand::new().await;
    let secret = stand.folder.path().join("secret");
    fs::write(&secret, "secret").unwrap();
    let mut client = stand.register("0");
    for name in ["../../secret", "/etc/passwd", "rdd_../../secret_1", "shuffle_0_0", "shuffle_0_0_0.data", ""]
    {
        let error = client.open(&open_blocks(&[name])).unwrap_err();
        assert_eq!(error, format!("java.lang.IllegalArgumentException: Unexpected block id format: {name}"));
    }
    for name in ["../../../secret", "..", "a/b", ""] {
        let error = client.ask(&remove(&[name])).unwrap_err();
        assert!(error.contains(&format!("blockId '{name}' is no name of a block")), "{error}");
    }
    // Links where files should be.
    symlink(&secret, stand.path("rdd_1_1")).unwrap();
    symlink(&secret, stand.path("shuffle_0_1_0.index")).unwrap();
    symlink(&secret, stand.path("shuffle_0_1_0.data")).unwrap();
    assert!(client.fetch(&open_blocks(&["rdd_1_1"]))[0].as_ref().unwrap_err().contains("rdd_1_1"));
    let error = client.fetch(&fetch("0", 0, &[(1, &[0])], false))[0].clone().unwrap_err();
    assert!(error.contains("Failed to open file: ") && error.contains("shuffle_0_1_0.index"), "{error}");
    let removed = client.ask(&remove(&["rdd_1_1"])).unwrap();
    assert_eq!(Message::decode(&removed), Ok(Message::BlocksRemoved { count: 1 }));
    assert_eq!(fs::read_to_string(&secret).unwrap(), "secret");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_directory_that_becomes_a_link_is_not_followed() {
    let stand = Stand::new().await;
    stand.write_map(0, 1, &[b"well"]);
    let mut client = stand.register("0");
    let elsewhere = stand.folder.path().join("elsewhere");
    for dir in &stand.dirs {
        fs::rename(dir, elsewhere.with_extension(dir.parent().unwrap().file_name().unwrap())).unwrap();
        symlink(elsewhere.with_extension(dir.parent().unwrap().file_name().unwrap()), dir).unwrap();
    }
    let refused = client.fetch(&fetch("0", 0, &[(1, &[0])], false));
    assert!(refused[0].is_err(), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn executors_register_directories_below_the_roots_alone() {
    let stand = Stand::new().await;
    let mut client = stand.client();
    let mut register = |dirs: &[&str], sub_dirs| {
        let local_dirs = dirs.iter().map(|dir| (*dir).to_owned()).collect();
        let shuffle_manager = "sort".to_owned();
        let info = ExecutorShuffleInfo { local_dirs, sub_dirs_per_local_dir: sub_dirs, shuffle_manager };
        client.register("0", info).unwrap_err()
    };
    let error = register(&["/etc"], 64);
    assert!(error.contains("localDirs entry '/etc'") && error.contains("not under any"), "{error}");
    assert!(register(&["relative"], 64).contains("absolute"));
    let link = stand.folder.path().canonicalize().unwrap().join("link");
    symlink("/etc", &link).unwrap();
    assert!(register(&[link.to_str().unwrap()], 64).contains("not under any"));
    assert!(register(&[], 0).contains("cannot be 0"));
    assert!(register(&[], -5).contains("cannot be -5"));
    assert_eq!(stand.service.handle().snapshot(0).totals.refused_requests, 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn strangers_and_wrong_executors_get_a_reason() {
    let stand = Stand::new().await;
    stand.write_map(0, 1, &[b"x"]);
    let mut client = stand.register("0");
    let refused = client.fetch(&fetch("9", 0, &[(1, &[0])], false));
    let reason = "java.lang.RuntimeException: Executor is not registered (appId=app-1, execId=9)";
    assert!(refused[0].as_ref().unwrap_err().starts_with(reason), "{refused:?}");
    let of_nobody =
        Message::GetLocalDirsForExecutors { application: "app-2".into(), executors: vec!["0".into()] };
    assert!(client.ask(&of_nobody).unwrap_err().contains("appId=app-2, execId=0"));
    // What one application has is nothing of another's.
    let (application, executor, names) =
        ("app-2".to_owned(), "0".to_owned(), vec!["shuffle_0_1_0".to_owned()]);
    let diagnose = DiagnoseCorruption {
        application: application.clone(),
        executor: executor.clone(),
        shuffle: 0,
        map: 1,
        reduce: 0,
        checksum: 0,
        algorithm: "CRC32".into(),
    };
    let remove = Message::RemoveBlocks {
        application: application.clone(),
        executor: executor.clone(),
        blocks: vec!["shuffle_0_1_0.data".into()],
    };
    for ask in [Message::DiagnoseCorruption(diagnose), remove] {
        assert!(client.ask(&ask).unwrap_err().contains("(appId=app-2, execId=0)"));
    }
    let found = client.fetch(&Message::OpenBlocks { application, executor, blocks: names });
    assert!(found[0].as_ref().unwrap_err().contains("(appId=app-2, execId=0)"), "{found:?}");
    let Message::FetchShuffleBlocks(mut foreign) = fetch("0", 0, &[(1, &[0])], false) else { unreachable!() };
    foreign.application = "app-2".into();
    let found = client.fetch(&Message::FetchShuffleBlocks(foreign));
    assert!(found[0].as_ref().unwrap_err().contains("(appId=app-2, execId=0)"), "{found:?}");
    // A stream belongs to the connection that opened it.
    let (stream, _) = client.open(&fetch("0", 0, &[(1, &[0])], false)).unwrap();
    let mut other = stand.client();
    other.ask_chunk(stream, 0);
    assert!(other.chunk().unwrap_err().contains(&format!("streamId {stream} is closed")));
    client.ask_chunk(stream, 0);
    assert_eq!(client.chunk(), Ok(b"x".to_vec()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_is_no_message_is_refused_and_the_connection_lives() {
    let stand = Stand::new().await;
    stand.write_map(0, 1, &[b"x"]);
    let mut client = stand.register("0");
    for (body, reason) in [
        (vec![], "expected a message type"),
        (vec![200], "Unknown message type: 200"),
        (b"\x09\0\0\0\x01a\0\0\0\x01b\0\0\0\0\x7f\xff\xff\xff".to_vec(), "cannot be the number of map ids"),
        (b"\0\0\0\0\x01a\0\0\0\x01b\xff\xff\xff\xff".to_vec(), "cannot be the number of block ids"),
    ] {
        let error = client.ask_bytes(body).unwrap_err();
        assert!(error.contains(reason), "{error}");
    }
    let none: &[(i64, &[i32])] = &[];
    assert!(client.open(&fetch("0", 0, none, false)).unwrap_err().contains("number of map tasks"));
    assert!(client.open(&fetch("0", 0, &[(1, &[1, 2, 3])], true)).unwrap_err().contains("bounds of a batch"));
    client.send(&Frame::UploadStream { request: 7, meta: vec![12].into(), byte_count: 3 });
    std::io::Write::write_all(&mut client.socket, b"abc").unwrap();
    assert!(matches!(client.frame(), Frame::RpcFailure { request: 7, .. }));
    let merge = Frame::MergedBlockMetaRequest {
        request: 7,
        application: APPLICATION.into(),
        shuffle: 0,
        shuffle_merge: 0,
        reduce: 0,
    };
    client.send(&merge);
    let Frame::RpcFailure { error, .. } = client.frame() else { panic!("merged blocks are not given") };
    assert_eq!(error, "java.lang.UnsupportedOperationException: Cannot handle shuffle block merge");
    assert_eq!(client.fetch(&fetch("0", 0, &[(1, &[0])], false)), [Ok(b"x".to_vec())]);
    client.send(&Frame::OneWayMessage { body: vec![1].into() });
    client.send(&Frame::StreamRequest { stream: "/jars/a.jar".into() });
    assert!(matches!(client.frame(), Frame::StreamFailure { .. }));
    std::io::Write::write_all(&mut client.socket, b"GET / HTTP/1.1\r\n\r\n").unwrap();
    assert_eq!(client.item(), None, "what is no frame ends the connection");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn damaged_and_vanished_files_are_named() {
    let stand = Stand::new().await;
    for map in 1..=4 {
        stand.write_map(0, map, &[b"well"]);
    }
    fs::write(stand.path("shuffle_0_1_0.index"), [0; 13]).unwrap();
    fs::remove_file(stand.path("shuffle_0_2_0.data")).unwrap();
    fs::write(stand.path("shuffle_0_3_0.data"), "we").unwrap();
    let mut client = stand.register("0");
    let asked: Vec<(i64, &[i32])> = (1..=5).map(|map| (map, &[0][..])).collect();
    let found = client.fetch(&fetch("0", 0, &asked, false));
    let error = |at: usize| found[at].as_ref().unwrap_err();
    assert!(error(0).contains("shuffle_0_1_0.index: the index file has 13 bytes"), "{}", error(0));
    assert!(error(1).contains("shuffle_0_2_0.data: No such file"), "{}", error(1));
    assert!(error(2).contains("leads from byte 0 to byte 4 of 2"), "{}", error(2));
    assert_eq!(found[3], Ok(b"well".to_vec()));
    assert!(error(4).contains("shuffle_0_5_0.index: No such file"), "{}", error(4));
    let beyond = client.fetch(&fetch("0", 0, &[(4, &[0, i32::MAX])], true));
    assert!(beyond[0].as_ref().unwrap_err().contains("knows 1 reducers"), "{beyond:?}");
    assert_eq!(stand.service.handle().snapshot(0).totals.counts.failures, 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_index_that_was_cut_or_spoilt_leads_nowhere() {
    let stand = Stand::new().await;
    (1..=5).for_each(|map| stand.write_map(0, map, &[b"well", b"done"]));
    let offsets = |offsets: [i64; 3]| offsets.map(i64::to_be_bytes).concat();
    fs::write(stand.path("shuffle_0_1_0.index"), []).unwrap();
    fs::write(stand.path("shuffle_0_2_0.index"), &offsets([0, 4, 8])[..16]).unwrap();
    fs::write(stand.path("shuffle_0_3_0.index"), offsets([0, i64::MAX, i64::MAX])).unwrap();
    fs::write(stand.path("shuffle_0_4_0.index"), offsets([8, 4, -1])).unwrap();
    let mut client = stand.register("0");
    let asked: Vec<(i64, &[i32])> = (1..=5).map(|map| (map, &[1][..])).collect();
    let found = client.fetch(&fetch("0", 0, &asked, false));
    let reasons = [
        "shuffle_0_1_0.index: the index file has 0 bytes",
        "shuffle_0_2_0.index: the index file knows 1 reducers",
        "shuffle_0_3_0.index: the index file leads from byte 9223372036854775807",
        "shuffle_0_4_0.index: the index file leads from byte 4 to byte -1",
    ];
    for (found, reason) in found.iter().zip(reasons) {
        assert!(found.as_ref().unwrap_err().contains(reason), "{found:?}");
    }
    assert_eq!(found[4], Ok(b"done".to_vec()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn data_that_shrinks_under_the_service_ends_one_connection() {
    let stand = Stand::new().await;
    stand.write_map(0, 1, &[b"well"]);
    stand.write_map(0, 2, &[b"done"]);
    let mut client = stand.register("0");
    let mut other = stand.client();
    let ask = fetch("0", 0, &[(1, &[0])], false);
    assert_eq!(client.fetch(&ask), [Ok(b"well".to_vec())]);
    // Its length is known by now.
    fs::OpenOptions::new().write(true).open(stand.path("shuffle_0_1_0.data")).unwrap().set_len(1).unwrap();
    let (stream, _) = client.open(&ask).unwrap();
    client.ask_chunk(stream, 0);
    assert_eq!(client.item(), None, "what was promised cannot be sent");
    assert_eq!(other.fetch(&fetch("0", 0, &[(2, &[0])], false)), [Ok(b"done".to_vec())]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn huge_lengths_and_counts_take_no_memory() {
    let stand = Stand::new().await;
    stand.write_map(0, 1, &[b"x"]);
    let mut other = stand.register("0");
    for length in [i64::MAX, 1 << 40, 17 << 20, -1, 0] {
        let mut client = stand.client();
        // An RpcRequest that would be so long.
        let frame = [&length.to_be_bytes()[..], &[3; 64]].concat();
        std::io::Write::write_all(&mut client.socket, &frame).unwrap();
        assert_eq!(client.item(), None, "a frame of {length} bytes ends its connection");
    }
    let count = i32::MAX.to_be_bytes();
    for (kind, what) in [(0_u8, "block ids"), (9, "map ids"), (7, "block ids"), (10, "executors")] {
        // The application, its executor (but in the last one), and then so many of something.
        let names: &[u8] = if kind == 10 { b"\0\0\0\x01a" } else { b"\0\0\0\x01a\0\0\0\x01b" };
        let shuffle: &[u8] = if kind == 9 { &[0; 4] } else { &[] };
        let error = other.ask_bytes([&[kind], names, shuffle, &count].concat()).unwrap_err();
        assert!(error.contains("2147483647 cannot be the number of"), "{what}: {error}");
    }
    assert_eq!(other.fetch(&fetch("0", 0, &[(1, &[0])], false)), [Ok(b"x".to_vec())]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_disk_that_is_gone_is_named_and_the_other_served() {
    let stand = Stand::new().await;
    let maps: Vec<i64> = (0..32).collect();
    maps.iter().for_each(|map| stand.write_map(0, *map, &[b"well"]));
    let mut client = stand.register("0");
    fs::remove_dir_all(stand.dirs[0].parent().unwrap()).unwrap();
    let asked: Vec<(i64, &[i32])> = maps.iter().map(|map| (*map, &[0][..])).collect();
    let found = client.fetch(&fetch("0", 0, &asked, false));
    let served = found.iter().filter(|one| one.is_ok()).count();
    assert!(served > 0 && served < 32, "{served} of 32 were served");
    let gone = stand.dirs[0].display().to_string();
    assert!(
        found.iter().filter_map(|one| one.as_ref().err()).all(|error| error.contains(&gone)),
        "{found:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn where_nothing_can_be_kept_executors_are_still_served() {
    let stand = Stand::with(|settings| settings.store = Some("/proc/nowhere".into())).await;
    stand.write_map(0, 1, &[b"x"]);
    let mut client = stand.register("0");
    assert_eq!(client.fetch(&fetch("0", 0, &[(1, &[0])], false)), [Ok(b"x".to_vec())]);
    let store = stand.service.handle().snapshot(0).store;
    assert!(store.starts_with("not kept at the start: ") && store.contains("/proc/nowhere"), "{store}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_file_that_cannot_be_read_is_named() {
    let stand = Stand::new().await;
    stand.write_map(0, 1, &[b"x"]);
    let data = stand.path("shuffle_0_1_0.data");
    fs::set_permissions(&data, fs::Permissions::from_mode(0o0)).unwrap();
    // The superuser may read it all the same.
    let expected = fs::read(&data).is_ok();
    let mut client = stand.register("0");
    let found = client.fetch(&fetch("0", 0, &[(1, &[0])], false));
    assert_eq!(found[0].is_ok(), expected, "{found:?}");
}
