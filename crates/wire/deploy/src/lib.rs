//! Deploy messages as they stand on the wire, in both Scala families, to and from the `model`.

use model::message::{Reply, ToDriver, ToMaster, ToWorker};

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
/// serialVersionUID; none when both families share it.
///
/// # Errors
/// See [`DecodeError`]; nothing that the bytes say makes it panic or allocate without bound.
pub fn decode_message(_stream: &[u8]) -> Result<(Message, Option<Family>), DecodeError> {
    Err(DecodeError)
}

/// Encodes a message as a Java stream that every Spark of that family reads.
pub fn encode_message(_message: &Message, _family: Family) -> Vec<u8> {
    Vec::new()
}

/// Decodes the Java stream of an answer; an `RpcFailure` becomes [`Reply::Failure`].
///
/// # Errors
/// As [`decode_message`].
pub fn decode_reply(_stream: &[u8]) -> Result<Reply, DecodeError> {
    Err(DecodeError)
}

/// Encodes an answer as a Java stream; [`Reply::Failure`] becomes Spark's `RpcFailure` with a
/// `java.lang.Exception`, which any JVM can load.
pub fn encode_reply(_reply: &Reply, _family: Family) -> Vec<u8> {
    Vec::new()
}

/// Bytes that are no deploy message that we speak. Its `Display` is the text that goes into an RPC failure.
#[derive(Debug, thiserror::Error)]
#[error("not a deploy message")]
pub struct DecodeError;
