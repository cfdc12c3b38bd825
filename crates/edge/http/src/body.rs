//! Bodies of requests, held to a length each and to a sum all together.

use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use http_body_util::BodyExt as _;
use hyper::body::Body as _;

/// What bodies may take of the memory.
#[derive(Debug)]
pub struct Bodies {
    longest: usize,
    room: AtomicUsize,
}

/// Why a body was not read to its end.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// It is longer than one may be.
    #[error("the body is longer than {longest} bytes")]
    TooLong {
        /// What may be.
        longest: usize,
    },
    /// Too much is being read already: the client may try again.
    #[error("too many bodies are being read: try again")]
    NoRoom,
    /// The client broke off, or its body is none of HTTP's.
    #[error("the body broke off: {0}")]
    Broken(String),
}

/// A body in memory; its room is free again when it goes.
#[derive(Debug)]
pub struct HeldBody<'a> {
    bytes: Vec<u8>,
    bodies: &'a Bodies,
}

impl Bodies {
    /// Bodies of up to `longest` bytes, and as many as have room in `room` bytes.
    pub fn new(longest: usize, room: usize) -> Self {
        Self { longest, room: AtomicUsize::new(room.max(longest)) }
    }

    /// Reads a body to its end. Room is taken for what has come, not for what was announced.
    ///
    /// # Errors
    /// When it is too long, when there is no room, or when it breaks off.
    pub async fn read(&self, mut body: Body) -> Result<HeldBody<'_>, BodyError> {
        let too_long = BodyError::TooLong { longest: self.longest };
        let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
        if announced > self.longest {
            return Err(too_long);
        }
        let mut held = HeldBody { bytes: Vec::new(), bodies: self };
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| BodyError::Broken(error.to_string()))?;
            let Ok(data) = frame.into_data() else { continue };
            if held.bytes.len().saturating_add(data.len()) > self.longest {
                return Err(too_long);
            }
            self.take(data.len())?;
            held.bytes.extend_from_slice(&data);
        }
        Ok(held)
    }

    fn take(&self, bytes: usize) -> Result<(), BodyError> {
        let taken = |room: usize| room.checked_sub(bytes);
        let outcome = self.room.fetch_update(Ordering::Relaxed, Ordering::Relaxed, taken);
        outcome.map(|_| ()).map_err(|_| BodyError::NoRoom)
    }
}

impl HeldBody<'_> {
    /// What was read.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for HeldBody<'_> {
    fn drop(&mut self) {
        self.bodies.room.fetch_add(self.bytes.len(), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests;
