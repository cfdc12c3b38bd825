//! How logs roll: the words of the configuration in those of processes.

use edge_config as config;
use edge_process::{RollBy, Rolling, TimeSuffix};

/// The same for a process.
pub(super) fn rolling(settings: &config::LogRolling) -> Rolling {
    let by = match settings.by {
        config::RollBy::Size { bytes } => RollBy::Size { bytes },
        config::RollBy::Time { interval_ms, suffix } => {
            RollBy::Time { interval_ms, suffix: time_suffix(suffix) }
        }
    };
    Rolling { by, retained_files: settings.retained_files, compress: settings.compress }
}

fn time_suffix(suffix: config::TimeSuffix) -> TimeSuffix {
    match suffix {
        config::TimeSuffix::Daily => TimeSuffix::Daily,
        config::TimeSuffix::Hourly => TimeSuffix::Hourly,
        config::TimeSuffix::Minutely => TimeSuffix::Minutely,
        config::TimeSuffix::Secondly => TimeSuffix::Secondly,
    }
}
