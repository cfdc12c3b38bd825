//! Chunks in their order, and in no other.

use proptest::prelude::{any, proptest};

use super::*;

fn blocks(lists: &[&[i32]], batch: bool) -> Blocks {
    let (mut reduces, mut ends) = (Vec::new(), Vec::new());
    for list in lists {
        reduces.extend_from_slice(list);
        ends.push(reduces.len() as u32);
    }
    let maps = (0..lists.len() as i64).map(|map| map + 10).collect();
    Blocks::Shuffle { shuffle: 3, maps, reduces, ends, batch }
}

fn wanted(map: i64, start: i32, end: i32) -> Wanted {
    Wanted::Shuffle { shuffle: 3, map, start, end }
}

fn all(streams: &mut Streams<&str>, number: i64, chunks: i32) -> Vec<Wanted> {
    (0..chunks).map(|chunk| streams.take(number, chunk, |_, wanted| wanted).unwrap().0).collect()
}

#[test]
fn each_reducer_of_each_map_task_is_a_chunk() {
    let mut streams = Streams::new(i64::MAX);
    let (number, chunks) = streams.open("owner", blocks(&[&[0, 4], &[7]], false)).unwrap();
    assert_eq!((number, chunks), (i64::MAX, 3));
    assert_eq!(all(&mut streams, number, 3), [wanted(10, 0, 1), wanted(10, 4, 5), wanted(11, 7, 8)]);
    assert!(streams.is_empty(), "after the last chunk the stream is gone");
    assert_eq!(streams.open("owner", Blocks::Named(Vec::new())), Ok((i64::MIN, 0)));
    assert!(streams.is_empty(), "without chunks there is no stream");
}

#[test]
fn a_batch_is_a_chunk_for_each_map_task() {
    let mut streams = Streams::new(0);
    let (number, chunks) = streams.open("owner", blocks(&[&[0, 4], &[2, 3]], true)).unwrap();
    assert_eq!(all(&mut streams, number, chunks), [wanted(10, 0, 4), wanted(11, 2, 3)]);
}

#[test]
fn chunks_are_taken_in_their_order_and_once() {
    let mut streams = Streams::new(5);
    streams.open("owner", blocks(&[&[0, 1, 2]], false)).unwrap();
    let take = |streams: &mut Streams<_>, chunk| streams.take(5, chunk, |_, _| ());
    assert_eq!(take(&mut streams, 1), Err(Refusal::OutOfOrder { found: 1, expected: 0 }));
    assert_eq!(take(&mut streams, -1), Err(Refusal::OutOfOrder { found: -1, expected: 0 }));
    assert_eq!(take(&mut streams, 0), Ok(((), None)));
    assert_eq!(take(&mut streams, 0), Err(Refusal::OutOfOrder { found: 0, expected: 1 }));
    assert_eq!(take(&mut streams, 1), Ok(((), None)));
    assert_eq!(take(&mut streams, 2), Ok(((), Some("owner"))));
    assert_eq!(take(&mut streams, 3), Err(Refusal::NoStream(5)));
}

#[test]
fn what_makes_no_sense_opens_nothing() {
    let mut streams = Streams::new(0);
    for (lists, batch) in [
        (&[][..], false),
        (&[&[][..]][..], false),
        (&[&[1][..], &[][..]][..], false),
        (&[&[1][..]][..], true),
        (&[&[1, 2, 3][..]][..], true),
    ] {
        assert!(
            matches!(streams.open("owner", blocks(lists, batch)), Err(Refusal::Count { .. })),
            "{lists:?}"
        );
    }
    let uneven =
        Blocks::Shuffle { shuffle: 0, maps: vec![1, 2], reduces: vec![1], ends: vec![1], batch: false };
    assert!(streams.open("owner", uneven).is_err());
    assert!(streams.is_empty());
}

#[test]
fn a_chunk_has_a_name() {
    let mut streams = Streams::new(-7);
    streams.open("owner", blocks(&[&[1]], false)).unwrap();
    assert_eq!(streams.take_named("-7_0", |_, wanted| wanted).unwrap().0, wanted(10, 1, 2));
    for name in ["", "7", "7_", "_0", "7_x", "x_0", "7_0_0", "/jars/a.jar"] {
        let refused = streams.take_named(name, |_, _| ());
        assert_eq!(refused, Err(Refusal::StreamName(name.into())));
    }
}

proptest! {
    #[test]
    fn any_blocks_are_refused_or_can_all_be_taken(
        maps in proptest::collection::vec(any::<i64>(), 0..5),
        reduces in proptest::collection::vec(any::<i32>(), 0..12),
        cuts in proptest::collection::vec(0u32..12, 0..5),
        batch in any::<bool>(),
    ) {
        let mut ends: Vec<u32> = cuts.iter().map(|cut| (*cut).min(reduces.len() as u32)).collect();
        ends.sort_unstable();
        if let Some(last) = ends.last_mut() {
            *last = reduces.len() as u32;
        }
        let mut streams = Streams::new(1);
        if let Ok((number, chunks)) = streams.open("", Blocks::Shuffle { shuffle: 1, maps, reduces, ends, batch }) {
            assert_eq!(all(&mut streams, number, chunks).len(), chunks as usize);
            assert!(streams.is_empty());
        }
    }
}
