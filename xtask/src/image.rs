//! `make test-image`: the images, and a cluster of containers made of them that is hurt while jobs run.
//!
//! ```text
//!   spark-master        hearth, state in S3          all of them read-only, as UID 185, with limits of memory and CPU,
//!   spark-shuffle-1,-2  hearth                       in a network of their own
//!   spark-worker-1,-2   spark, each in the network of its shuffle service, on the same volume
//!   s3                  moto, beside them
//! ```

mod entrance;
mod jobs;
mod stack;

use conformance::{Result, Sandbox, moto};

use crate::containers::{self, Engine, Image};
use crate::ensure::Passed;
use crate::{dist, install};

/// What is built, and what it takes.
pub(crate) fn build() -> Result<()> {
    dist::run()?;
    let sandbox = Sandbox::at_once("images")?;
    containers::build(&sandbox, &Image::ALL)?;
    sandbox.end()
}

/// Builds the images and runs all scenes.
pub(crate) fn run() -> Result<()> {
    install::moto()?;
    dist::run()?;
    let sandbox = Sandbox::at_once("image")?;
    let archives = containers::build(&sandbox, &[Image::Hearth, Image::Spark])?;
    let engine = Engine::start(&sandbox)?;
    engine.load(&archives)?;
    let outcome = scenes(&sandbox, &engine);
    if outcome.is_err() {
        engine.tell();
    }
    outcome?;
    engine.end()?;
    sandbox.end()
}

fn scenes(sandbox: &Sandbox, engine: &Engine<'_>) -> Result<()> {
    let store = moto::start_at("0.0.0.0")?;
    moto::make_bucket(&store.address(), moto::BUCKET)?;
    let mut passed = Passed::default();
    for (name, scene) in entrance::SCENES {
        scene(engine)?;
        passed.ok(name);
    }
    let stack = stack::Stack::start(sandbox, engine, store.port())?;
    for (name, scene) in jobs::SCENES {
        scene(&stack, &store)?;
        passed.ok(name);
    }
    engine.remove_all()?;
    store.end()?;
    passed.end();
    Ok(())
}
