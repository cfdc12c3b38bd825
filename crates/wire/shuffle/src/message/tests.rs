//! Messages there and back, cut short, with forged counts, and at random.

use proptest::prelude::{Strategy, any, prop_oneof, proptest};

use super::*;

fn fetch() -> Message {
    Message::FetchShuffleBlocks(FetchShuffleBlocks {
        application: "app-1".into(),
        executor: "0".into(),
        shuffle: 7,
        maps: vec![3, 1 << 40],
        reduces: Lists { elements: vec![0, 5, 6], ends: vec![1, 3] },
        batch: true,
    })
}

#[test]
fn a_fetch_stands_as_spark_writes_it() {
    let bytes = b"\x09\0\0\0\x05app-1\0\0\0\x010\0\0\0\x07\0\0\0\x02\0\0\0\0\0\0\0\x03\0\0\x01\0\0\0\0\0\
        \0\0\0\x02\0\0\0\x01\0\0\0\0\0\0\0\x02\0\0\0\x05\0\0\0\x06\x01";
    assert_eq!(fetch().encode(), bytes);
    assert_eq!(Message::decode(bytes), Ok(fetch()));
    let Message::FetchShuffleBlocks(fetch) = fetch() else { panic!() };
    assert_eq!((fetch.reduces.list(0), fetch.reduces.list(1)), (&[0][..], &[5, 6][..]));
}

#[test]
fn a_message_cut_short_is_refused_and_one_with_more_too() {
    let bytes = fetch().encode();
    for end in 0..bytes.len() {
        assert!(Message::decode(&bytes[..end]).is_err(), "{end} bytes");
    }
    let error = Message::decode(&[&bytes[..], b"x"].concat()).unwrap_err();
    assert_eq!(error, MalformedMessage::Rest { offset: bytes.len(), left: 1 });
}

#[test]
fn a_count_is_believed_only_as_far_as_there_are_bytes() {
    for count in [i32::MIN, -1, 3, i32::MAX] {
        let mut bytes = b"\0\0\0\0\x01a\0\0\0\x01e".to_vec();
        bytes.extend(count.to_be_bytes());
        bytes.extend([0; 8]);
        let error = Message::decode(&bytes).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "block-transfer message, byte 11: {count} cannot be the number of block ids: 8 bytes follow"
            )
        );
    }
}

#[test]
fn types_that_nobody_sends_are_named() {
    for kind in [4, 5, 14, 18, 20, 255] {
        assert_eq!(Message::decode(&[kind]), Err(MalformedMessage::Type(kind)));
    }
    assert!(matches!(Message::decode(&[]), Err(MalformedMessage::Short { offset: 0, .. })));
}

fn any_lists() -> impl Strategy<Value = Lists> {
    proptest::collection::vec(proptest::collection::vec(any::<i32>(), 0..4), 0..5).prop_map(|lists| {
        let mut all = Lists::default();
        for list in lists {
            all.elements.extend(list);
            all.ends.push(all.elements.len() as u32);
        }
        all
    })
}

fn any_message() -> impl Strategy<Value = Message> {
    let texts = || proptest::collection::vec(any::<String>(), 0..4);
    prop_oneof![
        (any::<String>(), any::<String>(), texts()).prop_map(|(application, executor, blocks)| {
            Message::OpenBlocks { application, executor, blocks }
        }),
        (any::<String>(), any::<String>(), texts(), any::<i32>(), any::<String>()).prop_map(
            |(application, executor, local_dirs, sub_dirs_per_local_dir, shuffle_manager)| {
                let info = ExecutorShuffleInfo { local_dirs, sub_dirs_per_local_dir, shuffle_manager };
                Message::RegisterExecutor { application, executor, info }
            }
        ),
        (any::<String>(), any::<String>(), any::<i32>(), any::<Vec<i64>>(), any_lists(), any::<bool>())
            .prop_map(|(application, executor, shuffle, maps, reduces, batch)| {
                Message::FetchShuffleBlocks(FetchShuffleBlocks {
                    application,
                    executor,
                    shuffle,
                    maps,
                    reduces,
                    batch,
                })
            }),
        (any::<String>(), any::<i32>(), any::<[i32; 5]>(), any_lists()).prop_map(
            |(application, shuffle, reduces, chunks)| {
                Message::FetchShuffleBlockChunks(FetchShuffleBlockChunks {
                    application,
                    executor: "shuffle-push-merger".into(),
                    shuffle,
                    shuffle_merge: 1,
                    reduces: reduces.to_vec(),
                    chunks,
                })
            }
        ),
        (any::<i64>(), any::<i32>()).prop_map(|(stream, chunks)| Message::StreamHandle { stream, chunks }),
        proptest::collection::vec((any::<String>(), texts()), 0..4)
            .prop_map(|local_dirs| Message::LocalDirsForExecutors { local_dirs }),
        (any::<String>(), any::<i64>(), any::<String>()).prop_map(|(application, checksum, algorithm)| {
            let executor = "1".to_owned();
            let (shuffle, map, reduce) = (1, 2, 3);
            Message::DiagnoseCorruption(DiagnoseCorruption {
                application,
                executor,
                shuffle,
                map,
                reduce,
                checksum,
                algorithm,
            })
        }),
        (any::<String>(), any::<Vec<u8>>(), any::<Vec<u8>>()).prop_map(|(block, metadata, data)| {
            Message::UploadBlock { application: "a".into(), executor: "e".into(), block, metadata, data }
        }),
        (0u8..5).prop_map(|byte| Message::decode(&[17, byte]).unwrap()),
        any::<[i32; 6]>().prop_map(|[attempt, shuffle, shuffle_merge, map_index, reduce, index]| {
            Message::PushBlockStream(PushBlockStream {
                application: "a".into(),
                attempt,
                shuffle,
                shuffle_merge,
                map_index,
                reduce,
                index,
            })
        }),
        any::<[i32; 3]>().prop_map(|[attempt, shuffle, shuffle_merge]| {
            let application = "a".to_owned();
            Message::RemoveShuffleMerge(RemoveShuffleMerge { application, attempt, shuffle, shuffle_merge })
        }),
    ]
}

proptest! {
    #[test]
    fn messages_survive(message in any_message()) {
        assert_eq!(Message::decode(&message.encode()), Ok(message));
    }

    #[test]
    fn random_bytes_never_panic(kind in 0u8..21, bytes in any::<Vec<u8>>()) {
        let bytes = [&[kind], &bytes[..]].concat();
        if let Ok(message) = Message::decode(&bytes) {
            assert_eq!(Message::decode(&message.encode()), Ok(message));
        }
    }
}
