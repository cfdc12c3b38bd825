//! What a process costs, from `/proc`.

use std::fs;

use crate::{Failure, Result};

/// Memory of a process, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// Resident memory, shared pages counted in full (`VmRSS`).
    pub resident_bytes: u64,
    /// Resident memory, each shared page divided among its users (`Pss`).
    pub proportional_bytes: u64,
}

/// The memory of a process now.
pub fn of(pid: u32) -> Result<Memory> {
    Ok(Memory {
        resident_bytes: field(&format!("/proc/{pid}/status"), "VmRSS:")?,
        proportional_bytes: field(&format!("/proc/{pid}/smaps_rollup"), "Pss:")?,
    })
}

/// A line such as `VmRSS:      5120 kB`, in bytes.
fn field(path: &str, name: &str) -> Result<u64> {
    let text = fs::read_to_string(path).map_err(Failure::io(format!("read {path}")))?;
    text.lines()
        .find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse::<u64>().ok())
        .map(|kibibytes| kibibytes * 1024)
        .ok_or_else(|| Failure::unexpected(format!("{path} has no line {name}")))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_process_sees_its_own_memory() {
        let memory = super::of(std::process::id()).unwrap();
        assert!(memory.resident_bytes > 100_000, "{memory:?}");
        assert!(memory.proportional_bytes <= memory.resident_bytes, "{memory:?}");
    }
}
