//! Installing what the tests need: Java, Python, Spark itself, an object store, Helm.

mod charts;
mod containers;
mod debian;
mod dist;
mod environment;
mod java;
mod machine;
mod moto;
mod python;
mod s3a;
mod spark;

pub(crate) use charts::{ChartTools, charts, kubectl};
pub(crate) use containers::{container_engine, image_tools};
pub(crate) use dist::dist;
pub(crate) use environment::{path_from, size};
pub(crate) use java::{java, jdk};
pub(crate) use machine::small_machine;
pub(crate) use moto::moto;
pub(crate) use python::python;
pub(crate) use s3a::s3a;
pub(crate) use spark::spark;
