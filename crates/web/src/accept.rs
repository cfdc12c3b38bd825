//! What a client reads, as its `Accept` header says.

/// Whether a header names a type such as `application/json` itself; what a client takes besides does not count.
pub fn accepts(header: &str, media_type: &str) -> bool {
    header.split(',').any(|range| {
        let mut parts = range.split(';').map(str::trim);
        parts.next().is_some_and(|named| named.eq_ignore_ascii_case(media_type))
            && !parts.any(|part| {
                let weight = part.strip_prefix("q=").and_then(|weight| weight.parse::<f32>().ok());
                weight == Some(0.0)
            })
    })
}

#[cfg(test)]
mod tests {
    use super::accepts;

    #[test]
    fn only_what_is_named_counts() {
        for (header, is_named) in [
            ("application/json", true),
            ("text/plain, Application/JSON;q=0.5", true),
            ("application/json;q=0", false),
            ("application/jsonl", false),
            ("text/html,*/*;q=0.8", false),
            ("", false),
        ] {
            assert_eq!(accepts(header, "application/json"), is_named, "{header}");
        }
    }
}
