//! Snapshots to pages and JSON, pure.
