//! Whether data is in the page cache, and how it gets there without anybody else waiting.
//!
//! `sendfile` waits for a disk where a page is missing, and with it every connection of its thread. So a stretch is asked for
//! first, without waiting (`RWF_NOWAIT`); where it is missing, a thread that may wait has the kernel read it. What is asked
//! for is a byte in the middle: the pages at both ends are those of the neighbours too, and who read these has brought them.

use std::io::{self, IoSliceMut};
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use rustix::fs::{Advice, fadvise, fstatfs};
use rustix::io::{Errno, ReadWriteFlags, preadv2};

use crate::files::OpenFile;

/// What a disk says to the question.
#[derive(Debug, Default)]
pub(crate) struct Warmth(AtomicU8);

// 0: it is asked each time.
const ALWAYS: u8 = 1;
const NEVER: u8 = 2;

/// `TMPFS_MAGIC` of `linux/magic.h`: what lies there is in memory.
const TMPFS: i64 = 0x0102_1994;

/// As much as the kernel reads ahead unless a system was told otherwise.
const READ_AHEAD_BYTES: u64 = 128 << 10;

/// How far apart the bytes are that are touched: less than the kernel reads ahead.
const STEP_BYTES: u64 = 64 << 10;

/// Whether a stretch can be sent without waiting for a disk; an empty one can.
pub(crate) fn is_warm(file: &OpenFile, offset: u64, length: u64) -> bool {
    match file.warmth.0.load(Ordering::Relaxed) {
        ALWAYS => true,
        NEVER => false,
        _ if length == 0 => true,
        // What the kernel reads at once is there or not as a whole, but for its ends.
        _ if length <= READ_AHEAD_BYTES => is_there(file, offset + length / 2),
        _ => [1, 2, 3].iter().all(|quarter| is_there(file, offset + length / 4 * quarter)),
    }
}

fn is_there(file: &OpenFile, offset: u64) -> bool {
    let mut byte = [0];
    match preadv2(&file.file, &mut [IoSliceMut::new(&mut byte)], offset, ReadWriteFlags::NOWAIT) {
        Ok(_) => true,
        Err(Errno::OPNOTSUPP) => {
            let in_memory = fstatfs(&file.file).is_ok_and(|system| system.f_type == TMPFS);
            file.warmth.0.store(if in_memory { ALWAYS } else { NEVER }, Ordering::Relaxed);
            in_memory
        }
        Err(_) => false,
    }
}

/// Has the kernel read a stretch, on a thread that may wait.
///
/// # Errors
/// When the disk fails.
pub(crate) async fn warm(file: &Arc<OpenFile>, offset: u64, length: u64) -> io::Result<()> {
    let file = file.clone();
    let read = tokio::task::spawn_blocking(move || touch(&file, offset, length));
    read.await.map_err(io::Error::other)?
}

fn touch(file: &OpenFile, offset: u64, length: u64) -> io::Result<()> {
    let Some(last) = length.checked_sub(1).map(|rest| offset + rest) else { return Ok(()) };
    // Advice that is not taken costs time, nothing else.
    let _ = fadvise(&file.file, offset, std::num::NonZeroU64::new(length), Advice::WillNeed);
    let mut byte = [0];
    let mut at = offset;
    while at < last {
        file.file.read_at(&mut byte, at)?;
        at += STEP_BYTES;
    }
    file.file.read_at(&mut byte, last).map(drop)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::folder::Location;

    #[tokio::test]
    async fn what_left_the_page_cache_is_read_before_it_is_sent() {
        // Not in `/tmp`, which may be in memory.
        let folder = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
        let local_dir = folder.path().canonicalize().unwrap();
        fs::create_dir(local_dir.join("00")).unwrap();
        let location = Location { local_dir, sub_dir: "00".into(), name: "file".into() };
        fs::write(location.path(), vec![1; 1 << 20]).unwrap();
        let region = crate::files::open_file(&location).unwrap();
        assert!(is_warm(&region.file, 0, region.length), "it was written a moment ago");
        assert!(is_warm(&region.file, 5, 0), "nothing is read for an empty stretch");
        region.file.file().sync_all().unwrap();
        fadvise(region.file.file(), 0, None, Advice::DontNeed).unwrap();
        // Some disks keep all the same; what was dropped is found out.
        if !is_warm(&region.file, 0, region.length) {
            warm(&region.file, 0, region.length).await.unwrap();
            assert!(is_warm(&region.file, 0, region.length) && is_warm(&region.file, 300_000, 4096));
            // Neighbours are read, without anything around them; what lies between has pages in common with both.
            fadvise(region.file.file(), 0, None, Advice::DontNeed).unwrap();
            fadvise(region.file.file(), 0, None, Advice::Random).unwrap();
            let (start, end) = (100_000, 160_000);
            for neighbour in [start - 1, end] {
                region.file.file().read_at(&mut [0], neighbour).unwrap();
            }
            assert!(is_there(&region.file, start) && is_there(&region.file, end - 1));
            // Some file systems read more than a page at once.
            let middle = is_there(&region.file, (start + end) / 2);
            assert_eq!(is_warm(&region.file, start, end - start), middle, "the ends alone prove nothing");
        }
    }
}
