//! Images and the engine that runs them, in a network of its own.

mod engine;
mod images;
mod repository;

pub(crate) use engine::Engine;
pub(crate) use images::{Image, build};
