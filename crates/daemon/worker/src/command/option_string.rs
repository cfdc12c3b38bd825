//! A line of options with quotes and backslashes, split into the options
//! (`CommandBuilderUtils.parseOptionString`).

/// The options of a line; none when a quote or a backslash stands without its end.
pub(super) fn parse(line: &str) -> Option<Vec<String>> {
    let mut options = Vec::new();
    let mut option: Option<String> = None;
    let mut quote: Option<char> = None;
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match (character, quote) {
            (end, Some(begin)) if end == begin => quote = None,
            ('\\', None | Some('"')) => option.get_or_insert_default().push(characters.next()?),
            ('\'' | '"', None) => {
                quote = Some(character);
                option.get_or_insert_default();
            }
            (blank, None) if blank.is_whitespace() => options.extend(option.take()),
            (plain, _) => option.get_or_insert_default().push(plain),
        }
    }
    options.extend(option);
    quote.is_none().then_some(options)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn splits_at_blanks_but_not_within_quotes() {
        let parsed = |line| parse(line).unwrap();
        assert_eq!(parsed("  -Xss4m\t-Da=b  "), ["-Xss4m", "-Da=b"]);
        assert_eq!(parsed(r#"-Da="b c" 'd "e"' f\ g"#), ["-Da=b c", "d \"e\"", "f g"]);
        assert_eq!(parsed(r#""a \" b" 'c\d' "#), ["a \" b", r"c\d"]);
        assert_eq!(parsed("'' a"), ["", "a"]);
        assert!(parsed("   ").is_empty());
    }

    #[test]
    fn refuses_what_has_no_end() {
        for line in ["'a", "\"a", "a\\", "a 'b\"c\""] {
            assert_eq!(parse(line), None, "{line}");
        }
    }
}
