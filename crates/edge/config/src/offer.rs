//! What a Worker offers: what it was told to, else what the machine and its container have.
//!
//! In a container with a limit Spark's own rules promise what is not there: its Worker keeps 1 GiB for itself and never
//! offers less than 1 GiB, and a JVM counts a core that is there in part as a whole one.

use edge_process::cgroup::CpuQuota;

use crate::effective::Effective;
use crate::error::{ConfigError, Warning};
use crate::machine::Machine;
use crate::table::{self, Setting};

const MIB: u64 = 1 << 20;

/// The memory of a container with a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContainerMemory {
    /// All that it may take.
    pub limit_mib: u32,
    /// What of that the processes which a Worker starts may take together: all but the reserve.
    pub for_processes_mib: u32,
}

/// Cores to offer.
pub(crate) fn cores(effective: &mut Effective<'_>) -> Result<u32, ConfigError> {
    let usual = default_cores(effective)?;
    let Some(given) = effective.given(&table::CORES)? else { return Ok(usual) };
    if let Some(quota) = obeyed_quota(effective)?
        && given > quota.whole_cores()
        && quota.is_less_than(given)
    {
        let name = name(effective, &table::CORES);
        effective.warn(Warning(format!(
            "{name} is {given}, more than the {quota} that the container may use: tasks will wait for each other; lower \
             it, or raise the container's limit of CPUs"
        )));
    }
    Ok(given)
}

/// Memory to offer, and what the container has.
pub(crate) fn memory(effective: &mut Effective<'_>) -> Result<(u32, Option<ContainerMemory>), ConfigError> {
    let given = effective.given(&table::MEMORY_OFFERED)?;
    let Some(container) = container_memory(effective)? else {
        return Ok((given.unwrap_or_else(|| all_but_a_gibibyte(effective.machine())), None));
    };
    let most = container.for_processes_mib;
    if let Some(given) = given.filter(|given| *given > most) {
        let name = name(effective, &table::MEMORY_OFFERED);
        let limit = container.limit_mib;
        effective.warn(Warning(format!(
            "{name} is {given} MiB, of which the Worker offers {most}: its container's limit is {limit} MiB, and {} of \
             them are kept back ({}); lower it, or raise the limit",
            limit - most,
            table::MEMORY_RESERVE.about.key
        )));
    }
    Ok((given.map_or(most, |given| given.min(most)), Some(container)))
}

/// All that may be used at once: of a core that is there in part only, nothing is promised, but of the first.
pub(crate) fn default_cores(effective: &mut Effective<'_>) -> Result<u32, ConfigError> {
    let of_mask = effective.machine().cores();
    let of_quota = match obeyed_quota(effective)? {
        Some(quota) => Some(quota.whole_cores()),
        // `Runtime.availableProcessors` of a JVM in a container.
        None => effective.machine().container().cpu.map(CpuQuota::begun_cores),
    };
    Ok(of_quota.map_or(of_mask, |cores| cores.min(of_mask)))
}

/// The memory that a Worker offers which was told nothing.
pub(crate) fn default_memory_mib(effective: &mut Effective<'_>) -> Result<u32, ConfigError> {
    Ok(match container_memory(effective)? {
        Some(container) => container.for_processes_mib,
        None => all_but_a_gibibyte(effective.machine()),
    })
}

fn obeyed_quota(effective: &mut Effective<'_>) -> Result<Option<CpuQuota>, ConfigError> {
    let obeys = effective.value(&table::CONTAINER_LIMITS)?;
    Ok(effective.machine().container().cpu.filter(|_| obeys))
}

/// The container's memory, where it has a limit below what the machine has and that is to count.
fn container_memory(effective: &mut Effective<'_>) -> Result<Option<ContainerMemory>, ConfigError> {
    let obeys = effective.value(&table::CONTAINER_LIMITS)?;
    let reserve_mib = effective.value(&table::MEMORY_RESERVE)?;
    let Some(limit_mib) = limit_mib(effective.machine()).filter(|_| obeys) else { return Ok(None) };
    let limit_mib = u32::try_from(limit_mib).unwrap_or(u32::MAX);
    let for_processes_mib = limit_mib.saturating_sub(reserve_mib);
    if for_processes_mib == 0 {
        let key = table::MEMORY_RESERVE.about.key;
        return Err(ConfigError::Missing {
            what: format!(
                "nothing is left for executors: the container's memory limit is {limit_mib} MiB, and {reserve_mib} of \
                 them are kept for the Worker itself"
            ),
            advice: format!("raise the limit, or lower {key}"),
        });
    }
    Ok(Some(ContainerMemory { limit_mib, for_processes_mib }))
}

/// The container's limit, where it is one: below what the machine has.
fn limit_mib(machine: &dyn Machine) -> Option<u64> {
    let limit = machine.container().memory_bytes? / MIB;
    machine.memory_mib().is_none_or(|all| limit < all).then_some(limit)
}

/// All memory but 1 GiB for the system, and never less than 1 GiB (`WorkerArguments.inferDefaultMemory`, 3.5); a JVM
/// takes a container's limit for the machine's memory.
fn all_but_a_gibibyte(machine: &dyn Machine) -> u32 {
    const UNKNOWN_MIB: u64 = 2048;
    let all = limit_mib(machine).or_else(|| machine.memory_mib()).unwrap_or(UNKNOWN_MIB);
    u32::try_from(all.saturating_sub(1024).max(1024)).unwrap_or(u32::MAX)
}

/// What a setting was given as.
fn name<T>(effective: &mut Effective<'_>, setting: &Setting<T>) -> String {
    effective.find(&setting.about).map(|found| found.name).unwrap_or_default()
}
