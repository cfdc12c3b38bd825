//! Any bytes as a path and as the body of a submission, for the oldest and the newest rules: an answer or a driver.
#![no_main]

use libfuzzer_sys::fuzz_target;
use model::RpcAddress;
use web::submission::{Route, SubmissionConfig, Submissions};

fuzz_target!(|bytes: &[u8]| {
    for spark_version in ["3.4.4", "4.3.0"] {
        let submissions = Submissions::new(SubmissionConfig {
            spark_version: spark_version.to_owned(),
            master: RpcAddress::new("master", 7077),
            port: 6066,
            environment: vec![("NAME".to_owned(), "value".to_owned())],
            allowed_resources: Vec::new(),
            max_body_bytes: 1 << 20,
        });
        let path = format!("/{}", String::from_utf8_lossy(bytes));
        for method in ["GET", "POST"] {
            if let Route::Answer(answer) = submissions.route(method, &path) {
                assert!((200..600).contains(&answer.status));
            }
        }
        if let Err(answer) = submissions.create(bytes) {
            assert!(matches!(answer.status, 400 | 500));
        }
    }
});
