//! Who we are, and how long things take.

/// Who takes part, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// A name that no other process has or had: of the machine, the process and a number of chance, say.
    pub id: String,
    /// Where clients and Workers reach us.
    pub address: String,
    /// The URL of our page; empty when there is none.
    pub page: String,
    /// How long things take.
    pub timing: Timing,
    /// Spreads the looks of those who stand by.
    pub seed: u64,
}

/// How long things take, in milliseconds.
///
/// With the defaults another Master leads at most `length + poll` (1.15 s) and two requests after the last renewal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// How long a lease holds.
    pub length_ms: u64,
    /// From the start of one renewal to the start of the next.
    pub renew_every_ms: u64,
    /// How often who stands by looks.
    pub poll_every_ms: u64,
    /// After how long a request is given up. The register's own limit should be about the same.
    pub request_ms: u64,
}

impl Default for Timing {
    fn default() -> Self {
        Self { length_ms: 1000, renew_every_ms: 250, poll_every_ms: 150, request_ms: 400 }
    }
}

/// Times that do not go together: a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a lease of {length_ms} ms cannot be renewed every {renew_every_ms} ms by requests of up to {request_ms} ms: \
         the sum of the two has to be less than seven eighths of the length"
)]
pub struct BadTiming {
    length_ms: u64,
    renew_every_ms: u64,
    request_ms: u64,
}

impl Timing {
    /// Whether a renewal that fails can be tried again before the right runs out.
    ///
    /// # Errors
    /// When it cannot.
    pub fn check(&self) -> Result<(), BadTiming> {
        let Self { length_ms, renew_every_ms, poll_every_ms, request_ms } = *self;
        let some = [renew_every_ms, poll_every_ms, request_ms].iter().all(|time| *time > 0);
        if some && renew_every_ms + request_ms < right_ms(length_ms) {
            return Ok(());
        }
        Err(BadTiming { length_ms, renew_every_ms, request_ms })
    }
}

/// How long the holder may count on a lease of this length, from the start of a renewal: seven eighths, which is less than
/// the whole on any other clock as long as both are off by at most a fifteenth.
pub(crate) fn right_ms(length_ms: u64) -> u64 {
    length_ms - length_ms.div_ceil(8)
}
