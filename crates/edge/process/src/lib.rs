//! Child processes: spawned, watched, signalled, reaped.
