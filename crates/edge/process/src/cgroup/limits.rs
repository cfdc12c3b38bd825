//! What a container leaves of the machine: the least limits over our control group and those above it.

use std::cmp::Ordering;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use super::seat::{Seat, Version};

/// Version 1 says "no limit" with the largest number of pages that it can count. No machine has half as much.
const NO_LIMIT: u64 = 1 << 62;

/// What this process and all that it starts may take together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Memory in bytes; none where there is no limit. May be more than the machine has.
    pub memory_bytes: Option<u64>,
    /// Time of processors; none where there is no limit. May be more than the machine has.
    pub cpu: Option<CpuQuota>,
}

impl Limits {
    /// Those of this process's groups, where `root` is `/`.
    pub fn of_this_process(root: &Path) -> Self {
        let memory = Seat::find(root, "memory");
        let cpu = Seat::find(root, "cpu");
        Self {
            memory_bytes: memory.iter().filter_map(least_memory).map(|(limit, _)| limit).min(),
            cpu: cpu.iter().flat_map(cpu_quotas).min_by(CpuQuota::compare),
        }
    }
}

/// How much time of processors may be used: so much in each period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CpuQuota {
    /// The time, of all processors together.
    pub quota_us: u64,
    /// The period; above 0.
    pub period_us: u64,
}

impl CpuQuota {
    /// Whole cores that are there in full; 1 where there is less than one.
    pub fn whole_cores(self) -> u32 {
        u32::try_from(self.quota_us / self.period_us).unwrap_or(u32::MAX).max(1)
    }

    /// Cores, the last of which may be there in part only, as a JVM counts them.
    pub fn begun_cores(self) -> u32 {
        u32::try_from(self.quota_us.div_ceil(self.period_us)).unwrap_or(u32::MAX).max(1)
    }

    /// Whether so many cores are more than there is.
    pub fn is_less_than(self, cores: u32) -> bool {
        u128::from(self.quota_us) < u128::from(cores) * u128::from(self.period_us)
    }

    fn compare(one: &Self, other: &Self) -> Ordering {
        let share = |quota: &Self, period: &Self| u128::from(quota.quota_us) * u128::from(period.period_us);
        share(one, other).cmp(&share(other, one))
    }

    fn new(quota_us: u64, period_us: u64) -> Option<Self> {
        (quota_us > 0 && period_us > 0).then_some(Self { quota_us, period_us })
    }
}

/// `0.6`, `2`: cores, to two decimals.
impl fmt::Display for CpuQuota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hundredths = u128::from(self.quota_us) * 100 / u128::from(self.period_us);
        let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

/// The least limit of memory in bytes, and the folder of the group that has it.
pub(super) fn least_memory(seat: &Seat) -> Option<(u64, PathBuf)> {
    let file = match seat.version {
        Version::One => "memory.limit_in_bytes",
        Version::Two => "memory.max",
    };
    let own = seat.ancestors().filter_map(|folder| Some((number(&folder.join(file))?, folder.to_owned())));
    // Version 1 also counts the groups above that a container does not see.
    let of_all = fs::read_to_string(seat.folder.join("memory.stat")).unwrap_or_default();
    let of_all = of_all.lines().find_map(|line| line.strip_prefix("hierarchical_memory_limit "));
    let of_all = of_all.and_then(|text| Some((text.trim().parse().ok()?, seat.folder.clone())));
    let limits = own.chain(of_all).filter(|(limit, _)| *limit < NO_LIMIT);
    limits.min_by_key(|(limit, _)| *limit)
}

fn cpu_quotas(seat: &Seat) -> Vec<CpuQuota> {
    let quota = |folder: &Path| match seat.version {
        Version::One => CpuQuota::new(
            number(&folder.join("cpu.cfs_quota_us"))?,
            number(&folder.join("cpu.cfs_period_us"))?,
        ),
        Version::Two => {
            let text = fs::read_to_string(folder.join("cpu.max")).ok()?;
            let (quota, period) = text.trim().split_once(' ')?;
            CpuQuota::new(quota.parse().ok()?, period.parse().ok()?)
        }
    };
    seat.ancestors().filter_map(quota).collect()
}

/// The number in a file; none where it says `max` or -1.
fn number(file: &Path) -> Option<u64> {
    fs::read_to_string(file).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests;
