//! Amounts with units: times and memory, as Spark writes them.

use super::{Kind, Problem};

const MIB: u64 = 1024 * 1024;

/// A time in milliseconds, above 0. A plain number counts seconds; `2min`, `120s` are understood too.
pub(crate) const SECONDS: Kind<u64> =
    Kind { name: "seconds", example: "60", parse: |text| above_0(seconds(text)?) };

/// As [`SECONDS`], and 0 is a time too.
pub(crate) const AGE: Kind<u64> = Kind { name: "seconds", example: "604800", parse: seconds };

/// A time in milliseconds. A plain number counts milliseconds.
pub(crate) const MILLISECONDS: Kind<u64> =
    Kind { name: "milliseconds", example: "10s", parse: |text| time(text, "ms", "not a time") };

/// Memory in MiB (`Utils.memoryStringToMb`, 3.5: a plain number counts bytes).
pub(crate) const MEMORY: Kind<u32> = Kind { name: "memory", example: "512m or 2g", parse: memory };

/// An amount of bytes above 0.
pub(crate) const BYTES: Kind<usize> = Kind {
    name: "bytes",
    example: "100m",
    parse: |text| match bytes(text)?.map(usize::try_from) {
        Some(Ok(0)) => Err("not above 0".into()),
        Some(Ok(bytes)) => Ok(bytes),
        Some(Err(_)) | None => Err("more than this machine can count".into()),
    },
};

fn seconds(text: &str) -> Result<u64, Problem> {
    time(text, "s", "not a number of seconds")
}

fn above_0(millis: u64) -> Result<u64, Problem> {
    if millis > 0 { Ok(millis) } else { Err("not above 0".into()) }
}

/// Milliseconds; `usual` is the unit of a plain number (`JavaUtils.timeStringAs`, 3.5).
fn time(text: &str, usual: &str, otherwise: &'static str) -> Result<u64, Problem> {
    let (digits, unit) = split_unit(text);
    let number: u64 = digits.parse().map_err(|_| Problem::from(otherwise))?;
    let micros_per_unit: u64 = match if unit.is_empty() { usual } else { unit.as_str() } {
        "us" => 1,
        "ms" => 1_000,
        "s" => 1_000_000,
        "m" | "min" => 60_000_000,
        "h" => 3_600_000_000,
        "d" => 86_400_000_000,
        _ => return Err(otherwise.into()),
    };
    let micros = number.checked_mul(micros_per_unit).ok_or("too long a time")?;
    Ok(micros / 1_000)
}

fn memory(text: &str) -> Result<u32, Problem> {
    let mib = bytes(text)?.map(|bytes| i32::try_from(bytes / MIB));
    match mib {
        Some(Ok(0)) if text.ends_with(|c: char| c.is_ascii_digit()) => {
            Err("below 1 MiB, as a number without a unit counts bytes".into())
        }
        Some(Ok(0)) => Err("below 1 MiB".into()),
        Some(Ok(mib)) => Ok(mib.unsigned_abs()),
        Some(Err(_)) | None => Err("more memory than Spark can count".into()),
    }
}

/// Bytes, none when they are more than 64 bits hold (`JavaUtils.byteStringAs`, 3.5).
fn bytes(text: &str) -> Result<Option<u64>, Problem> {
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
    Ok(number.checked_mul(bytes_per_unit))
}

/// Digits, then letters in any case.
fn split_unit(text: &str) -> (&str, String) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    (&text[..end], text[end..].to_ascii_lowercase())
}
