//! The HTTP servers under the pages: serve a router within limits, answer safely.
//!
//! ```text
//!   TcpListener ──► serve(listener, with_fallbacks(router, page), shutdown)
//! ```
//!
//! What a client may cost is bounded: bytes of a request's head and body, time to send it and to take the answer,
//! connections at once. Every answer carries the headers that Spark's carry.

mod body;
mod patience;
mod response;
mod serve;

pub use body::{Bodies, BodyError, HeldBody};
pub use response::{
    MessagePage, add_slash, bad_request, forbidden, html, json, not_found, see_other, text, unavailable,
    with_fallbacks,
};
pub use serve::{Limits, serve, serve_within};
