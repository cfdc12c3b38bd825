//! Captured frames, given the name of one of a thousand Workers.
//!
//! Everything that is replaced keeps its length, so neither the frame's length nor any length within the Java
//! stream changes.

const CHECK_EXISTENCE: &[u8] = include_bytes!("../frames/check-existence.bin");
const REGISTER_WORKER: &[u8] = include_bytes!("../frames/register-worker.bin");
const HEARTBEAT: &[u8] = include_bytes!("../frames/heartbeat.bin");

/// The captured Worker's start in its id, its port as text, and its port as an `int`.
const START: &[u8] = b"20261120121815";
const PORT_TEXT: &[u8] = b"7078";
const PORT: [u8; 4] = 7078u32.to_be_bytes();

/// Ports of the simulated Workers begin here: all of them have four digits, as the captured one.
const FIRST_PORT: u16 = 1000;

/// Where the request id of an ask stands.
const REQUEST_ID_AT: usize = 9;

/// The frames of one simulated Worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Frames {
    pub(crate) check_existence: Vec<u8>,
    pub(crate) register_worker: Vec<u8>,
    pub(crate) heartbeat: Vec<u8>,
}

/// The frames of the simulated Worker `number` (below 9000).
pub(crate) fn of_worker(number: u16) -> Frames {
    let of = |captured| rename(captured, number);
    Frames {
        check_existence: of(CHECK_EXISTENCE),
        register_worker: of(REGISTER_WORKER),
        heartbeat: of(HEARTBEAT),
    }
}

/// The id of an ask: the first bytes of its answer repeat it.
pub(crate) fn request_id(ask: &[u8]) -> &[u8] {
    &ask[REQUEST_ID_AT..REQUEST_ID_AT + 8]
}

fn rename(captured: &[u8], number: u16) -> Vec<u8> {
    let port = FIRST_PORT + number;
    let start = format!("2026112012{number:04}");
    let frame = replace(captured, START, start.as_bytes());
    let frame = replace(&frame, PORT_TEXT, port.to_string().as_bytes());
    replace(&frame, &PORT, &u32::from(port).to_be_bytes())
}

fn replace(frame: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    assert_eq!(old.len(), new.len(), "a replacement has to keep its length");
    let mut frame = frame.to_vec();
    let mut at = 0;
    while at + old.len() <= frame.len() {
        if &frame[at..at + old.len()] == old {
            frame[at..at + new.len()].copy_from_slice(new);
            at += old.len();
        } else {
            at += 1;
        }
    }
    frame
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{HEARTBEAT, PORT, REGISTER_WORKER, START, of_worker};

    fn count(frame: &[u8], part: &[u8]) -> usize {
        frame.windows(part.len()).filter(|window| *window == part).count()
    }

    #[test]
    fn every_worker_has_frames_of_its_own_and_of_the_captured_length() {
        let all: BTreeSet<Vec<u8>> = (0..1000).map(|number| of_worker(number).heartbeat).collect();
        assert_eq!(all.len(), 1000);
        assert!(all.iter().all(|frame| frame.len() == HEARTBEAT.len()));
    }

    #[test]
    fn nothing_of_the_captured_worker_is_left() {
        for frame in [of_worker(7).register_worker, of_worker(7).heartbeat] {
            assert_eq!(count(&frame, START) + count(&frame, &PORT) + count(&frame, b"7078"), 0);
            assert_eq!(count(&frame, b"worker-20261120120007-127.3.57.2-1007"), 1);
            assert_eq!(count(&frame, b"spark://Worker@127.3.57.2:1007"), 1);
        }
        assert_eq!(
            count(&of_worker(7).register_worker, &1007u32.to_be_bytes()),
            count(REGISTER_WORKER, &PORT)
        );
    }
}
