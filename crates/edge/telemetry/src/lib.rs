//! The log, in Spark's style or as JSON.
