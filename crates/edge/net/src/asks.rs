//! The questions on one connection that wait for their answers.

use std::collections::HashMap;
use std::sync::Mutex;

use bytes::Bytes;
use model::message::Reply;
use tokio::sync::oneshot;
use tokio::task::AbortHandle;
use wire_deploy::decode_reply;

use crate::NetEvent;
use crate::connection::Connection;
use crate::hub::lock;

/// An answer as it stands in its frame.
#[derive(Debug)]
pub(crate) enum Answer {
    /// A Java stream.
    Response(Bytes),
    /// A Java stack trace, or whatever else the peer's RPC system says.
    Failure(String),
}

impl Answer {
    /// What it says.
    fn reply(&self) -> Result<Reply, String> {
        match self {
            Self::Response(body) => decode_reply(body).map_err(|error| error.to_string()),
            // The rest is the trace.
            Self::Failure(error) => Err(error.lines().next().unwrap_or_default().to_owned()),
        }
    }
}

/// Who asked.
#[derive(Debug)]
pub(crate) enum Asker {
    /// The daemon, by its token.
    Owner(u64),
    /// A dial that verifies its endpoint.
    Dial(oneshot::Sender<Result<Reply, String>>),
    /// One of the questions by which a peer's release is found; hears nothing where there is no answer.
    Inquiry(oneshot::Sender<Answer>),
    /// The daemon that wants to know that release, by its token: a question to ourselves.
    Finder(u64),
}

impl Asker {
    /// Hands over an answer of the peer; what the owner has to hear of it.
    pub(crate) fn answered(self, connection: &Connection, answer: Answer) -> Option<NetEvent> {
        match self {
            Self::Inquiry(waiting) => {
                let _ = waiting.send(answer);
                None
            }
            asker => asker.outcome(connection, answer.reply()),
        }
    }

    /// Hands over how the question ended; what the owner has to hear of it.
    pub(crate) fn outcome(self, connection: &Connection, reply: Result<Reply, String>) -> Option<NetEvent> {
        let peer = connection.peer();
        match self {
            Self::Owner(token) => Some(NetEvent::Answered { peer, token, reply }),
            Self::Finder(token) => {
                Some(NetEvent::ReleasesFound { peer, token, releases: connection.known_releases() })
            }
            Self::Dial(waiting) => {
                let _ = waiting.send(reply);
                None
            }
            Self::Inquiry(_) => None,
        }
    }
}

#[derive(Debug)]
struct OpenAsk {
    asker: Asker,
    timer: Option<AbortHandle>,
}

impl OpenAsk {
    fn settle(self) -> Asker {
        if let Some(timer) = self.timer {
            timer.abort();
        }
        self.asker
    }
}

/// Open asks by the number that stands in their frames; none once the connection has ended.
#[derive(Debug)]
pub(crate) struct Asks(Mutex<Option<HashMap<i64, OpenAsk>>>);

impl Asks {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Some(HashMap::new())))
    }

    /// Numbers an ask at random, as Spark does; gives the asker back when the connection has ended.
    pub(crate) fn open(&self, asker: Asker) -> Result<i64, Asker> {
        let mut guard = lock(&self.0);
        let Some(open) = guard.as_mut() else { return Err(asker) };
        let mut request = fastrand::i64(1..);
        while open.contains_key(&request) {
            request = fastrand::i64(1..);
        }
        open.insert(request, OpenAsk { asker, timer: None });
        Ok(request)
    }

    /// `timer` is aborted when the ask is settled, which may have happened already.
    pub(crate) fn set_timer(&self, request: i64, timer: AbortHandle) {
        match lock(&self.0).as_mut().and_then(|open| open.get_mut(&request)) {
            Some(ask) => ask.timer = Some(timer),
            None => timer.abort(),
        }
    }

    /// Takes an open ask, to settle it.
    pub(crate) fn take(&self, request: i64) -> Option<Asker> {
        lock(&self.0).as_mut()?.remove(&request).map(OpenAsk::settle)
    }

    /// Whether no ask is open.
    pub(crate) fn is_empty(&self) -> bool {
        lock(&self.0).as_ref().is_none_or(HashMap::is_empty)
    }

    /// Takes all open asks; none can be opened from now on.
    pub(crate) fn close(&self) -> Vec<Asker> {
        let open = lock(&self.0).take().unwrap_or_default();
        open.into_values().map(OpenAsk::settle).collect()
    }
}
