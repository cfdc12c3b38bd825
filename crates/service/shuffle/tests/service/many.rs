//! Many connections, half of which never read: the others are served, and memory stays where it was.

use std::time::{Duration, Instant};

use crate::client::{Stand, fetch};

const CONNECTIONS: usize = 400;
const BLOCK: usize = 1 << 20;

fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.split_whitespace().next().unwrap().parse::<u64>().unwrap() * 1024
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_that_never_read_cost_nothing_but_their_socket() {
    let stand = Stand::new().await;
    stand.write_map(0, 1, &[&vec![7; BLOCK], b"small"]);
    stand.register("0");
    let mut stalled = Vec::new();
    for _ in 0..CONNECTIONS {
        let mut client = stand.client();
        let reduces = [0; 16];
        let (stream, chunks) = client.open(&fetch("0", 0, &[(1, &reduces)], false)).unwrap();
        (0..chunks).for_each(|chunk| client.ask_chunk(stream, chunk));
        stalled.push(client);
    }
    let before = resident_bytes();
    let (began, mut served) = (Instant::now(), 0);
    let mut clients: Vec<_> = (0..20).map(|_| stand.client()).collect();
    for _ in 0..20 {
        for client in &mut clients {
            let found = client.fetch(&fetch("0", 0, &[(1, &[1])], false));
            assert_eq!(found, [Ok(b"small".to_vec())]);
            served += 1;
        }
    }
    assert!(began.elapsed() < Duration::from_secs(20), "{served} blocks took {:?}", began.elapsed());
    let grown = resident_bytes().saturating_sub(before);
    assert!(grown < 10 << 20, "{grown} bytes more for {served} blocks");
    assert_eq!(stand.service.handle().snapshot(0).totals.chunks_in_transfer, CONNECTIONS as u64);
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
    let began = Instant::now();
    while stand.service.handle().snapshot(0).totals.chunks_in_transfer == 0 {
        assert!(began.elapsed() < Duration::from_secs(20), "the first chunk is not on its way");
        tokio::task::yield_now().await;
    }
    let mut second = stand.client();
    let (stream, _) = second.open(&fetch("0", 0, &[(1, &[1])], false)).unwrap();
    second.ask_chunk(stream, 0);
    assert_eq!(second.item(), None, "the second connection is closed");
    assert_eq!(first.chunk().unwrap().len(), 16 * BLOCK);
}
