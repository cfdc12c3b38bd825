//! The RPC envelope around a Java stream: who sends, who receives, which endpoint.

use model::RpcAddress;

/// The body of an RPC request or one-way message, before the Java stream is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope<'a> {
    /// Where the sender's RPC environment listens; none for one that only dials.
    pub sender: Option<RpcAddress>,
    /// Whom the sender believes to address; Spark ignores it, and so do we.
    pub receiver: Option<RpcAddress>,
    /// The endpoint's name.
    pub endpoint: String,
    /// The Java stream.
    pub payload: &'a [u8],
}
