//! The page and its JSON say the same, and nothing that a peer says becomes markup.

use core_shuffle::{Counts, ExecutorView, Totals};

use super::*;

fn busy() -> Snapshot {
    let executor = ExecutorView {
        id: "3".into(),
        local_dirs: vec!["/tmp/blockmgr-1".into(), "/tmp/<script>".into()],
        shuffle_manager: "org.apache.spark.shuffle.sort.SortShuffleManager".into(),
    };
    let counts = Counts { blocks: 7, chunks: 5, bytes: 3 << 20, failures: 2 };
    Snapshot {
        port: 7337,
        taken_ms: 1_764_000_000_000,
        applications: vec![ApplicationView {
            id: "app-1".into(),
            executors: vec![executor],
            counts,
            bytes_per_second: 2048.4,
            blocks_per_second: 1.6,
        }],
        totals: Totals { counts, connections: 4, ..Totals::default() },
        store: "/tmp/registeredExecutors.hearth".into(),
    }
}

#[test]
fn the_page_shows_applications_executors_bytes_and_rates() {
    let page = page(&busy(), "host", 0, Some(("/", "Worker")));
    for text in [
        "Shuffle service at host:7337",
        "app-1",
        "3.0 MiB",
        "2.0 KiB/s",
        "/tmp/blockmgr-1",
        "← Worker",
        ".hearth",
    ] {
        assert!(page.contains(text), "{text} is not on the page");
    }
    assert!(page.contains("/tmp/&lt;script&gt;") && !page.contains("/tmp/<script>"));
    let none = super::page(&Snapshot::default(), "host", 0, None);
    assert!(none.contains("No executor is registered."));
}

#[test]
fn the_json_has_the_same() {
    let json = json(&busy());
    assert_eq!(json["applications"][0]["bytes"], 3 << 20);
    assert_eq!(json["applications"][0]["executors"][0]["localdirs"][1], "/tmp/<script>");
    assert_eq!(json["connections"], 4);
}
