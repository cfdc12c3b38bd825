//! Any bytes as an object of the recovery log, and its name: understood or refused; what is understood can be said again
//! and means the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use model::ObjectName;
use wire_journal::{Damage, MalformedObject, decode, describe_entry, encode, parse_name};

fuzz_target!(|bytes: &[u8]| {
    if let Some(name) = std::str::from_utf8(bytes).ok().and_then(parse_name) {
        assert_eq!(name.to_string().as_bytes(), bytes);
    }
    // No mutation hits a checksum: the object is closed here.
    let sum = crc32c::crc32c(bytes);
    let lines = bytes.iter().filter(|byte| **byte == b'\n').count();
    let closed = [bytes, format!("{{\"lines\":{lines},\"crc32c\":\"{sum:08x}\"}}\n").as_bytes()].concat();
    for object in [bytes, &closed] {
        let entry = match decode(ObjectName::entry(1, 2), object) {
            Err(MalformedObject { damage: Damage::Name { written }, .. }) => decode(written, object),
            found => found,
        };
        let Ok(entry) = entry else { continue };
        assert_eq!(decode(entry.name, &encode(&entry)).as_ref(), Ok(&entry));
        assert_eq!(describe_entry(&entry).lines().count(), entry.changes.len() + 1);
    }
});
