//! A memo knows the last bytes and no others.

use model::RpcAddress;
use wire_deploy::Message;

use super::{LONGEST_BYTES, Memo};

fn message(name: &str) -> Message {
    Message::CheckExistence { name: name.into() }
}

#[test]
fn the_same_bytes_say_the_same() {
    let mut memo = Memo::default();
    assert_eq!(memo.recall(b"one"), None);
    let sender = RpcAddress::new("host", 7078);
    memo.keep(b"one", Some(&sender), &message("Master"));
    assert_eq!(memo.recall(b"one"), Some((Some(sender), message("Master"))));
    assert_eq!(memo.recall(b"onf"), None);
    assert_eq!(memo.recall(b"on"), None);
}

#[test]
fn only_the_last_message_is_known_and_none_that_is_long() {
    let mut memo = Memo::default();
    memo.keep(b"one", None, &message("Master"));
    memo.keep(b"two", None, &message("Worker"));
    assert_eq!(memo.recall(b"one"), None);
    assert_eq!(memo.recall(b"two"), Some((None, message("Worker"))));
    let long = vec![0; LONGEST_BYTES + 1];
    memo.keep(&long, None, &message("Worker"));
    assert_eq!(memo.recall(&long), None);
    assert_eq!(memo.recall(b"two"), None);
}
