//! What JVM Masters wrote down for the Masters after them.

use std::path::Path;

use model::{ApplicationId, WorkerId};
use wire_deploy::{DecodeError, Leftover, Releases, decode_leftover};

fn leftovers(version: &str) -> Vec<(String, Vec<u8>)> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../fixtures");
    let folder = fixtures.join(version).join("recovery/recovery-dir");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let mut read: Vec<_> = files
        .map(|file| (file.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read(&file).unwrap()))
        .collect();
    read.sort();
    read
}

#[test]
fn every_file_of_a_recovery_directory_is_read() {
    for version in ["3.4.4", "3.5.7", "4.0.5", "4.3.0"] {
        let read: Vec<_> = leftovers(version)
            .into_iter()
            .map(|(name, bytes)| (name, decode_leftover(&bytes).unwrap_or_else(|error| panic!("{error}"))))
            .collect();
        let [(one, first), (two, second), (third, driver), (fourth, worker)] = &read[..] else {
            panic!("{version}: {read:?}");
        };
        for (name, application) in [(one, first), (two, second)] {
            let Leftover::Application(application) = application else { panic!("{name}: {application:?}") };
            assert_eq!(application.id, ApplicationId::new(name.strip_prefix("app_").unwrap()));
            assert_eq!(application.description.max_cores, Some(1));
            assert_eq!(application.description.default_profile.executor_memory_mib(), Some(512));
            assert_eq!(application.driver.name, "AppClient");
            assert!(application.driver.address.is_some() && application.submitted_ms > 1_700_000_000_000);
            assert_eq!(application.totals, None);
            assert!(application.next_executor > 1, "a number that an executor had could come again");
            assert_writer(&application.dialect.0, version);
        }
        let Leftover::Driver(driver) = driver else { panic!("{third}: {driver:?}") };
        assert_eq!(format!("driver_{}", driver.id), *third);
        assert_eq!((driver.description.cores, driver.description.memory_mib), (1, 512));
        assert_eq!(driver.worker, None);
        let Leftover::Worker(worker) = worker else { panic!("{fourth}: {worker:?}") };
        let said = &worker.registration;
        assert_eq!(said.id, WorkerId::new(fourth.strip_prefix("worker_").unwrap()));
        assert_eq!((said.cores, said.memory_mib, said.port), (4, 4096, 7078));
        assert_eq!(said.web_ui_url, format!("http://{}:8081", said.host));
        assert!(said.resources.is_empty() && said.sparks.is_empty());
        assert_writer(&worker.dialect.0, version);
    }
}

/// Later Masters write to a peer as to those releases that its record tells.
fn assert_writer(dialect: &str, version: &str) {
    let releases = Releases::listed(dialect);
    assert!(releases.versions().any(|one| one == version), "{version} is not in {dialect}");
    assert_eq!(releases.family(), Releases::named(version).unwrap().family());
}

#[test]
fn what_is_no_record_of_a_master_is_an_error() {
    let (_, bytes) = leftovers("3.5.7").pop().unwrap();
    for length in 0..bytes.len() {
        decode_leftover(&bytes[..length]).unwrap_err();
    }
    // What `spark.deploy.recoveryCompressionCodec` or Kryo makes.
    decode_leftover(&[0x28, 0xb5, 0x2f, 0xfd, 0x24, 0x00, 0x01, 0x00]).unwrap_err();
    let text = [b"\xac\xed\x00\x05t\x00\x04", "text".as_bytes()].concat();
    let error = decode_leftover(&text).unwrap_err();
    assert!(matches!(error, DecodeError::Malformed { .. }), "{error}");
}
