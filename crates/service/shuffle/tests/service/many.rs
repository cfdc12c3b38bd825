//! Many connections, half of which never read: the others are served, and memory stays where it was.

use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::client::{Client, Stand, fetch};

/// Of a thousand connections half never read.
const STALLED: usize = 500;
const READING: usize = 500;
const BLOCK: usize = 1 << 20;

fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.split_whitespace().next().unwrap().parse::<u64>().unwrap() * 1024
}

/// Each client fetches a block.
fn time_of_a_round(clients: &mut [Client]) -> Duration {
    let began = Instant::now();
    for client in clients {
        let found = client.fetch(&fetch("0", 0, &[(1, &[1])], false));
        assert_eq!(found, [Ok(b"small".to_vec())]);
    }
    began.elapsed()
}

/// Waits until so many chunks are on their way.
async fn wait_for_chunks(stand: &Stand, count: u64) {
    let began = Instant::now();
    let now = || stand.service.handle().snapshot(0).totals.chunks_in_transfer;
    while now() != count {
        assert!(began.elapsed() < Duration::from_secs(20), "{} chunks are on their way, not {count}", now());
        tokio::task::yield_now().await;
    }
}

/// Both ends of each connection are open here.
fn raise_file_limit() {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_that_never_read_cost_nothing_but_their_socket() {
    raise_file_limit();
    let stand = Stand::new().await;
    stand.write_map(0, 1, &[&vec![7; BLOCK], b"small"]);
    stand.register("0");
    let mut clients: Vec<_> = (0..READING).map(|_| stand.client()).collect();
    let alone = time_of_a_round(&mut clients);
    let mut stalled = Vec::new();
    for _ in 0..STALLED {
        let mut client = stand.client();
        let reduces = [0; 16];
        let (stream, chunks) = client.open(&fetch("0", 0, &[(1, &reduces)], false)).unwrap();
        (0..chunks).for_each(|chunk| client.ask_chunk(stream, chunk));
        stalled.push(client);
    }
    let before = resident_bytes();
    // The best of some rounds: a machine that tests run on is busy with others too.
    let beside = (0..5).map(|_| time_of_a_round(&mut clients)).min().unwrap();
    assert!(beside < alone * 3, "a round took {alone:?} alone, and {beside:?} beside readers that stall");
    let grown = resident_bytes().saturating_sub(before);
    assert!(grown < 10 << 20, "{grown} bytes more for {READING} readers");
    wait_for_chunks(&stand, STALLED as u64).await;
    // Whoever begins to read gets everything.
    let mut late = stalled.swap_remove(0);
    for _ in 0..16 {
        let chunk = late.chunk().unwrap();
        assert!(chunk.len() == BLOCK && chunk.iter().all(|byte| *byte == 7));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beyond_the_limit_of_chunks_a_connection_is_closed() {
    let stand = Stand::with(|settings| settings.max_chunks = 1).await;
    stand.write_map(0, 1, &[&vec![7; 16 * BLOCK], b"small"]);
    let mut first = stand.register("0");
    let (stream, _) = first.open(&fetch("0", 0, &[(1, &[0])], false)).unwrap();
    first.ask_chunk(stream, 0);
    wait_for_chunks(&stand, 1).await;
    let mut second = stand.client();
    let (stream, _) = second.open(&fetch("0", 0, &[(1, &[1])], false)).unwrap();
    second.ask_chunk(stream, 0);
    assert_eq!(second.item(), None, "the second connection is closed");
    assert_eq!(first.chunk().unwrap().len(), 16 * BLOCK);
}
