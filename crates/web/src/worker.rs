//! The Worker's pages and JSON.

mod command;
mod json;
mod log;
mod page;

pub use json::json;
pub use log::{
    BadLogQuery, DEFAULT_LOG_BYTES, LogOwner, LogQuery, LogRequest, LogSlice, LogType, MAX_LOG_BYTES,
    log_page, log_text,
};
pub use page::page;

#[cfg(test)]
mod tests;
