//! Installing what real Spark needs: Java, Python, and Spark itself.

mod debian;
mod java;
mod machine;
mod python;
mod spark;

pub(crate) use java::{java, jdk};
pub(crate) use machine::small_machine;
pub(crate) use python::python;
pub(crate) use spark::spark;
