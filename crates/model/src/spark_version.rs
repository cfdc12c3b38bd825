//! Releases of Spark by their numbers.

use std::fmt;
use std::sync::Arc;

/// A release of Spark, such as `3.5.7`. Releases are ordered by their numbers: 4.10.0 comes after 4.9.0.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SparkVersion {
    numbers: (u32, u32, u32),
    text: Arc<str>,
}

impl SparkVersion {
    /// Takes the text as a release; none where it does not begin with two numbers.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        numbers(text).map(|numbers| Self { numbers, text: text.into() })
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The line that it belongs to, 3.5 for 3.5.7: within it only mistakes are mended.
    pub fn line(&self) -> (u32, u32) {
        let (major, minor, _) = self.numbers;
        (major, minor)
    }
}

/// `3.5.7`, `4.1`, `4.1.0-SNAPSHOT`, `3.5.1.cdh7` to numbers.
fn numbers(text: &str) -> Option<(u32, u32, u32)> {
    let release = text.split(|c: char| c != '.' && !c.is_ascii_digit()).next()?;
    let mut parts = release.split('.').map(|part| part.parse::<u32>().ok());
    let (major, minor) = (parts.next()??, parts.next()??);
    Some((major, minor, parts.next().flatten().unwrap_or(0)))
}

impl fmt::Display for SparkVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for SparkVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::SparkVersion;

    fn version(text: &str) -> SparkVersion {
        SparkVersion::parse(text).unwrap()
    }

    #[test]
    fn releases_are_ordered_by_their_numbers() {
        for (earlier, later) in
            [("3.5.7", "4.0.0"), ("4.9.0", "4.10.0"), ("3.5.9", "3.5.10"), ("4.1", "4.1.1")]
        {
            assert!(version(earlier) < version(later), "{earlier} {later}");
        }
        assert_ne!(version("4.1.0"), version("4.1.0-SNAPSHOT"));
    }

    #[test]
    fn a_line_is_all_but_the_last_number() {
        assert_eq!(version("3.5.7").line(), version("3.5.1.cdh7").line());
        assert_ne!(version("3.5.7").line(), version("3.4.7").line());
    }

    #[test]
    fn what_is_no_release_is_none() {
        for text in ["", "4", "head", "v3.5.7", "3.x", "99999999999.1.1"] {
            assert_eq!(SparkVersion::parse(text), None, "{text}");
        }
    }
}
