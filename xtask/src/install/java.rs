//! Java, which executors and drivers run on. The daemons themselves need none.

use conformance::java::{self, Java};
use conformance::{Failure, Result};

use super::debian;

/// The Java of this machine, installed if there is none that Spark runs on.
pub(crate) fn java() -> Result<Java> {
    let found = match java::find() {
        Err(Failure::Missing { .. }) => {
            debian::install("Java", &[&["openjdk-17-jre-headless"], &["openjdk-21-jre-headless"]])?;
            java::find()?
        }
        other => other?,
    };
    eprintln!("Java {} in {}", found.release, found.home.display());
    Ok(found)
}

/// As [`java`], with the compiler that the tests' own applications need.
pub(crate) fn jdk() -> Result<()> {
    if matches!(java::compiler(), Err(Failure::Missing { .. })) {
        debian::install("a JDK", &[&["openjdk-17-jdk-headless"], &["openjdk-21-jdk-headless"]])?;
    }
    java()?;
    eprintln!("javac is {}", java::compiler()?.display());
    Ok(())
}
