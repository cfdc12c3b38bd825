//! Time as a pure crate sees it: an argument.

/// The moment of an event. `monotonic_ms` orders and measures; `wall_ms` is only shown and put into ids.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Now {
    /// Milliseconds on a clock that never goes back; its zero is the daemon's start.
    pub monotonic_ms: u64,
    /// Milliseconds since 1970-01-01 UTC.
    pub wall_ms: i64,
    /// The machine's offset from UTC, seconds: Spark's ids carry local time.
    pub utc_offset_s: i32,
}
