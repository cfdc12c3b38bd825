//! The values of our own fields.

use model::message::RegisterWorker;
use model::{SparkVersion, Terms};
use wire_java::{FieldKind, Value};

use super::encoder::{Encoder, Extra};
use super::values::int;
use crate::ours::{MEMORY_LIMIT_MIB, SEPARATOR, SPARK, SPARKS, STARTED_MS};

impl<'a> Encoder<'a> {
    /// What a process is to run with.
    pub(super) fn terms(&mut self, terms: &'a Terms) -> Vec<Extra> {
        let spark = terms.spark.as_ref().map(|spark| {
            let value = self.string(spark.as_str());
            Extra { name: SPARK, kind: FieldKind::Object, signature: "Ljava/lang/String;", value }
        });
        memory_limit(terms.memory_limit_mib).into_iter().chain(spark).collect()
    }

    /// What a Worker offers beside what Spark knows of it.
    pub(super) fn offer(&mut self, worker: &RegisterWorker) -> Vec<Extra> {
        let mut extras = Vec::from_iter(memory_limit(worker.memory_limit_mib));
        if let Some(started_ms) = worker.started_ms {
            let value = Value::Long(i64::try_from(started_ms).unwrap_or(i64::MAX));
            extras.push(Extra { name: STARTED_MS, kind: FieldKind::Long, signature: "J", value });
        }
        if !worker.sparks.is_empty() {
            let sparks: Vec<&str> = worker.sparks.iter().map(SparkVersion::as_str).collect();
            let value = self.owned_string(sparks.join(SEPARATOR.encode_utf8(&mut [0; 4])));
            let signature = "Ljava/lang/String;";
            extras.push(Extra { name: SPARKS, kind: FieldKind::Object, signature, value });
        }
        extras
    }
}

fn memory_limit(limit_mib: Option<u32>) -> Option<Extra> {
    let value = int(limit_mib?);
    Some(Extra { name: MEMORY_LIMIT_MIB, kind: FieldKind::Int, signature: "I", value })
}
