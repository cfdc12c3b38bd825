//! Releases of Spark, in their order: some defaults differ between them.

use std::cmp::Ordering;
use std::fmt;

use crate::sources::Environment;
use crate::spark_home::SparkHome;

/// The newest release whose defaults the table knows; what a daemon says it is where there is no Spark beside it.
pub const NEWEST_SPARK: &str = "4.3.0";

/// The release whose defaults count, and why it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SparkVersion {
    /// As Spark writes it: `3.5.7`.
    pub text: String,
    /// Whether it is that of `SPARK_HOME`; else it is the newest known one.
    pub installed: bool,
}

impl SparkVersion {
    /// The release of `SPARK_HOME`, else the newest known one.
    pub(crate) fn of(environment: &Environment) -> Self {
        match SparkHome::find(environment) {
            Ok(spark) => Self { text: spark.version.to_string(), installed: true },
            Err(_) => Self { text: NEWEST_SPARK.to_owned(), installed: false },
        }
    }

    /// Whether it came before `release`, such as `4.1`.
    pub fn is_before(&self, release: &str) -> bool {
        order(&self.text, release) == Ordering::Less
    }
}

impl fmt::Display for SparkVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// By the numbers alone: `4.1.0-SNAPSHOT` is 4.1.0, and 4.1 is 4.1.0.
fn order(one: &str, other: &str) -> Ordering {
    numbers(one).cmp(&numbers(other))
}

fn numbers(version: &str) -> [u32; 3] {
    let mut numbers = [0; 3];
    let release = version.split(|c: char| c != '.' && !c.is_ascii_digit()).next().unwrap_or_default();
    for (number, part) in numbers.iter_mut().zip(release.split('.')) {
        *number = part.parse().unwrap_or(0);
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::SparkVersion;

    #[test]
    fn releases_are_ordered_by_their_numbers() {
        let version = |text: &str| SparkVersion { text: text.to_owned(), installed: true };
        for (earlier, later) in [("3.5.7", "4.0"), ("4.0.5", "4.1"), ("4.9.0", "4.10"), ("3.5.9", "3.5.10")] {
            assert!(version(earlier).is_before(later), "{earlier} {later}");
            assert!(!version(later).is_before(earlier), "{later} {earlier}");
        }
        for same in ["4.1.0", "4.1", "4.1.0-SNAPSHOT", "4.1.0.cdh7"] {
            assert!(!version(same).is_before("4.1"), "{same}");
        }
    }
}
