//! What a daemon tells about itself: its log on stderr, in Spark's style or as JSON, whose end it keeps; the clock
//! that it reads; what its process costs.
//!
//! Daemons log through `tracing` with Spark's short class names as targets: `info!(target: "Master", "…")`.

mod clock;
mod format;
mod log;
mod process;
mod queue;
mod recent;

pub use clock::Clock;
pub use format::Format;
pub use log::{Log, LogGuard, install, own_log};
pub use process::process_usage;
pub use recent::{LogStretch, RecentLog};
pub use tracing::level_filters::LevelFilter;
