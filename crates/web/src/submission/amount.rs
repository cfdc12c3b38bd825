//! Numbers and sizes as Java and Spark read them from text.

/// `Double.parseDouble`, without its hexadecimal form.
pub(super) fn double(text: &str) -> Option<f64> {
    let text = text.trim_matches(|letter: char| letter <= ' ');
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, "NaN" | "Infinity") {
        return text.parse().ok();
    }
    // Rust knows more names for what is no number; Java knows a letter behind one.
    let number = text.strip_suffix(['f', 'F', 'd', 'D']).unwrap_or(text);
    let begins_well = unsigned.starts_with(|letter: char| letter.is_ascii_digit() || letter == '.');
    if begins_well { number.parse().ok() } else { None }
}

/// Scala's `toBoolean`.
pub(super) fn boolean(text: &str) -> Option<bool> {
    match () {
        () if text.eq_ignore_ascii_case("true") => Some(true),
        () if text.eq_ignore_ascii_case("false") => Some(false),
        () => None,
    }
}
