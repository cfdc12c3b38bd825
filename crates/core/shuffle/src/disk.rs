//! Where an executor's files lie: names, and the directory that a name's hash leads to.

use std::path::Path;

use crate::Refusal;

/// A file: below a local directory, in one of its subdirectories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// The local directory.
    pub local_dir: &'a Path,
    /// The subdirectory, such as `0c`.
    pub sub_dir: String,
    /// The file.
    pub name: &'a str,
}

/// The index of what a map task wrote.
pub fn index_file(shuffle: i32, map: i64) -> String {
    format!("shuffle_{shuffle}_{map}_0.index")
}

/// The data of what a map task wrote.
pub fn data_file(shuffle: i32, map: i64) -> String {
    format!("shuffle_{shuffle}_{map}_0.data")
}

/// The checksums of what a map task wrote (`ShuffleChecksumHelper.getChecksumFileName`, 3.4).
pub fn checksum_file(shuffle: i32, map: i64, algorithm: &str) -> String {
    format!("shuffle_{shuffle}_{map}_0.checksum.{algorithm}")
}

/// A block of an RDD on a disk.
pub fn rdd_file(rdd: i32, split: i32) -> String {
    format!("rdd_{rdd}_{split}")
}

/// The algorithms by whose names files of checksums end (`ShuffleChecksumHelper`, 4.3).
const ALGORITHMS: [&str; 3] = ["ADLER32", "CRC32", "CRC32C"];

/// Whether a file is kept when its executor has ended: the service gives it out
/// (`ExternalShuffleBlockResolver.deleteNonShuffleServiceServedFiles`, 3.5), or tells by it what damaged a block. Spark's
/// own removes checksums, and then knows no cause.
pub fn is_served(name: &str, fetches_rdds: bool) -> bool {
    name.ends_with(".index")
        || name.ends_with(".data")
        || name.starts_with("shuffle_") && name.contains(".checksum.")
        || (fetches_rdds && name.starts_with("rdd_"))
}

/// The files that are of no use any more when one was removed: the checksums of a data file, of which its client does not know.
pub fn left_behind(name: &str) -> Vec<String> {
    let Some(of) = name.strip_suffix(".data").filter(|of| of.starts_with("shuffle_")) else {
        return Vec::new();
    };
    ALGORITHMS.iter().map(|algorithm| format!("{of}.checksum.{algorithm}")).collect()
}

/// A name of one file in one directory.
///
/// # Errors
/// When it is none (`ExternalShuffleBlockResolver.validateBlockId`, 4.3).
pub fn plain_name(name: &str) -> Result<&str, Refusal> {
    const LONGEST: usize = 255;
    let is_plain = !name.is_empty()
        && name.len() <= LONGEST
        && name != "."
        && name != ".."
        && !name.contains(['/', '\\', '\0']);
    if is_plain { Ok(name) } else { Err(Refusal::BlockName(name.chars().take(LONGEST).collect())) }
}

/// `ExecutorDiskUtils.getFilePath` (3.5). `local_dirs` must not be empty, and there is at least one subdirectory.
pub(crate) fn place<'a>(local_dirs: &'a [Box<Path>], sub_dirs: u32, name: &'a str) -> Place<'a> {
    let hash = non_negative_hash(name);
    let dirs = local_dirs.len() as u32;
    let local_dir = &*local_dirs[(hash % dirs) as usize];
    Place { local_dir, sub_dir: format!("{:02x}", hash / dirs % sub_dirs), name }
}

/// `JavaUtils.nonNegativeHash` of a `String` (3.5).
fn non_negative_hash(text: &str) -> u32 {
    let hash =
        text.encode_utf16().fold(0_i32, |hash, unit| hash.wrapping_mul(31).wrapping_add(i32::from(unit)));
    if hash == i32::MIN { 0 } else { hash.unsigned_abs() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `java.lang.String.hashCode` gives them.
    #[test]
    fn a_name_is_hashed_as_java_does() {
        assert_eq!(non_negative_hash(""), 0);
        assert_eq!(non_negative_hash("a"), 97);
        assert_eq!(non_negative_hash("shuffle_0_0_0.data"), 581_811_660);
        assert_eq!(non_negative_hash("shuffle_12_8589934592_0.index"), 581_478_369, "of a negative one");
        assert_eq!(non_negative_hash("polygenelubricants"), 0, "whose hash is the least int");
    }

    #[test]
    fn files_are_spread_over_directories() {
        let dirs: Vec<Box<Path>> = vec![Path::new("/a").into(), Path::new("/b").into()];
        // The hash of "a" is 97: directory 97 % 2, subdirectory 97 / 2 % 64.
        let found = place(&dirs, 64, "a");
        assert_eq!(found, Place { local_dir: Path::new("/b"), sub_dir: "30".into(), name: "a" });
        // The hash of "\t" is 9: subdirectory 9 / 2 % 64 = 4.
        assert_eq!(place(&dirs, 64, "\t").sub_dir, "04");
    }

    #[test]
    fn a_name_that_leads_elsewhere_is_none() {
        for name in ["", ".", "..", "/etc/passwd", "../x", "a/b", "a\\b", "a\0b"] {
            assert_eq!(plain_name(name), Err(Refusal::BlockName(name.into())));
        }
        assert!(plain_name(&"x".repeat(256)).is_err());
        assert_eq!(plain_name("shuffle_0_1_0.data"), Ok("shuffle_0_1_0.data"));
    }

    #[test]
    fn what_the_service_gives_out_is_kept() {
        assert!(is_served("shuffle_0_1_0.data", false) && is_served("shuffle_0_1_0.index", false));
        assert!(is_served("shuffle_0_1_0.checksum.ADLER32", false) && !is_served("temp_shuffle_1", true));
        assert_eq!(left_behind("shuffle_0_1_0.data")[1], checksum_file(0, 1, "CRC32"));
        assert!(left_behind("shuffle_0_1_0.index").is_empty() && left_behind("rdd_1.data").is_empty());
        assert!(is_served("rdd_1_2", true) && !is_served("rdd_1_2", false));
    }
}
