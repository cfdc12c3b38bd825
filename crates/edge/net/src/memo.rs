//! The last one-way message of a connection, and what it said: a Worker's heartbeats are the same bytes every time, and
//! what bytes say depends on the bytes alone.

use model::RpcAddress;
use wire_deploy::Message;

/// Longer messages are not kept: they do not repeat, and a peer is to cost little memory.
const LONGEST_BYTES: usize = 1024;

/// What one connection said last.
#[derive(Debug, Default)]
pub(crate) struct Memo(Option<Box<Said>>);

#[derive(Debug)]
struct Said {
    body: Box<[u8]>,
    sender: Option<RpcAddress>,
    message: Message,
}

impl Memo {
    /// What the same bytes said before.
    pub(crate) fn recall(&self, body: &[u8]) -> Option<(Option<RpcAddress>, Message)> {
        let said = self.0.as_ref().filter(|said| *said.body == *body)?;
        Some((said.sender.clone(), said.message.clone()))
    }

    /// Keeps what these bytes say, in place of what was kept before.
    pub(crate) fn keep(&mut self, body: &[u8], sender: Option<&RpcAddress>, message: &Message) {
        self.0 = (body.len() <= LONGEST_BYTES)
            .then(|| Box::new(Said { body: body.into(), sender: sender.cloned(), message: message.clone() }));
    }
}

#[cfg(test)]
mod tests;
