//! The Worker's pages and JSON.

mod command;
mod json;
mod page;

pub use json::json;
pub use page::page;

#[cfg(test)]
mod tests;
