//! Forms of values that no capture has, and messages that lie.

mod collections;
mod forge;
mod lies;
mod ours;
