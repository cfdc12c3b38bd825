//! The tests' own applications in Java, for what Spark does not do with Python programs: cluster mode.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::{Failure, Result, Sandbox, Spark, binary, java};

/// Compiles the classes of `conformance/apps` whose names are given against this Spark, into one jar.
pub fn jar(sandbox: &Sandbox, spark: &Spark, name: &str, classes: &[&str]) -> Result<PathBuf> {
    let compiler = java::compiler()?;
    let folder = sandbox.subfolder(format!("classes-{name}"))?;
    let sources = binary::workspace().join("conformance/apps");
    let mut compile = Command::new(&compiler);
    compile
        .args(["--release", "17", "-nowarn", "-proc:none", "-classpath"])
        .arg(spark.home().join("jars/*"))
        .arg("-d")
        .arg(&folder)
        .args(classes.iter().map(|class| sources.join(format!("{class}.java"))));
    run(compile)?;
    let jar = sandbox.path(format!("{name}.jar"));
    let mut pack = Command::new(compiler.with_file_name("jar"));
    pack.args([Path::new("cf"), &jar, Path::new("-C"), &folder, Path::new(".")]);
    run(pack)?;
    Ok(jar)
}

fn run(mut command: Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output().map_err(Failure::io(format!("run {program}")))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Failure::unexpected(format!("{program} ended with {}: {said}", output.status)))
}
