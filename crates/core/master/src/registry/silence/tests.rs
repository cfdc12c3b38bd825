//! The ring against a list that is sorted anew each time.

use super::*;

#[test]
fn the_longest_silence_stands_first_whatever_happens() {
    let mut rng = fastrand::Rng::with_seed(7);
    let mut silence = Silence::default();
    let mut plain: Vec<(u64, WorkerId, Place)> = Vec::new();
    for now_ms in 0..5_000 {
        match rng.u8(..4) {
            0 => {
                let worker = WorkerId::new(format!("worker-{now_ms}"));
                plain.push((now_ms, worker.clone(), silence.insert(worker, now_ms)));
            }
            1 if !plain.is_empty() => {
                let (.., place) = plain.swap_remove(rng.usize(..plain.len()));
                silence.remove(place);
            }
            _ if !plain.is_empty() => {
                let at = rng.usize(..plain.len());
                plain[at].0 = now_ms;
                silence.hear(plain[at].2, now_ms);
            }
            _ => {}
        }
        plain.sort_by_key(|(heard_ms, ..)| *heard_ms);
        let expected = plain.iter().map(|(heard_ms, worker, _)| (worker, *heard_ms));
        assert!(silence.iter().eq(expected.clone()), "at {now_ms}");
        assert_eq!(silence.longest(), expected.clone().next());
    }
    assert!(silence.links.len() < 5_000 / 4, "places are used again");
}
