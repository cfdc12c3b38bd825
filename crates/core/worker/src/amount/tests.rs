//! Amounts, and sentences with them.

use super::*;

#[test]
fn memory_is_told_as_spark_tells_it() {
    for (memory_mib, text) in
        [(512, "512.0 MiB"), (2047, "2047.0 MiB"), (2048, "2.0 GiB"), (6656, "6.5 GiB"), (3 << 20, "3.0 TiB")]
    {
        assert_eq!(megabytes_to_string(memory_mib), text);
    }
}

#[test]
fn a_kill_says_whose_limit_it_was_and_what_to_do() {
    let own = MemoryKill { limit_mib: 2458, peak_mib: Some(2457), is_shared: false };
    assert_eq!(
        own.sentence("executor", 2048),
        "Killed for memory: it took 2.4 GiB of the 2.4 GiB that it may (heap 2.0 GiB and all else); raise \
         spark.executor.memoryOverhead or lower what it does"
    );
    let untold = MemoryKill { peak_mib: None, ..own };
    assert!(
        untold.sentence("driver", 1024).contains("it took all of the 2.4 GiB that it may (heap 1024.0 MiB")
    );
    assert!(untold.sentence("driver", 1024).contains("raise spark.driver.memoryOverhead"));
    let shared = MemoryKill { is_shared: true, ..own };
    assert_eq!(
        shared.sentence("executor", 2048),
        "Killed for memory: the Worker and all that it runs took 2.4 GiB of the 2.4 GiB that their container may, and \
         this executor (heap 2.0 GiB and all else) was the one to go; let fewer run on the Worker, let them take less, or \
         raise the container's limit"
    );
}
