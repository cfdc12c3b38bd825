//! Finding out which Spark a peer is of, where its messages do not tell it alone.
//!
//! ```text
//!   an endpoint that nobody has ──▶ any JVM       ──▶ RpcFailure: a stack trace, whose lines tell
//!   classes, to be said back    ──▶ driver, Worker ──▶ a question to us with their numbers there
//!   anything                    ──▶ submit client  ──▶ a SparkException, which differs from line to line
//! ```
//!
//! No JVM says a word about any of these in its log (docs/protocol/which-spark.md).

use std::sync::Arc;

use model::message::Reply;
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout_at};
use tracing::debug;
use wire_deploy::{
    Mirror, Releases, encode_mirror, encode_reply, is_trace, origin_of_reply, releases_of_trace,
};

use crate::asks::{Answer, Asker};
use crate::connection::Connection;
use crate::hub::Hub;

/// The endpoint that nobody has. Its name is for whoever finds it in a capture.
pub(crate) const WHICH_SPARK: &str = "hearth-which-spark-are-you";

/// What a peer is, as far as that decides what it can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A driver that was told that its application is registered, or that the Master has changed.
    Driver,
    /// A Worker that was told that it is registered, or that the Master has changed.
    Worker,
    /// What submits a driver and asks for its status (`org.apache.spark.deploy.Client`).
    SubmitClient,
    /// Anybody else.
    Other,
}

impl Hub {
    /// See [`crate::Network::find_releases`].
    pub(crate) fn find_releases(self: &Arc<Self>, connection: &Arc<Connection>, token: u64, role: Role) {
        // An ask that is never sent: whatever ends the asks of a connection ends this one, too.
        match connection.asks().open(Asker::Finder(token)) {
            Ok(number) => {
                let find = Arc::clone(self).find(Arc::clone(connection), number, role);
                self.spawn(find);
            }
            Err(asker) => self.fail_later(connection, asker, "the connection is closed".into()),
        }
    }

    async fn find(self: Arc<Self>, connection: Arc<Connection>, number: i64, role: Role) {
        self.inquire(&connection, role).await;
        // The place in the channel comes first: a `Disconnected` cannot overtake.
        let Ok(place) = self.events().reserve().await else { return };
        let Some(asker) = connection.asks().take(number) else { return };
        if let Some(event) = asker.outcome(&connection, Err(String::new())) {
            place.send(event);
        }
    }

    /// Lets the connection learn what its peer tells when it is asked.
    async fn inquire(self: &Arc<Self>, connection: &Arc<Connection>, role: Role) {
        if connection.is_of_unknown_release() || connection.releases().is_some_and(is_one) {
            return;
        }
        let deadline = Instant::now() + self.config().limits.inquiry_timeout;
        let trace = match self.inquiry(connection, WHICH_SPARK, &any_object(), deadline).await {
            Some(Answer::Failure(text)) if is_trace(&text) => releases_of_trace(&text),
            // No JVM: it could not make anything of the other questions.
            _ => return,
        };
        debug!("{connection} sends a stack trace of Spark {trace}");
        self.inquire_by_role(connection, role, deadline).await;
        // Last, since a trace tells of the netty that a peer runs with, which need not be the one of its Spark: what
        // contradicts serialVersionUIDs is not believed.
        connection.learn_releases(trace);
    }

    async fn inquire_by_role(self: &Arc<Self>, connection: &Arc<Connection>, role: Role, deadline: Instant) {
        // In another family's form its log would have an error.
        let readers = connection.releases();
        match (role, readers) {
            (Role::Driver, Some(readers)) => {
                let classes = encode_mirror(Mirror::Driver, readers);
                self.inquiry(connection, "AppClient", &classes, deadline).await;
            }
            (Role::Worker, Some(readers)) => {
                self.send_payload(connection, "Worker", &encode_mirror(Mirror::Worker, readers));
                let _ = timeout_at(deadline, connection.said_back().notified()).await;
            }
            (Role::SubmitClient, _) => {
                if let Some(Answer::Response(body)) =
                    self.inquiry(connection, "client", &any_object(), deadline).await
                    && let Ok(origin) = origin_of_reply(&body)
                {
                    connection.learn_origin(&origin);
                }
            }
            (Role::Driver | Role::Worker, None) | (Role::Other, _) => {}
        }
    }

    /// Asks, and waits for the answer until the deadline.
    async fn inquiry(
        self: &Arc<Self>,
        connection: &Arc<Connection>,
        endpoint: &str,
        payload: &[u8],
        deadline: Instant,
    ) -> Option<Answer> {
        let (answered, answer) = oneshot::channel();
        let patience = deadline.saturating_duration_since(Instant::now());
        self.ask_payload(connection, Asker::Inquiry(answered), endpoint, payload, patience);
        answer.await.ok()
    }
}

fn is_one(releases: Releases) -> bool {
    releases == releases.newest()
}

/// An object that every JVM has in the same form.
fn any_object() -> Vec<u8> {
    encode_reply(&Reply::Boolean(true), Releases::all())
}
