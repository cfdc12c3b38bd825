//! Files of map tasks, whole and damaged, and a cache that stays within its bound.

use std::fs;

use super::*;

struct Stand {
    folder: tempfile::TempDir,
}

impl Stand {
    fn new() -> Self {
        let stand = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(stand.folder.path().join("00")).unwrap();
        stand
    }

    fn at(&self, name: &str) -> Location {
        let local_dir = self.folder.path().canonicalize().unwrap();
        Location { local_dir, sub_dir: "00".into(), name: name.into() }
    }

    fn write(&self, name: &str, offsets: &[u64], data: &[u8]) -> (Location, Location) {
        let (index, file) = (self.at(&format!("{name}.index")), self.at(&format!("{name}.data")));
        let bytes: Vec<u8> = offsets.iter().flat_map(|offset| offset.to_be_bytes()).collect();
        fs::write(index.path(), bytes).unwrap();
        fs::write(file.path(), data).unwrap();
        (index, file)
    }
}

fn content(region: &Region) -> Vec<u8> {
    let mut bytes = vec![0; region.length as usize];
    region.file.file().read_exact_at(&mut bytes, region.offset).unwrap();
    bytes
}

#[test]
fn a_block_is_found_by_its_index() {
    let stand = Stand::new();
    let (index, data) = stand.write("a", &[0, 3, 3, 8], b"oneeight");
    let files = open_map_files(&index, &data).unwrap();
    assert_eq!(content(&files.region(0, 1).unwrap()), b"one");
    assert_eq!(content(&files.region(1, 2).unwrap()), b"");
    assert_eq!(content(&files.region(0, 3).unwrap()), b"oneeight");
    let error = files.region(3, 4).unwrap_err().to_string();
    assert!(error.contains("a.index: the index file knows 3 reducers"), "{error}");
}

#[test]
fn a_long_index_is_read_where_it_lies() {
    let stand = Stand::new();
    let mut offsets: Vec<u64> = vec![0; (LONGEST_INDEX_BYTES / 8) as usize + 2];
    *offsets.last_mut().unwrap() = 4;
    let last = offsets.len() as i32 - 2;
    let (index, data) = stand.write("a", &offsets, b"last");
    let files = open_map_files(&index, &data).unwrap();
    assert!(!files.is_in_memory());
    assert_eq!(content(&files.region(last, last + 1).unwrap()), b"last");
    assert_eq!(files.region(5, 6).unwrap().length, 0);
}

#[test]
fn what_is_damaged_or_gone_is_named() {
    let stand = Stand::new();
    let (index, data) = stand.write("a", &[0, 3], b"on");
    let error = open_map_files(&index, &data).unwrap().region(0, 1).unwrap_err().to_string();
    assert!(error.contains("leads from byte 0 to byte 3 of 2"), "{error}");
    fs::write(index.path(), [0; 13]).unwrap();
    let error = open_map_files(&index, &data).unwrap_err().to_string();
    assert!(error.contains("a.index: the index file has 13 bytes"), "{error}");
    fs::write(index.path(), [0; 16]).unwrap();
    fs::remove_file(data.path()).unwrap();
    let error = open_map_files(&index, &data).unwrap_err().to_string();
    assert!(error.starts_with("Failed to open file: ") && error.contains("a.data: No such file"), "{error}");
    let error = open_file(&stand.at("rdd_0_0")).unwrap_err().to_string();
    assert!(error.contains("rdd_0_0: No such file"), "{error}");
}

#[test]
fn the_cache_stays_within_its_bound_and_forgets() {
    let stand = Stand::new();
    let (index, data) = stand.write("a", &[0; 64], b"");
    let cache = FileCache::new(20 * ENTRY_BYTES);
    let key = |registration, map| MapKey { registration, shuffle: 0, map };
    for map in 0..200 {
        cache.insert(key(1, map), Arc::new(open_map_files(&index, &data).unwrap()));
        assert!(cache.usage().bytes <= 20 * ENTRY_BYTES, "{:?}", cache.usage());
    }
    assert!(cache.usage().files >= 10, "{:?}", cache.usage());
    cache.insert(key(2, 0), Arc::new(open_map_files(&index, &data).unwrap()));
    cache.forget(1);
    assert_eq!(cache.usage().files, 1);
    assert!(cache.get(&key(2, 0)).is_some() && cache.get(&key(1, 199)).is_none());
    assert_eq!((cache.usage().hits, cache.usage().misses), (1, 1));
    cache.sweep(60_000);
    assert_eq!(cache.usage().files, 1, "what was used a moment ago stays");
    cache.sweep(0);
    assert_eq!(cache.usage().files, 0);
}
