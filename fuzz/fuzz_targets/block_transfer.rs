//! Any bytes as a block-transfer message: understood or refused; what is understood can be said again and means the
//! same, and a fetch that is opened gives each of its chunks once.
#![no_main]

use core_shuffle::{Blocks, Streams};
use libfuzzer_sys::fuzz_target;
use wire_shuffle::{BlockId, Message};

fuzz_target!(|bytes: &[u8]| {
    let body = fuzz::message_body(bytes);
    let Ok(message) = Message::decode(body) else { return };
    assert_eq!(Message::decode(&message.encode()).as_ref(), Ok(&message));
    match message {
        Message::FetchShuffleBlocks(fetch) => {
            let (reduces, ends) = (fetch.reduces.elements, fetch.reduces.ends);
            let (shuffle, maps, batch) = (fetch.shuffle, fetch.maps, fetch.batch);
            let mut streams = Streams::new(1);
            let blocks = Blocks::Shuffle { shuffle, maps, reduces, ends, batch };
            if let Ok((number, chunks)) = streams.open((), blocks) {
                (0..chunks).for_each(|chunk| {
                    streams.take(number, chunk, |(), _| ()).expect("a chunk in its order");
                });
                assert!(streams.is_empty());
            }
        }
        Message::OpenBlocks { blocks, .. } => blocks.iter().for_each(|name| drop(BlockId::parse(name))),
        _ => {}
    }
});
