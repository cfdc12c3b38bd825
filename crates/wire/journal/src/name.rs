//! Names of objects, from their texts.

use model::ObjectName;

/// The name that a text is: `EPOCH/POSITION` or `EPOCH/POSITION.PART`, with 20 and 6 digits. None for what is not ours, which is
/// to be left alone. The way back is the name's `Display`.
pub fn parse_name(text: &str) -> Option<ObjectName> {
    let (epoch, rest) = text.split_once('/')?;
    let (position, part) = match rest.split_once('.') {
        Some((position, part)) => (position, Some(part)),
        None => (rest, None),
    };
    let part = match part {
        Some(part) => Some(u32::try_from(number(part, 6)?).ok()?),
        None => None,
    };
    let name = ObjectName { epoch: number(epoch, 20)?, position: number(position, 20)?, part };
    // A part beyond 999999 has more digits; whatever is not said in the one way that it is said in is not ours.
    (name.epoch > 0 && name.to_string() == text).then_some(name)
}

fn number(text: &str, digits: usize) -> Option<u64> {
    (text.len() >= digits && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}
