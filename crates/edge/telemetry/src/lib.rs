//! What a daemon tells about itself: its log on stderr, in Spark's style or as JSON; and the clock that it reads.
//!
//! Daemons log through `tracing` with Spark's short class names as targets: `info!(target: "Master", "…")`.

mod clock;
mod format;
mod log;
mod queue;

pub use clock::Clock;
pub use format::Format;
pub use log::{Log, LogGuard, install};
pub use tracing::level_filters::LevelFilter;
