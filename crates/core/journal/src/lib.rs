//! The recovery log, over any store that can create if absent, read, list and delete.

mod desk;
mod end;
mod journal;
mod leader;
mod means;
mod message;
mod opening;
mod queue;
mod survey;

pub use end::End;
pub use journal::{Config, Journal, Writer};
pub use message::{Answer, Effect, Request};

#[cfg(test)]
mod tests;
