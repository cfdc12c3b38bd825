//! A release of Spark by its number.

use std::fmt;
use std::str::FromStr;

use conformance::Failure;

/// A release's number, such as 3.5.7; the older one is the lesser.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Release(Vec<u32>);

impl FromStr for Release {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self, Failure> {
        let numbers: Result<Vec<u32>, _> = text.split('.').map(str::parse).collect();
        match numbers {
            Ok(numbers) if numbers.len() == 3 => Ok(Self(numbers)),
            _ => Err(Failure::unexpected(format!("{text:?} is no release of Spark: it looks like 3.5.7"))),
        }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: Vec<String> = self.0.iter().map(u32::to_string).collect();
        f.write_str(&numbers.join("."))
    }
}
