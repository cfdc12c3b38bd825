//! Patterns against what `String.format` of Java 17 made of them, with `"20261120121815"` and `1234567`.

use super::*;

const ARGUMENTS: [IdArgument<'_>; 2] = [IdArgument::Text("20261120121815"), IdArgument::Number(1_234_567)];

/// The pattern, and what Java makes of it.
const TAKEN: &[(&str, &str)] = &[
    ("app-%s-%04d", "app-20261120121815-1234567"),
    ("%2$d", "1234567"),
    ("%2$s-%1$s", "1234567-20261120121815"),
    ("%1$s-%<s", "20261120121815-20261120121815"),
    ("%S-%x", "20261120121815-12d687"),
    ("%s%#x", "202611201218150x12d687"),
    ("%s%#o", "2026112012181504553207"),
    ("%s%,d", "202611201218151,234,567"),
    ("%s%,06d", "202611201218151,234,567"),
    ("%s%,012d", "202611201218150001,234,567"),
    ("%s%+d", "20261120121815+1234567"),
    ("%s%+010d", "20261120121815+001234567"),
    ("%.4s-%d", "2026-1234567"),
    ("%s-%08X", "20261120121815-0012D687"),
    ("%s-%#012X", "20261120121815-0X000012D687"),
    ("%s%(d", "202611201218151234567"),
    ("%s", "20261120121815"),
    ("%s-%-6d|", "20261120121815-1234567|"),
    ("%s%o", "202611201218154553207"),
    ("%s-%#08x", "20261120121815-0x12d687"),
    ("100%%-%2$d", "100%-1234567"),
    ("plain", "plain"),
];

#[test]
fn patterns_make_what_java_makes() {
    for (pattern, made) in TAKEN {
        let parsed: IdPattern = pattern.parse().unwrap();
        assert_eq!(parsed.check(&ARGUMENTS), Ok(()), "{pattern}");
        assert_eq!(parsed.format(&ARGUMENTS), *made, "{pattern}");
        assert_eq!(parsed.to_string(), *pattern);
    }
}

#[test]
fn a_number_is_filled_with_zeros() {
    let pattern: IdPattern = "driver-%s-%04d".parse().unwrap();
    assert_eq!(pattern.format(&[IdArgument::Text("now"), IdArgument::Number(7)]), "driver-now-0007");
}

#[test]
fn what_java_refuses_is_refused() {
    let bad = [
        "%s-%.3d",
        "%s-%q",
        "%",
        "%5",
        "%s-%+s",
        "%08s",
        "%-s",
        "%-05d",
        "%s%+ d",
        "%s%++d",
        "%0$s",
        "%<s",
        "%s%-#x",
        "%s%,x",
        "%s%#d",
        "%s%+x",
        "%s%(x",
        "%1$2$s",
        "%99999999999s",
        "%s%c",
        "%é",
        "%.s",
    ];
    for pattern in bad {
        let error = pattern.parse::<IdPattern>().expect_err(pattern).to_string();
        assert!(error.contains(&format!("'{pattern}'")), "{error}");
    }
}

#[test]
fn what_does_not_fit_its_arguments_or_makes_white_space_is_refused() {
    let reason = |pattern: &str| pattern.parse::<IdPattern>().unwrap().check(&ARGUMENTS).unwrap_err().reason;
    assert_eq!(reason("%d"), "argument 1 is text: write %s for it");
    assert_eq!(reason("%s-%d-%d"), "it asks for argument 3 of 2");
    assert_eq!(reason("%3$s"), "it asks for argument 3 of 2");
    for spaced in ["my app", "%s %d", "%s-%9d", "%-20s|%d", "%s% d"] {
        assert_eq!(reason(spaced), "white space is not allowed", "{spaced}");
    }
}
