//! Deploy messages as they stand on the wire, in both Scala families, to and from the `model`.
//!
//! ```text
//!   bytes ── wire_java::read ──► object graph ── decode/ ──► model::message
//!   bytes ◄── wire_java::write ── object graph ◄── encode/ ── model::message
//!                                                    ▲
//!                            schema/*.tsv: serialVersionUIDs and fields, one table per family
//! ```
//!
//! Decoding never checks a serialVersionUID that it does not need: it goes by the names of classes and fields. Encoding
//! writes the plainest form that every release of a family accepts, e.g. any sequence as a `List`.

mod decode;
mod encode;
mod error;
mod schema;

use model::message::{Reply, ToDriver, ToMaster, ToWorker};

pub use error::{DecodeError, Incompatible};

/// The two families of Java forms and serialVersionUIDs that Spark 3.4 to 4.3 speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// Scala 2.12: Spark 3.4 and 3.5.
    Scala212,
    /// Scala 2.13: Spark 4.0 to 4.3.
    Scala213,
}

/// What a request or one-way message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// To `endpoint-verifier`: does this endpoint exist? Answered with [`Reply::Boolean`].
    CheckExistence {
        /// The endpoint's name.
        name: String,
    },
    /// To a Master.
    ToMaster(ToMaster),
    /// To a Worker.
    ToWorker(ToWorker),
    /// To a driver's `AppClient`.
    ToDriver(ToDriver),
}

/// Decodes the Java stream of a request or one-way message. The family is that of the top-level class's
/// serialVersionUID; none when both families share it. Where that is of neither family, it is the one that the other
/// classes of the message tell.
///
/// `MasterChanged` is one class for Workers and drivers alike; it decodes as [`ToWorker::MasterChanged`].
///
/// # Errors
/// See [`DecodeError`]; nothing that the bytes say makes it panic or allocate without bound.
pub fn decode_message(stream: &[u8]) -> Result<(Message, Option<Family>), DecodeError> {
    decode::message(stream)
}

/// Encodes a message as a Java stream that every Spark of that family reads.
pub fn encode_message(message: &Message, family: Family) -> Vec<u8> {
    encode::message(message, family)
}

/// Decodes the Java stream of an answer; an `RpcFailure` becomes [`Reply::Failure`].
///
/// # Errors
/// As [`decode_message`].
pub fn decode_reply(stream: &[u8]) -> Result<Reply, DecodeError> {
    decode::reply(stream)
}

/// Encodes an answer as a Java stream; [`Reply::Failure`] becomes Spark's `RpcFailure` with a
/// `java.lang.Exception`, which any JVM can load.
pub fn encode_reply(reply: &Reply, family: Family) -> Vec<u8> {
    encode::reply(reply, family)
}
