//! Any bytes as a Java stream: read within the limits or refused; what is read is written back byte for byte.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wire_java::Limits;

fuzz_target!(|bytes: &[u8]| {
    let stream = fuzz::java_stream(bytes);
    if let Ok(graph) = wire_java::read(stream, &Limits::default()) {
        assert_eq!(wire_java::write(&graph).as_slice(), stream);
    }
});
