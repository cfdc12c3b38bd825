//! Unmodified Spark against the built binary.
