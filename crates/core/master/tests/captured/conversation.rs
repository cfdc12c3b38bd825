//! A captured conversation of a Master with its Workers, drivers and clients, row by row.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use bytes::BytesMut;
use core_master::{MasterConfig, ToPeer};
use model::message::{Reply, ToMaster, ToWorker};
use model::{RpcAddress, WorkerSelectionPolicy};
use wire_deploy::{Message, decode_message, decode_reply};
use wire_rpc::Envelope;
use wire_transport::{Decoder, Frame, Item};

/// A conversation: `fixtures/VERSION/SCENARIO/conversation.tsv`.
pub(crate) struct Conversation {
    folder: PathBuf,
    pub(crate) rows: Vec<Row>,
}

/// One thing that happened.
pub(crate) struct Row {
    pub(crate) time_ms: u64,
    pub(crate) connection: String,
    pub(crate) direction: Direction,
    /// The class of a message, or what was asked for on a page.
    pub(crate) message: String,
    pub(crate) request: Option<i64>,
    file: String,
    /// What is said of an executor was not kept: whom it was said of.
    pub(crate) which: Option<Which>,
}

#[derive(Clone, Copy)]
pub(crate) enum Which {
    /// The first of that Worker that it can be said of.
    Next,
    /// The one of that Worker with a number, as the captured Master's reaction shows.
    Executor(u32),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    ToMaster,
    FromMaster,
    Closed,
    OnPage,
    CutShort,
}

/// What a Master says on a connection: answers are known by their numbers, and may come in any order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Channel<'a> {
    Messages(&'a str),
    Answers(&'a str),
}

/// What a Master said on a connection.
#[derive(Debug)]
pub(crate) struct Said<T> {
    pub(crate) name: String,
    /// Everything in it; none where the capture kept only its name.
    pub(crate) text: T,
}

impl Conversation {
    pub(crate) fn read(version: &str, scenario: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../fixtures").join(version);
        let folder = folder.join(scenario);
        let rows = fs::read_to_string(folder.join("conversation.tsv")).unwrap();
        Self { rows: rows.lines().skip(1).map(Row::parse).collect(), folder }
    }

    /// Whether it ends before the captured one did: the capture has lost something that was said to the Master, or
    /// ours goes on in another way.
    pub(crate) fn is_cut_short(&self) -> bool {
        self.rows.iter().any(|row| row.direction == Direction::CutShort)
    }

    /// What a Master was told that would have led this conversation.
    pub(crate) fn config(&self) -> MasterConfig {
        let registered = self.rows.iter().find(|row| row.message == "RegisteredWorker").unwrap();
        let Message::ToWorker(ToWorker::RegisteredWorker { master, master_web_ui_url, .. }) =
            self.message(registered)
        else {
            panic!("it names the Master")
        };
        MasterConfig {
            address: master.address.unwrap(),
            web_ui_url: master_web_ui_url,
            spread_out: true,
            worker_selection_policy: WorkerSelectionPolicy::default(),
            spread_out_drivers: true,
            max_drivers: usize::MAX,
            application_id_pattern: "app-%s-%04d".parse().unwrap(),
            application_number_modulo: None,
            driver_id_pattern: "driver-%s-%04d".parse().unwrap(),
            use_application_name_as_id: false,
            use_driver_id_as_application_name: false,
            default_cores: i32::MAX as u32,
            worker_timeout_ms: 8_000,
            max_executor_retries: Some(10),
            retained_applications: 200,
            retained_drivers: 200,
            spark_matching: model::SparkMatching::Any,
            refuse_what_never_fits: false,
            remembers: false,
            recovery_timeout_ms: 60_000,
            dead_worker_persistence: 15,
        }
    }

    /// What the captured Master said on each connection, in order; answers by the asker's number.
    pub(crate) fn said_by_master(&self) -> BTreeMap<Channel<'_>, Vec<Said<Option<String>>>> {
        let mut rows: Vec<&Row> = self.rows.iter().collect();
        rows.retain(|row| row.direction == Direction::FromMaster);
        rows.sort_by_key(|row| row.request);
        let mut said: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for row in rows {
            let kept = row.file != "-";
            let text = kept.then(|| match row.request {
                Some(_) => text_of(&self.reply(row)),
                None => match self.message(row) {
                    Message::ToWorker(message) => text_of(&ToPeer::Worker(message)),
                    Message::ToDriver(message) => text_of(&ToPeer::Driver(message)),
                    other => panic!("a Master does not say {other:?}"),
                },
            });
            let (channel, name) = match row.request {
                Some(_) => (Channel::Answers(&row.connection), "answer".to_owned()),
                None => (Channel::Messages(&row.connection), row.message.clone()),
            };
            said.entry(channel).or_default().push(Said { name, text });
        }
        said
    }

    /// What was said to the Master.
    pub(crate) fn to_master(&self, row: &Row) -> (Option<RpcAddress>, ToMaster) {
        let frame = self.frame(row);
        let (Frame::OneWayMessage { body } | Frame::RpcRequest { body, .. }) = &frame else {
            panic!("{} is no message", row.file)
        };
        let envelope = Envelope::decode(body).unwrap();
        match decode_message(envelope.payload).unwrap().0 {
            Message::ToMaster(message) => (envelope.sender, message),
            other => panic!("a Master is not told {other:?}"),
        }
    }

    fn message(&self, row: &Row) -> Message {
        let frame = self.frame(row);
        let Frame::OneWayMessage { body } = &frame else { panic!("{} is no message", row.file) };
        decode_message(Envelope::decode(body).unwrap().payload).unwrap().0
    }

    fn reply(&self, row: &Row) -> Reply {
        let Frame::RpcResponse { body, .. } = self.frame(row) else { panic!("{} is no answer", row.file) };
        decode_reply(&body).unwrap()
    }

    fn frame(&self, row: &Row) -> Frame {
        let mut bytes = BytesMut::from(&fs::read(self.folder.join(&row.file)).unwrap()[..]);
        match Decoder::new(1 << 20).decode(&mut bytes).unwrap() {
            Some(Item::Frame(frame)) => frame,
            _ => panic!("{} holds no frame", row.file),
        }
    }
}

