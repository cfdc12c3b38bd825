//! A whole cluster in one thread: virtual time, faults, independent checkers.
