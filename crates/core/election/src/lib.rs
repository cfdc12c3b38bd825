//! Who leads, decided by a lease that lies in a register with compare-and-swap.
//!
//! ```text
//!              given back, or unchanged for its whole length on our own clock
//!              ┌──────────────────────────────────────────────────────────┐
//!              │                                                          ▼
//!          Standby ◄──── the right ran out, or somebody else has it ──── Leader
//!          looks at it                                                renews it
//!
//!   handle(now, event)       an answer came, or the wish to stop
//!   handle_timeout(now)      the moment of poll_timeout has come
//!   poll_effect()            what to do: read, swap, or tell
//!   poll_timeout()           when to call handle_timeout at the latest
//!   is_leader(now)           whether anything may be said in the name of the leader
//! ```
//!
//! No two lead at the same time as long as no clock is off by more than [`DRIFT_PERCENT`]: a leader counts its right from
//! the *start* of its last renewal that worked, less an eighth; who takes over counts the whole length from the *end* of
//! the request that showed him the lease for the first time. The length stands in the lease, so both count the same one.
//!
//! Time is a monotonic clock's, in milliseconds. A request is given up after a while, and its late answer passed over;
//! what it did is seen in the register.

mod config;
mod election;
mod event;
mod tries;

pub use config::{BadTiming, Config, Timing};
pub use election::Election;
pub use event::{Effect, Event, Outcome, Told, Why};

/// How much slower or faster than true time a clock may run, in percent.
pub const DRIFT_PERCENT: u64 = 6;