impl Row {
    fn parse(line: &str) -> Self {
        let [time_s, connection, direction, _, message, request, file, which] =
            line.split('\t').collect::<Vec<_>>()[..]
        else {
            panic!("{line}")
        };
        Self {
            time_ms: (time_s.parse::<f64>().unwrap() * 1000.0) as u64,
            connection: connection.into(),
            direction: match direction {
                ">" => Direction::ToMaster,
                "<" => Direction::FromMaster,
                "x" => Direction::Closed,
                "!" => Direction::OnPage,
                "." => Direction::CutShort,
                _ => panic!("{line}"),
            },
            message: message.into(),
            request: request.parse().ok(),
            file: file.into(),
            which: match which {
                "-" => None,
                "next" => Some(Which::Next),
                number => Some(Which::Executor(number.parse().unwrap())),
            },
        }
    }

    /// A field of a form that was sent on a page.
    pub(crate) fn field(&self, name: &str) -> &str {
        let mut fields = self.file.split('&').filter_map(|field| field.split_once('='));
        fields.find(|(one, _)| *one == name).unwrap().1
    }
}

/// Everything in a value, without the moment that stands in ids.
pub(crate) fn text_of(value: &impl std::fmt::Debug) -> String {
    let text = format!("{value:#?}");
    let mut parts = Vec::new();
    for part in text.split('-') {
        let is_moment = part.len() == 14 && part.bytes().all(|letter| letter.is_ascii_digit());
        parts.push(if is_moment { "MOMENT" } else { part });
    }
    parts.join("-")
}
