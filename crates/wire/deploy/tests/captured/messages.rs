//! Messages and answers of whole sessions between real drivers, Workers, clients and Masters.

use std::collections::BTreeSet;

use model::message::{ToDriver, ToWorker};
use wire_deploy::{Family, Message, decode_message, decode_reply, encode_message, encode_reply};

use crate::frames::{Said, captured};

const FAMILIES: [Family; 2] = [Family::Scala212, Family::Scala213];

#[test]
fn every_captured_message_decodes_and_tells_its_family() {
    let mut decoded = BTreeSet::new();
    for captured in captured() {
        match captured.said() {
            Said::Message { stream, endpoint } => {
                let (message, origin) =
                    decode_message(&stream).unwrap_or_else(|error| panic!("{}: {error}", captured.file));
                assert_eq!(origin.family(), Some(captured.family()), "{}", captured.file);
                assert!(
                    origin.releases.versions().any(|version| version == captured.version),
                    "{}: {}",
                    captured.file,
                    origin.releases
                );
                assert_eq!(origin.unknown, None, "{}", captured.file);
                assert!(captured.endpoint.starts_with(&endpoint), "{}", captured.file);
                let recipient = match &message {
                    Message::CheckExistence { .. } => "endpoint-verifier",
                    Message::ToMaster(_) => "Master",
                    // One class for both.
                    Message::ToWorker(ToWorker::MasterChanged { .. }) => &endpoint,
                    Message::ToWorker(_) => "Worker",
                    Message::ToDriver(_) => "AppClient",
                };
                assert_eq!(recipient, endpoint, "{}", captured.file);
            }
            Said::Reply { stream } => {
                decode_reply(&stream).unwrap_or_else(|error| panic!("{}: {error}", captured.file));
            }
        }
        decoded.insert(captured.class);
    }
    assert_eq!(decoded.len(), 34, "{decoded:#?}");
}

#[test]
fn what_is_written_again_says_the_same_in_both_families() {
    for captured in captured() {
        for family in FAMILIES {
            match captured.said() {
                Said::Message { stream, .. } => {
                    let (message, _) = decode_message(&stream).unwrap();
                    let written = encode_message(&message, family);
                    let (again, origin) = decode_message(&written).unwrap();
                    assert_eq!((again, origin.family()), (message, Some(family)), "{}", captured.file);
                }
                Said::Reply { stream } => {
                    let reply = decode_reply(&stream).unwrap();
                    let written = encode_reply(&reply, family);
                    assert_eq!(decode_reply(&written).unwrap(), reply, "{}", captured.file);
                }
            }
        }
    }
}

/// What is read of each class, word by word, as a person checked it against the capture.
#[test]
fn what_captured_messages_mean() {
    for version in ["3.5.7", "4.3.0"] {
        let mut seen = BTreeSet::new();
        let mut meanings = String::new();
        for captured in captured() {
            if captured.version != version || !seen.insert(captured.class.clone()) {
                continue;
            }
            let meaning = match captured.said() {
                Said::Message { stream, .. } => format!("{:#?}", decode_message(&stream).unwrap().0),
                Said::Reply { stream } => format!("{:#?}", decode_reply(&stream).unwrap()),
            };
            meanings.push_str(&format!("{}\n{meaning}\n\n", captured.file));
        }
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(format!("meanings-{version}"), meanings);
        });
    }
}

#[test]
fn a_message_to_a_driver_about_the_new_leader_is_the_same_as_to_a_worker() {
    let captured =
        captured().into_iter().find(|captured| captured.class.ends_with("$MasterChanged")).unwrap();
    let Said::Message { stream, .. } = captured.said() else { panic!("{}", captured.file) };
    let (Message::ToWorker(ToWorker::MasterChanged { master, master_web_ui_url }), _) =
        decode_message(&stream).unwrap()
    else {
        panic!("{}", captured.file)
    };
    let to_worker =
        ToWorker::MasterChanged { master: master.clone(), master_web_ui_url: master_web_ui_url.clone() };
    let to_driver = ToDriver::MasterChanged { master, master_web_ui_url };
    for family in FAMILIES {
        assert_eq!(
            encode_message(&Message::ToWorker(to_worker.clone()), family),
            encode_message(&Message::ToDriver(to_driver.clone()), family)
        );
    }
}

#[test]
fn captured_streams_with_any_one_byte_changed_are_decoded_or_refused_in_words() {
    for captured in captured().into_iter().step_by(11) {
        let (Said::Message { stream, .. } | Said::Reply { stream }) = captured.said();
        for at in (0..stream.len()).step_by(3) {
            let mut changed = stream.to_vec();
            changed[at] = changed[at].wrapping_add(1 + (at % 255) as u8);
            for text in [
                decode_message(&changed).err().map(|error| error.to_string()),
                decode_reply(&changed).err().map(|error| error.to_string()),
            ] {
                assert_ne!(text.as_deref(), Some(""), "{} with byte {at} changed", captured.file);
            }
        }
    }
}
