//! The log, in Spark's style or as JSON.

mod clock;

pub use clock::Clock;
