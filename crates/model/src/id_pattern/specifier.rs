//! One `%…` of a pattern, with the rules of `java.util.Formatter` (Java 17).

use super::IdArgument;

/// The widest field: an id longer than this is a mistake.
const MAX_WIDTH: usize = 128;

/// Where one argument goes, and in which form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Specifier {
    /// From 0.
    pub(super) argument: usize,
    conversion: Conversion,
    upper_case: bool,
    flags: Flags,
    width: usize,
    precision: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Conversion {
    Text,
    Decimal,
    Octal,
    Hexadecimal,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Flags {
    left: bool,
    zero: bool,
    plus: bool,
    space: bool,
    group: bool,
    parentheses: bool,
    alternate: bool,
}

/// Which argument a specifier without a number takes: its own in order, or the one before with `<`.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    next: usize,
    last: Option<usize>,
}

impl Specifier {
    /// Reads what stands behind a `%`, and returns what is left of the pattern.
    pub(super) fn parse<'a>(text: &'a str, numbering: &mut Numbering) -> Result<(Self, &'a str), String> {
        let (index, rest) = parse_index(text)?;
        let (flags, rest) = Flags::parse(rest)?;
        let (width, rest) = parse_number(rest)?;
        let (precision, rest) = match rest.strip_prefix('.') {
            Some(rest) => match parse_number(rest)? {
                (None, _) => return Err("a '.' without digits behind it".into()),
                found => found,
            },
            None => (None, rest),
        };
        let mut letters = rest.chars();
        let letter = letters.next().ok_or("it ends within a %")?;
        let (conversion, upper_case) = match letter {
            's' => (Conversion::Text, false),
            'S' => (Conversion::Text, true),
            'd' => (Conversion::Decimal, false),
            'o' => (Conversion::Octal, false),
            'x' => (Conversion::Hexadecimal, false),
            'X' => (Conversion::Hexadecimal, true),
            _ => return Err(format!("'%{letter}' has no use in an id: write %s, %d, %x, %o or %%")),
        };
        flags.check(conversion, width)?;
        if precision.is_some() && conversion != Conversion::Text {
            return Err("a number takes no precision".into());
        }
        let argument = numbering.resolve(index)?;
        let width = width.unwrap_or(0);
        Ok((Self { argument, conversion, upper_case, flags, width, precision }, letters.as_str()))
    }

    /// Whether only a number can stand there.
    pub(super) fn is_numeric(&self) -> bool {
        self.conversion != Conversion::Text
    }

    pub(super) fn write(&self, argument: IdArgument<'_>, id: &mut String) {
        let (sign, mut body) = match argument {
            IdArgument::Number(number) => self.digits(number),
            IdArgument::Text(text) => ("", text.to_owned()),
        };
        if let Some(precision) = self.precision {
            body = body.chars().take(precision).collect();
        }
        if self.upper_case {
            body = body.to_uppercase();
        }
        let padding = self.width.saturating_sub(sign.len() + body.chars().count());
        let fill = |letter: char, id: &mut String| id.extend(std::iter::repeat_n(letter, padding));
        if !self.flags.left && !self.flags.zero {
            fill(' ', id);
        }
        id.push_str(&if self.upper_case { sign.to_uppercase() } else { sign.to_owned() });
        if self.flags.zero {
            fill('0', id);
        }
        id.push_str(&body);
        if self.flags.left {
            fill(' ', id);
        }
    }

    /// What goes in front of the padding with zeros, and the digits.
    fn digits(&self, number: u64) -> (&'static str, String) {
        match self.conversion {
            Conversion::Text => ("", number.to_string()),
            Conversion::Octal => (if self.flags.alternate { "0" } else { "" }, format!("{number:o}")),
            Conversion::Hexadecimal => (if self.flags.alternate { "0x" } else { "" }, format!("{number:x}")),
            Conversion::Decimal => {
                let sign = if self.flags.plus {
                    "+"
                } else if self.flags.space {
                    " "
                } else {
                    ""
                };
                let digits = number.to_string();
                (sign, if self.flags.group { grouped(&digits) } else { digits })
            }
        }
    }
}

impl Flags {
    fn parse(text: &str) -> Result<(Self, &str), String> {
        let mut flags = Self::default();
        let mut rest = text;
        while let Some(letter) = rest.chars().next() {
            let flag = match letter {
                '-' => &mut flags.left,
                '0' => &mut flags.zero,
                '+' => &mut flags.plus,
                ' ' => &mut flags.space,
                ',' => &mut flags.group,
                '(' => &mut flags.parentheses,
                '#' => &mut flags.alternate,
                _ => break,
            };
            if std::mem::replace(flag, true) {
                return Err(format!("the flag '{letter}' stands there twice"));
            }
            rest = &rest[1..];
        }
        Ok((flags, rest))
    }

    fn check(self, conversion: Conversion, width: Option<usize>) -> Result<(), String> {
        let only_decimal = self.plus || self.space || self.group || self.parentheses;
        let fits = match conversion {
            Conversion::Text => !only_decimal && !self.zero && !self.alternate,
            Conversion::Decimal => !self.alternate,
            Conversion::Octal | Conversion::Hexadecimal => !only_decimal,
        };
        if !fits {
            return Err("a flag does not go with its conversion".into());
        }
        if (self.left && self.zero) || (self.plus && self.space) {
            return Err("two flags contradict each other".into());
        }
        if (self.left || self.zero) && width.is_none() {
            return Err("the flags '-' and '0' need a width".into());
        }
        Ok(())
    }
}

impl Numbering {
    fn resolve(&mut self, index: Index) -> Result<usize, String> {
        let argument = match index {
            Index::Next => {
                self.next += 1;
                self.next - 1
            }
            Index::Last => self.last.ok_or("there is no argument before '%<'")?,
            Index::At(argument) => argument,
        };
        self.last = Some(argument);
        Ok(argument)
    }
}

#[derive(Clone, Copy)]
enum Index {
    Next,
    Last,
    /// From 0.
    At(usize),
}

fn parse_index(text: &str) -> Result<(Index, &str), String> {
    if let Some(rest) = text.strip_prefix('<') {
        return Ok((Index::Last, rest));
    }
    let digits = text.len() - text.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
    match text[digits..].strip_prefix('$') {
        Some(rest) => match text[..digits].parse::<usize>() {
            Ok(number) if number > 0 => Ok((Index::At(number - 1), rest)),
            _ => Err(format!("'{}$' is not the number of an argument", &text[..digits])),
        },
        None => Ok((Index::Next, text)),
    }
}

/// Digits; the caller has taken the flag 0.
fn parse_number(text: &str) -> Result<(Option<usize>, &str), String> {
    let digits = text.len() - text.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
    if digits == 0 {
        return Ok((None, text));
    }
    match text[..digits].parse::<usize>() {
        Ok(number) if number <= MAX_WIDTH => Ok((Some(number), &text[digits..])),
        _ => Err(format!("{} is too wide: {MAX_WIDTH} at most", &text[..digits])),
    }
}

fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() * 4 / 3 + 1);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
