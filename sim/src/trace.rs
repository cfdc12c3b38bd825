//! What happened, as one number: two runs of one seed must give the same.

use std::fmt;

/// A running hash of everything that happened, which can print as it goes.
#[derive(Debug)]
pub(crate) struct Trace {
    hash: u64,
    lines: u64,
    printer: Option<fn(&str)>,
}

impl Trace {
    pub(crate) fn new(printer: Option<fn(&str)>) -> Self {
        Self { hash: 0xcbf2_9ce4_8422_2325, lines: 0, printer }
    }

    /// Takes in one thing that happened.
    pub(crate) fn add(&mut self, now_ms: u64, what: fmt::Arguments<'_>) {
        self.lines += 1;
        let mut sink = Fnv(self.hash);
        // A hash cannot fail to take bytes in.
        let _ = fmt::write(&mut sink, format_args!("{now_ms} {what}"));
        self.hash = sink.0;
        if let Some(printer) = self.printer {
            printer(&format!("{:>10}.{:03}  {what}", now_ms / 1000, now_ms % 1000));
        }
    }

    pub(crate) fn hash(&self) -> u64 {
        self.hash
    }

    pub(crate) fn lines(&self) -> u64 {
        self.lines
    }
}

/// FNV-1a, word for word of what is formatted.
struct Fnv(u64);

impl fmt::Write for Fnv {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        Ok(())
    }
}
