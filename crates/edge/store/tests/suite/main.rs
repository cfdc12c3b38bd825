//! One suite for all stores, and what each of them has besides.

mod contract;
mod directory;
mod memory;
mod s3;
mod s3_answers;
mod stub;
mod zookeeper;
