//! Spark's network frames: `u64 length (its own 8 bytes included) | u8 type | header | body`.
