//! Whether what lies on a disk is what was written (`ShuffleChecksumHelper.diagnoseCorruption`, 3.5).

use std::io;
use std::os::unix::fs::FileExt;

use wire_shuffle::CorruptionCause;

use crate::files::Region;
use crate::folder::{self, Location};

/// How much is read at once.
const PIECE_BYTES: usize = 64 << 10;

/// How a checksum is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// `java.util.zip.Adler32`
    Adler32,
    /// `java.util.zip.CRC32`
    Crc32,
    /// `java.util.zip.CRC32C`
    Crc32c,
}

impl Algorithm {
    /// By Spark's name for it.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "ADLER32" => Some(Self::Adler32),
            "CRC32" => Some(Self::Crc32),
            "CRC32C" => Some(Self::Crc32c),
            _ => None,
        }
    }

    /// Of a stretch of a file. Waits for disks.
    fn of(self, region: &Region) -> io::Result<u32> {
        match self {
            Self::Adler32 => {
                let mut adler = adler2::Adler32::new();
                each_piece(region, |piece| adler.write_slice(piece))?;
                Ok(adler.checksum())
            }
            Self::Crc32 => {
                let mut crc = crc32fast::Hasher::new();
                each_piece(region, |piece| crc.update(piece))?;
                Ok(crc.finalize())
            }
            Self::Crc32c => {
                let mut crc = 0;
                each_piece(region, |piece| crc = crc32c::crc32c_append(crc, piece))?;
                Ok(crc)
            }
        }
    }
}

fn each_piece(region: &Region, mut with: impl FnMut(&[u8])) -> io::Result<()> {
    let mut piece = vec![0; PIECE_BYTES];
    let (mut offset, mut left) = (region.offset, region.length);
    while left > 0 {
        let length = usize::try_from(left).map_or(PIECE_BYTES, |left| left.min(PIECE_BYTES));
        region.file.file().read_exact_at(&mut piece[..length], offset)?;
        with(&piece[..length]);
        offset += length as u64;
        left -= length as u64;
    }
    Ok(())
}

/// What damaged a block: compares the writer's checksum, that of the disk and the reader's. Waits for disks.
pub fn diagnose(
    algorithm: &str,
    checksums: &Location,
    reduce: i32,
    region: &Region,
    of_reader: i64,
) -> CorruptionCause {
    let Some(algorithm) = Algorithm::named(algorithm) else {
        return CorruptionCause::UnsupportedChecksumAlgorithm;
    };
    let compared = || -> io::Result<CorruptionCause> {
        let place = u64::try_from(reduce).map_err(io::Error::other)? * 8;
        let mut of_writer = [0; 8];
        folder::open(checksums)?.0.read_exact_at(&mut of_writer, place)?;
        let (of_writer, of_disk) = (i64::from_be_bytes(of_writer), i64::from(algorithm.of(region)?));
        Ok(if of_writer != of_disk {
            CorruptionCause::DiskIssue
        } else if of_writer != of_reader {
            CorruptionCause::NetworkIssue
        } else {
            CorruptionCause::ChecksumVerifyPass
        })
    };
    compared().unwrap_or_else(|error| {
        tracing::warn!(
            target: "ShuffleService",
            "Unable to diagnose shuffle block corruption by {}: {error}", checksums.path().display()
        );
        CorruptionCause::UnknownIssue
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::files::open_file;

    /// Of "123456789", as the standards give them.
    const KNOWN: [(&str, i64); 3] =
        [("ADLER32", 0x091e_01de), ("CRC32", 0xcbf4_3926), ("CRC32C", 0xe306_9283)];

    #[test]
    fn the_cause_is_told_by_each_algorithm() {
        let folder = tempfile::tempdir().unwrap();
        let local_dir = folder.path().canonicalize().unwrap();
        fs::create_dir(local_dir.join("00")).unwrap();
        let at =
            |name: &str| Location { local_dir: local_dir.clone(), sub_dir: "00".into(), name: name.into() };
        fs::write(at("data").path(), "123456789").unwrap();
        let region = open_file(&at("data")).unwrap();
        for (algorithm, sum) in KNOWN {
            let sums: Vec<u8> = [1, sum].iter().flat_map(|sum: &i64| sum.to_be_bytes()).collect();
            fs::write(at("sums").path(), sums).unwrap();
            let cause = |reduce, of_reader| diagnose(algorithm, &at("sums"), reduce, &region, of_reader);
            assert_eq!(cause(1, sum), CorruptionCause::ChecksumVerifyPass, "{algorithm}");
            assert_eq!(cause(1, 5), CorruptionCause::NetworkIssue, "{algorithm}");
            assert_eq!(cause(0, 1), CorruptionCause::DiskIssue, "{algorithm}");
            assert_eq!(cause(2, 1), CorruptionCause::UnknownIssue, "{algorithm}");
            assert_eq!(cause(-1, 1), CorruptionCause::UnknownIssue, "{algorithm}");
        }
        let unsupported = diagnose("MD5", &at("sums"), 0, &region, 1);
        assert_eq!(unsupported, CorruptionCause::UnsupportedChecksumAlgorithm);
        assert_eq!(diagnose("CRC32", &at("gone"), 0, &region, 1), CorruptionCause::UnknownIssue);
    }
}
