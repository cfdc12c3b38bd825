//! Sizes of memory as Spark's properties write them.

/// A size such as `512m` in MiB, where a number alone counts bytes (`Utils.memoryStringToMb`, 3.5). Spark lets what is
/// beyond 2 PiB wrap around; here it stays the most that there is.
pub fn memory_mib(text: &str) -> Option<u32> {
    let text = text.trim_matches(|letter: char| letter <= ' ').to_ascii_lowercase();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let shift = match unit {
        "" | "b" => 0,
        "k" | "kb" => 10,
        "m" | "mb" => 20,
        "g" | "gb" => 30,
        "t" | "tb" => 40,
        "p" | "pb" => 50,
        _ => return None,
    };
    let bytes = i64::checked_mul(number.parse().ok()?, 1 << shift)?;
    Some(u32::try_from(bytes >> 20).unwrap_or(u32::MAX).min(i32::MAX.unsigned_abs()))
}
