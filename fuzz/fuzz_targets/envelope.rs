//! Any bytes as the body of an RPC message: an envelope that survives a round trip, or an error.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wire_rpc::Envelope;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(envelope) = Envelope::decode(fuzz::message_body(bytes)) {
        let mut written = Vec::new();
        envelope.encode(&mut written).expect("what was read can be written");
        assert_eq!(Envelope::decode(&written), Ok(envelope));
    }
});
