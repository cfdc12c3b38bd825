//! What a process takes of its Worker's memory, as Spark's own clients for containers count it.

use model::{DriverDescription, ResourceProfile};

/// Beside a JVM's heap: a tenth of it, and at least so much, where nobody says how much.
const LEAST_MIB: u64 = 384;

/// Heap, overhead, off-heap memory and Python's (`YarnAllocator`, `ResourceProfile.ExecutorResourcesOrDefaults`, 3.5).
pub(super) fn of_executor(profile: &ResourceProfile) -> u32 {
    let amount = |name: &str| profile.executor_resources.get(name).map(|request| request.amount);
    let heap = amount("memory").unwrap_or(1024);
    let overhead = amount("memoryOverhead").unwrap_or((heap / 10).max(LEAST_MIB));
    (heap + overhead + amount("offHeap").unwrap_or(0) + amount("pyspark.memory").unwrap_or(0)) as u32
}

/// Heap and overhead (`spark.driver.memoryOverhead`, `…Factor`, `spark.driver.minMemoryOverhead`).
pub(super) fn of_driver(driver: &DriverDescription) -> u32 {
    let value = |key: &str| {
        let start = format!("-Dspark.driver.{key}=");
        driver.command.java_options.iter().find_map(|option| option.strip_prefix(start.as_str()))
    };
    let mib = |text: &str| -> u64 {
        let number = |digits: &str| digits.parse().unwrap_or(0);
        match text.strip_suffix('g') {
            Some(digits) => 1024 * number(digits),
            None => number(text.trim_end_matches('m')),
        }
    };
    let heap = u64::from(driver.memory_mib);
    let of_heap = match value("memoryOverheadFactor").and_then(|text| text.parse::<f64>().ok()) {
        Some(factor) => (heap as f64 * factor) as u64,
        None => heap / 10,
    };
    let least = value("minMemoryOverhead").map_or(LEAST_MIB, mib);
    (heap + value("memoryOverhead").map_or(of_heap.max(least), mib)) as u32
}

/// As Spark writes it: the largest unit of which there are two.
pub(super) fn text(mib: u32) -> String {
    let mib = u64::from(mib);
    let (number, unit, name) = match mib {
        0 => return "0.0 B".to_owned(),
        1 => (1024, 1, "KiB"),
        2..2048 => (mib, 1, "MiB"),
        _ => (mib, 1024, "GiB"),
    };
    let tenths = (number * 20 + unit) / (2 * unit);
    format!("{}.{} {name}", tenths / 10, tenths % 10)
}
