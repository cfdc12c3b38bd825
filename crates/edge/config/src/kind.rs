//! The kinds of values: what each accepts, and what it says to anything else.

use std::borrow::Cow;
use std::path::PathBuf;

/// What is wrong with a value, as the middle of a sentence: `not a port between 0 and 65535`.
pub type Problem = Cow<'static, str>;

/// A kind of value.
#[derive(Clone, Copy, Debug)]
pub struct Kind<T> {
    /// What the reference calls it.
    pub name: &'static str,
    /// A value that is one.
    pub example: &'static str,
    /// Reads it.
    pub parse: fn(&str) -> Result<T, Problem>,
}

const MIB: u64 = 1024 * 1024;

/// A TCP port; 0 stands for any free one.
pub(crate) const PORT: Kind<u16> = Kind {
    name: "port",
    example: "7077",
    parse: |text| text.parse().map_err(|_| "not a port between 0 and 65535".into()),
};

/// A host name or an IP address (`Utils.checkHost`, 3.5: an IPv6 address stands in brackets).
pub(crate) const HOST: Kind<String> = Kind { name: "host", example: "10.0.0.5", parse: host };

/// Any text.
pub(crate) const TEXT: Kind<String> =
    Kind { name: "text", example: "text", parse: |text| Ok(text.to_owned()) };

/// `true` or `false`, in any case (`ConfigHelpers.toBoolean`, 3.5).
pub(crate) const BOOLEAN: Kind<bool> = Kind {
    name: "boolean",
    example: "true",
    parse: |text| match text.to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err("neither true nor false".into()),
    },
};

/// A count that may be 0.
pub(crate) const COUNT: Kind<usize> = Kind {
    name: "count",
    example: "200",
    parse: |text| integer(text).and_then(|n| usize::try_from(n).map_err(|_| below(0))),
};

/// A count above 0, as Spark's `Int` holds it.
pub(crate) const POSITIVE: Kind<u32> = Kind {
    name: "count",
    example: "4",
    parse: |text| match i32::try_from(integer(text)?) {
        Ok(n) if n > 0 => Ok(n.unsigned_abs()),
        Ok(_) => Err(below(1)),
        Err(_) => Err("more than 2147483647".into()),
    },
};

/// A limit; a negative number takes it away.
pub(crate) const LIMIT: Kind<Option<u32>> = Kind {
    name: "limit",
    example: "10",
    parse: |text| match integer(text)? {
        n if n < 0 => Ok(None),
        n => u32::try_from(n).map(Some).map_err(|_| "more than 4294967295".into()),
    },
};

/// A time in milliseconds, above 0. A plain number counts seconds; `2min`, `120s` are understood too.
pub(crate) const SECONDS: Kind<u64> = Kind { name: "seconds", example: "60", parse: seconds };

/// Memory in MiB (`Utils.memoryStringToMb`, 3.5: a plain number counts bytes).
pub(crate) const MEMORY: Kind<u32> = Kind { name: "memory", example: "512m or 2g", parse: memory };

/// A file or a folder.
pub(crate) const PATH: Kind<PathBuf> =
    Kind { name: "path", example: "/path", parse: |text| Ok(PathBuf::from(text)) };

/// Folders with commas between them.
pub(crate) const COMMA_PATHS: Kind<Vec<PathBuf>> =
    Kind { name: "paths, by comma", example: "/disk1,/disk2", parse: |text| paths(text, ',') };

/// Folders with colons between them.
pub(crate) const COLON_PATHS: Kind<Vec<PathBuf>> =
    Kind { name: "paths, by colon", example: "/disk1:/disk2", parse: |text| paths(text, ':') };

fn integer(text: &str) -> Result<i64, Problem> {
    text.parse().map_err(|_| "not a whole number".into())
}

fn below(least: u32) -> Problem {
    format!("below {least}").into()
}

fn host(text: &str) -> Result<String, Problem> {
    let bracketed = text.starts_with('[') && text.ends_with(']');
    if text.is_empty() || text.contains(['/', '@', ' ', '?', '#', ',']) {
        return Err("not a host name or address".into());
    }
    match text.matches(':').count() {
        0 => Ok(text.to_owned()),
        1 => Err("a host with a port, where only the host belongs".into()),
        _ if bracketed => Ok(text.to_owned()),
        _ => Err("an IPv6 address without its brackets".into()),
    }
}

fn seconds(text: &str) -> Result<u64, Problem> {
    let not = || Problem::from("not a number of seconds");
    let (digits, unit) = split_unit(text);
    let number: u64 = digits.parse().map_err(|_| not())?;
    let micros_per_unit: u64 = match unit.as_str() {
        "us" => 1,
        "ms" => 1_000,
        "" | "s" => 1_000_000,
        "m" | "min" => 60_000_000,
        "h" => 3_600_000_000,
        "d" => 86_400_000_000,
        _ => return Err(not()),
    };
    match number.checked_mul(micros_per_unit).map(|micros| micros / 1_000) {
        None => Err("too long a time".into()),
        Some(0) => Err("not above 0".into()),
        Some(millis) => Ok(millis),
    }
}

fn memory(text: &str) -> Result<u32, Problem> {
    let not = || Problem::from("not an amount of memory");
    let (digits, unit) = split_unit(text);
    if unit.starts_with('.') {
        return Err("a fraction, which Spark does not read as memory".into());
    }
    let number: u64 = digits.parse().map_err(|_| not())?;
    let bytes_per_unit: u64 = match unit.as_str() {
        "" | "b" => 1,
        "k" | "kb" => 1024,
        "m" | "mb" => MIB,
        "g" | "gb" => 1024 * MIB,
        "t" | "tb" => 1024 * 1024 * MIB,
        "p" | "pb" => 1024 * 1024 * 1024 * MIB,
        _ => return Err(not()),
    };
    let mib = number.checked_mul(bytes_per_unit).map(|bytes| bytes / MIB);
    match mib.map(i32::try_from) {
        Some(Ok(0)) if unit.is_empty() => Err("below 1 MiB, as a number without a unit counts bytes".into()),
        Some(Ok(0)) => Err("below 1 MiB".into()),
        Some(Ok(mib)) => Ok(mib.unsigned_abs()),
        Some(Err(_)) | None => Err("more memory than Spark can count".into()),
    }
}

/// `JavaUtils.byteStringAs` and `timeStringAs` (3.5): digits, then letters in any case.
fn split_unit(text: &str) -> (&str, String) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    (&text[..end], text[end..].to_ascii_lowercase())
}

fn paths(text: &str, separator: char) -> Result<Vec<PathBuf>, Problem> {
    let paths: Vec<_> = text.split(separator).filter(|one| !one.is_empty()).map(PathBuf::from).collect();
    if paths.is_empty() { Err("an empty list of folders".into()) } else { Ok(paths) }
}

#[cfg(test)]
mod tests;
