//! Snapshots to pages and JSON, pure: no clock, no file, no socket.
//!
//! ```text
//!   core_master::Snapshot ──► master::page              the page at /
//!                         ├─► master::application_page  the page at /app/?appId=…
//!                         ├─► master::json, json_field  /json/ and /json/FIELD
//!                         ├─► master::explained         /explain/ID, and /explain/ about all that wait
//!                         └─► metrics::master, metrics::servlet
//!   core_worker::Snapshot ──► worker::page, worker::json, metrics::worker
//!   core_shuffle::Snapshot ──► shuffle::page, shuffle::json, metrics::shuffle
//!   bytes of a log        ──► log::page, log::plain       /logPage/?… and /log/?…
//!   a request on 6066 ──► submission ──► core_master::Request; its Response ──► submission ──► the answer
//! ```
//!
//! A page and its JSON are made from the same snapshot. A page is one self-contained document: it fetches nothing
//! from elsewhere, carries its own content security policy, and is whole without JavaScript; with it, it renews
//! itself in place and its tables can be sorted.

mod accept;
mod format;
mod json_text;
mod layout;
pub mod log;
pub mod master;
pub mod metrics;
mod redaction;
mod resources;
pub mod shuffle;
pub mod submission;
mod table;
pub mod worker;

#[cfg(test)]
#[path = "../examples/gallery/samples.rs"]
mod samples;

pub use accept::accepts;
pub use json_text::json_text;
pub use layout::message_page;
pub use redaction::Redaction;
