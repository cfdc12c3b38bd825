//! How the logs of executors roll: `spark.executor.logs.rolling.*`.
//!
//! The authority is `FileAppender.apply` (3.5): what it cannot use rolls nothing, with a warning.

use model::{LogRolling, RollBy, TimeSuffix};

use crate::effective::Effective;
use crate::error::{ConfigError, Warning};
use crate::table::{self, Setting};

/// `SizeBasedRollingPolicy.MINIMUM_SIZE_BYTES`, 3.5.
const LEAST_BYTES: u64 = 81_920;
/// `TimeBasedRollingPolicy.MINIMUM_INTERVAL_SECONDS`, 3.5.
const LEAST_INTERVAL_S: u64 = 60;

/// What the keys ask for.
pub(crate) fn settings(effective: &mut Effective<'_>) -> Result<Option<LogRolling>, ConfigError> {
    let strategy = effective.value(&table::ROLLING_STRATEGY)?;
    let by = match strategy.as_str() {
        "" => None,
        "size" => by_size(effective)?,
        "time" => by_time(effective)?,
        other => {
            not_rolled(effective, &table::ROLLING_STRATEGY, other, "size or time");
            None
        }
    };
    let retained_files = effective.value(&table::ROLLING_RETAINED_FILES)?;
    let compress = effective.value(&table::ROLLING_COMPRESSION)?;
    Ok(by.map(|by| LogRolling { by, retained_files, compress }))
}

fn by_size(effective: &mut Effective<'_>) -> Result<Option<RollBy>, ConfigError> {
    let text = effective.value(&table::ROLLING_MAX_SIZE)?;
    let Ok(bytes) = text.parse::<i32>() else {
        not_rolled(effective, &table::ROLLING_MAX_SIZE, &text, "a number of bytes, such as 1048576");
        return Ok(None);
    };
    let bytes = at_least(effective, &table::ROLLING_MAX_SIZE, bytes, LEAST_BYTES, "bytes");
    Ok(Some(RollBy::Size { bytes }))
}

fn by_time(effective: &mut Effective<'_>) -> Result<Option<RollBy>, ConfigError> {
    let text = effective.value(&table::ROLLING_INTERVAL)?;
    let (seconds, suffix) = match text.as_str() {
        "daily" => (86_400, TimeSuffix::Daily),
        "hourly" => (3_600, TimeSuffix::Hourly),
        "minutely" => (60, TimeSuffix::Minutely),
        other => {
            let Ok(seconds) = other.parse::<i32>() else {
                let told = "daily, hourly, minutely or a number of seconds";
                not_rolled(effective, &table::ROLLING_INTERVAL, other, told);
                return Ok(None);
            };
            let seconds = at_least(effective, &table::ROLLING_INTERVAL, seconds, LEAST_INTERVAL_S, "seconds");
            (seconds, TimeSuffix::Secondly)
        }
    };
    Ok(Some(RollBy::Time { interval_ms: seconds * 1000, suffix }))
}

fn not_rolled(effective: &mut Effective<'_>, setting: &Setting<String>, value: &str, instead: &str) {
    let told = format!("is '{value}', so logs are not rolled; write {instead}");
    warn_of(effective, setting, &told);
}

fn at_least(
    effective: &mut Effective<'_>,
    setting: &Setting<String>,
    value: i32,
    least: u64,
    unit: &str,
) -> u64 {
    match u64::try_from(value) {
        Ok(value) if value >= least => value,
        _ => {
            warn_of(effective, setting, &format!("is {value}, too small: logs roll at {least} {unit}"));
            least
        }
    }
}

fn warn_of(effective: &mut Effective<'_>, setting: &Setting<String>, told: &str) {
    if let Some(found) = effective.find(&setting.about) {
        effective.warn(Warning(format!("{}{} {told}", found.origin, found.name)));
    }
}
