//! Any bytes as a stack trace: it tells some releases or none, and words around it change nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wire_deploy::{Releases, is_trace, releases_of_trace};

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(fuzz::failure_text(bytes));
    let told = releases_of_trace(&text);
    assert_eq!(told.and(Releases::all()), told);
    assert!(is_trace(&text) || told == Releases::all());
    // Another line more is read to the same end, as long as all of them are read.
    if text.lines().count() < 200 {
        assert_eq!(releases_of_trace(&format!("{text}\nCaused by: nothing")), told);
        assert_eq!(releases_of_trace(&format!("java.lang.Exception\n{text}")), told);
    }
});
