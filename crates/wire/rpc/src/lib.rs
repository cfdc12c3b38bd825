//! The RPC envelope around a Java stream: who sends, who receives, which endpoint.
//!
//! ```text
//!   sender | receiver | u16 length | endpoint name | Java stream
//!   sender, receiver := 00 | 01 u16 length, host, i32 port
//! ```
//!
//! It stands in the body of every RPC request and one-way message (`NettyRpcEnv.RequestMessage`, 3.4 to 4.3); an
//! answer has none.

mod envelope;
mod error;
mod modified_utf8;

pub use envelope::{Envelope, MAX_NAME_BYTES};
pub use error::EnvelopeError;
