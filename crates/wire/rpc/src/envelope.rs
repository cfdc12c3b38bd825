//! The envelope and its two directions.

use model::RpcAddress;

use crate::{EnvelopeError, modified_utf8};

/// The longest host or endpoint name that is read or written. A host name has at most 253 bytes, and Spark's endpoints
/// far fewer; what is longer would only fill a log.
pub const MAX_NAME_BYTES: usize = 1024;

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

impl<'a> Envelope<'a> {
    /// Reads the envelope at the front of a message's body.
    ///
    /// # Errors
    /// When it is none, or has a name beyond [`MAX_NAME_BYTES`].
    pub fn decode(body: &'a [u8]) -> Result<Self, EnvelopeError> {
        let mut reader = Reader { body, offset: 0 };
        let sender = reader.address("the sender's address", "the sender's host")?;
        let receiver = reader.address("the receiver's address", "the receiver's host")?;
        let endpoint = reader.text("the endpoint's name")?;
        Ok(Self { sender, receiver, endpoint, payload: &body[reader.offset..] })
    }

    /// Appends the envelope and its payload to `out`, which is left alone on failure.
    ///
    /// # Errors
    /// When a name is longer than [`MAX_NAME_BYTES`].
    pub fn encode(&self, out: &mut Vec<u8>) -> Result<(), EnvelopeError> {
        let start = out.len();
        let written = self.put_header(out);
        match written {
            Ok(()) => out.extend_from_slice(self.payload),
            Err(_) => out.truncate(start),
        }
        written
    }

    fn put_header(&self, out: &mut Vec<u8>) -> Result<(), EnvelopeError> {
        let start = out.len();
        put_address(out, start, self.sender.as_ref(), "the sender's host")?;
        put_address(out, start, self.receiver.as_ref(), "the receiver's host")?;
        put_text(out, start, &self.endpoint, "the endpoint's name")
    }
}

fn put_address(
    out: &mut Vec<u8>,
    start: usize,
    address: Option<&RpcAddress>,
    what: &'static str,
) -> Result<(), EnvelopeError> {
    let Some(address) = address else {
        out.push(0);
        return Ok(());
    };
    out.push(1);
    put_text(out, start, &address.host, what)?;
    out.extend(i32::from(address.port).to_be_bytes());
    Ok(())
}

fn put_text(out: &mut Vec<u8>, start: usize, text: &str, what: &'static str) -> Result<(), EnvelopeError> {
    let at = out.len();
    out.extend([0; 2]);
    modified_utf8::encode(text, out);
    let bytes = out.len() - at - 2;
    if bytes > MAX_NAME_BYTES {
        return Err(EnvelopeError::TooLong { offset: at - start, what, bytes, max: MAX_NAME_BYTES });
    }
    out[at..at + 2].copy_from_slice(&(bytes as u16).to_be_bytes());
    Ok(())
}

struct Reader<'a> {
    body: &'a [u8],
    offset: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, bytes: usize, what: &'static str) -> Result<&'a [u8], EnvelopeError> {
        let rest = &self.body[self.offset..];
        let taken = rest.get(..bytes).ok_or(EnvelopeError::Short {
            offset: self.offset,
            what,
            bytes,
            found: rest.len(),
        })?;
        self.offset += bytes;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], EnvelopeError> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N, what)?);
        Ok(array)
    }

    fn address(
        &mut self,
        what: &'static str,
        host: &'static str,
    ) -> Result<Option<RpcAddress>, EnvelopeError> {
        let offset = self.offset;
        match self.array::<1>(what)? {
            [0] => Ok(None),
            [1] => Ok(Some(RpcAddress::new(self.text(host)?, self.port()?))),
            [found] => Err(EnvelopeError::AddressMark { offset, what, found }),
        }
    }

    fn port(&mut self) -> Result<u16, EnvelopeError> {
        let offset = self.offset;
        let found = i32::from_be_bytes(self.array("a port")?);
        u16::try_from(found).map_err(|_| EnvelopeError::Port { offset, found })
    }

    fn text(&mut self, what: &'static str) -> Result<String, EnvelopeError> {
        let offset = self.offset;
        let bytes = usize::from(u16::from_be_bytes(self.array(what)?));
        if bytes > MAX_NAME_BYTES {
            return Err(EnvelopeError::TooLong { offset, what, bytes, max: MAX_NAME_BYTES });
        }
        let start = self.offset;
        let text = self.take(bytes, what)?;
        modified_utf8::decode(text).map_err(|at| EnvelopeError::Text { offset: start + at, what })
    }
}

#[cfg(test)]
mod tests;
