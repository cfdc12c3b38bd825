//! The text form of `DataOutput.writeUTF`: UTF-8 of UTF-16 units, with NUL as two bytes.

/// Appends the modified UTF-8 of `text`.
pub(crate) fn encode(text: &str, out: &mut Vec<u8>) {
    if text.bytes().all(|byte| (1..0x80).contains(&byte)) {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    for unit in text.encode_utf16() {
        match unit {
            1..0x80 => out.push(unit as u8),
            0 | 0x80..0x800 => out.extend([0xc0 | (unit >> 6) as u8, continuation(unit)]),
            0x800.. => {
                out.extend([0xe0 | (unit >> 12) as u8, continuation(unit >> 6), continuation(unit)]);
            }
        }
    }
}

fn continuation(unit: u16) -> u8 {
    0x80 | (unit & 0x3f) as u8
}

/// Reads modified UTF-8. On failure, the offset of the unit that is none; half a surrogate pair is no text for us.
pub(crate) fn decode(bytes: &[u8]) -> Result<String, usize> {
    if bytes.iter().all(|byte| (1..0x80).contains(byte)) {
        return Ok(bytes.iter().map(|&byte| char::from(byte)).collect());
    }
    let (mut units, mut starts) = (Vec::with_capacity(bytes.len()), Vec::with_capacity(bytes.len()));
    let mut at = 0;
    while at < bytes.len() {
        let (unit, length) = unit(&bytes[at..]).ok_or(at)?;
        units.push(unit);
        starts.push(at);
        at += length;
    }
    let mut text = String::with_capacity(bytes.len());
    let mut index = 0;
    for decoded in char::decode_utf16(units) {
        let character = decoded.map_err(|_| starts[index])?;
        index += character.len_utf16();
        text.push(character);
    }
    Ok(text)
}

/// The UTF-16 unit at the front and how many bytes it takes. A JVM reads overlong forms, and so do we.
fn unit(bytes: &[u8]) -> Option<(u16, usize)> {
    let low = |index: usize| {
        let byte = *bytes.get(index)?;
        (byte & 0xc0 == 0x80).then_some(u16::from(byte & 0x3f))
    };
    let first = *bytes.first()?;
    match first {
        0..0x80 => Some((u16::from(first), 1)),
        0xc0..0xe0 => Some((u16::from(first & 0x1f) << 6 | low(1)?, 2)),
        0xe0..0xf0 => Some((u16::from(first & 0x0f) << 12 | low(1)? << 6 | low(2)?, 3)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
