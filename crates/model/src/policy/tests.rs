//! Names in and out.

use super::*;

#[test]
fn each_name_reads_as_its_policy() {
    for policy in WorkerSelectionPolicy::ALL {
        assert_eq!(policy.name().parse(), Ok(policy));
        assert_eq!(policy.name().to_lowercase().parse(), Ok(policy));
    }
    let error = "RANDOM".parse::<WorkerSelectionPolicy>().unwrap_err().to_string();
    assert!(error.contains("'RANDOM'") && error.contains("MEMORY_FREE_DESC, WORKER_ID"), "{error}");
}
