//! Our own fields: absent in what Spark's daemons say, and where there is nothing to say.

use model::{SparkVersion, Terms};
use wire_java::Value;

use super::structure::Structure;
use crate::DecodeError;
use crate::ours::{MEMORY_LIMIT_MIB, SEPARATOR, SPARK, SPARKS, STARTED_MS};

/// More Sparks than one machine has.
const MOST_SPARKS: usize = 64;

/// Longer than the name of any release.
const LONGEST_RELEASE_BYTES: usize = 64;

impl Structure<'_, '_, '_> {
    /// What a process is to run with.
    pub(super) fn terms(&self) -> Result<Terms, DecodeError> {
        let spark = self.present(SPARK).map(|_| self.string(SPARK)).transpose()?;
        let spark = spark.map(|text| self.spark_version(SPARK, &text)).transpose()?;
        Ok(Terms { spark, memory_limit_mib: self.memory_limit_mib()? })
    }

    /// The Sparks that a Worker can launch.
    pub(super) fn sparks(&self) -> Result<Vec<SparkVersion>, DecodeError> {
        if self.present(SPARKS).is_none() {
            return Ok(Vec::new());
        }
        let text = self.string(SPARKS)?;
        let sparks = text.split(SEPARATOR);
        if sparks.clone().nth(MOST_SPARKS).is_some() {
            return Err(self.misbehaved(SPARKS, "a list of at most 64 releases", "longer"));
        }
        sparks.map(|text| self.spark_version(SPARKS, text)).collect()
    }

    pub(super) fn memory_limit_mib(&self) -> Result<Option<u32>, DecodeError> {
        self.present(MEMORY_LIMIT_MIB).map(|_| self.count(MEMORY_LIMIT_MIB)).transpose()
    }

    /// When a Worker's process began.
    pub(super) fn started_ms(&self) -> Result<Option<u64>, DecodeError> {
        self.present(STARTED_MS).map(|_| self.long_count(STARTED_MS)).transpose()
    }

    /// The value of a field that need not be there.
    fn present(&self, field: &str) -> Option<Value> {
        self.object.field(field).filter(|value| *value != Value::Null)
    }

    /// A release as one writes it: what is said of it ends up on pages and in paths.
    fn spark_version(&self, field: &str, text: &str) -> Result<SparkVersion, DecodeError> {
        let is_plain = text.len() <= LONGEST_RELEASE_BYTES
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_+".contains(&byte));
        let version = SparkVersion::parse(text).filter(|_| is_plain);
        let found = || text.chars().take(LONGEST_RELEASE_BYTES).collect::<String>();
        version.ok_or_else(|| {
            self.misbehaved(field, "a release of Spark such as 3.5.7", format!("{:?}", found()))
        })
    }
}
