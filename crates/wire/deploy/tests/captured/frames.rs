//! The captured frames of `fixtures/`.

use std::fs;
use std::path::{Path, PathBuf};

use bytes::{Bytes, BytesMut};
use wire_deploy::Family;
use wire_rpc::Envelope;
use wire_transport::{Decoder, Frame, Item};

/// One line of `fixtures/index.tsv`.
pub(crate) struct Captured {
    pub(crate) version: String,
    pub(crate) endpoint: String,
    pub(crate) class: String,
    pub(crate) file: String,
}

impl Captured {
    /// The family of the Spark that sent it.
    pub(crate) fn family(&self) -> Family {
        if self.version.starts_with('3') { Family::Scala212 } else { Family::Scala213 }
    }

    /// The one frame of the file.
    pub(crate) fn frame(&self) -> Frame {
        let mut frames = frames_of(&fixtures().join(&self.file));
        assert_eq!(frames.len(), 1, "{}", self.file);
        frames.remove(0)
    }

    /// The Java stream in it.
    pub(crate) fn said(&self) -> Said {
        said(self.frame()).unwrap_or_else(|| panic!("{} holds no Java stream", self.file))
    }
}

/// A Java stream, by what it is for.
pub(crate) enum Said {
    /// A request or one-way message, to an endpoint.
    Message { endpoint: String, stream: Bytes },
    /// An answer.
    Reply { stream: Bytes },
}

pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../fixtures")
}

/// All captured frames that carry a Java object.
pub(crate) fn captured() -> Vec<Captured> {
    let index = fs::read_to_string(fixtures().join("index.tsv")).unwrap();
    let rows = index.lines().skip(1).map(|row| {
        let [version, _, _, _, _, endpoint, class, file] = row.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{row}")
        };
        let class = class.split('=').next().unwrap_or_default();
        Captured {
            version: version.into(),
            endpoint: endpoint.into(),
            class: class.into(),
            file: file.into(),
        }
    });
    rows.filter(|captured| captured.class.contains('.')).collect()
}

/// The frames of a file, which holds nothing else.
pub(crate) fn frames_of(file: &Path) -> Vec<Frame> {
    let mut bytes = BytesMut::from(&fs::read(file).unwrap()[..]);
    let mut decoder = Decoder::new(1 << 20);
    let mut frames = Vec::new();
    while let Some(Item::Frame(frame)) = decoder.decode(&mut bytes).unwrap() {
        frames.push(frame);
    }
    assert!(bytes.is_empty(), "{} ends in the middle of a frame", file.display());
    frames
}

/// The Java stream in a frame, if it has one.
pub(crate) fn said(frame: Frame) -> Option<Said> {
    match frame {
        Frame::RpcRequest { body, .. } | Frame::OneWayMessage { body } => {
            let Envelope { endpoint, payload, .. } = Envelope::decode(&body).ok()?;
            Some(Said::Message { stream: body.slice_ref(payload), endpoint })
        }
        Frame::RpcResponse { body, .. } => Some(Said::Reply { stream: body }),
        _ => None,
    }
}
