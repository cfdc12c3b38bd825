//! Deploy messages as they stand on the wire, in both Scala families, to and from the `model`.
//!
//! ```text
//!   bytes ── wire_java::read ──► object graph ── decode/ ──► model::message
//!   bytes ◄── wire_java::write ── object graph ◄── encode/ ── model::message
//!                                                    ▲
//!                            schema/*.tsv: serialVersionUIDs and fields of each class in each release
//! ```
//!
//! Decoding never checks a serialVersionUID that it does not need: it goes by the names of classes and fields. Encoding
//! writes the plainest form that every release of a family accepts, e.g. any sequence as a `List`.

mod decode;
mod encode;
mod error;
mod mirror;
mod origin;
mod ours;
mod releases;
mod schema;
mod trace;

use model::message::{Reply, ToDriver, ToMaster, ToWorker};
use model::{ApplicationRecord, DriverRecord, WorkerRecord};

pub use error::{DecodeError, Incompatible};
pub use mirror::{Mirror, decode_mirror};
pub use origin::{Origin, Told, UnknownClass};
pub use releases::Releases;
pub use schema::releases_matching;
pub use trace::{is_trace, releases_of_trace};

/// The two families of Java forms that Spark's releases speak, by the Scala that they come with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// Scala 2.12: Spark 3.4 and 3.5.
    Scala212,
    /// Scala 2.13: Spark 4.0 and later.
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

/// Decodes the Java stream of a request or one-way message, and says which releases it can come from.
///
/// Classes are known by their names: a serialVersionUID of no known release makes the message one of unknown
/// [`Origin`], not one that is refused.
///
/// `MasterChanged` is one class for Workers and drivers alike; it decodes as [`ToWorker::MasterChanged`].
///
/// # Errors
/// See [`DecodeError`]; nothing that the bytes say makes it panic or allocate without bound.
pub fn decode_message(stream: &[u8]) -> Result<(Message, Origin), DecodeError> {
    decode::message(stream)
}

/// Encodes a message as a Java stream that all these releases read: those of one [`Family`], or some of them.
pub fn encode_message(message: &Message, readers: impl Into<Releases>) -> Vec<u8> {
    encode::message(message, readers.into())
}

/// Encodes a message that such a peer says back, whatever release of its family it is of: [`decode_mirror`] reads what
/// comes back.
pub fn encode_mirror(mirror: Mirror, readers: impl Into<Releases>) -> Vec<u8> {
    encode::mirror(mirror, readers.into())
}

/// What the Java stream of an answer tells of whoever wrote it, its exceptions before all: `SparkException` is another
/// one in each line of releases.
///
/// # Errors
/// As [`decode_message`].
pub fn origin_of_reply(stream: &[u8]) -> Result<Origin, DecodeError> {
    decode::origin(stream)
}

/// What a JVM Master wrote down for the Master after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leftover {
    /// An application.
    Application(ApplicationRecord),
    /// A driver; on which Worker it was is not written down.
    Driver(DriverRecord),
    /// A Worker.
    Worker(WorkerRecord),
}

/// Decodes a file of a JVM Master's recovery directory, or a node of its tree in ZooKeeper.
///
/// # Errors
/// As [`decode_message`].
pub fn decode_leftover(stream: &[u8]) -> Result<Leftover, DecodeError> {
    decode::leftover(stream)
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
pub fn encode_reply(reply: &Reply, readers: impl Into<Releases>) -> Vec<u8> {
    encode::reply(reply, readers.into())
}
