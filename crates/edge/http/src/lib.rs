//! The HTTP servers under the pages: serve a router within limits, answer safely, pass on to a server behind.
//!
//! ```text
//!   TcpListener ──► serve(listener, with_fallbacks(router, page), shutdown)
//!                                      └──► forward(target, prefix, request) ──► a page on another machine
//! ```
//!
//! What a client may cost is bounded: bytes of a request's head and body, time to send it and to take the answer,
//! connections at once. Every answer carries the headers that Spark's carry.

mod body;
mod chosen;
mod patience;
mod proxy;
mod response;
mod serve;

pub use body::{Bodies, BodyError, HeldBody};
pub use chosen::servable;
pub use proxy::forward;
pub use response::{
    JSON, MessagePage, Refusal, TEXT, add_slash, bad_gateway, bad_request, done, forbidden, found, html,
    json, not_allowed, not_found, not_found_of, probe, text, text_of, unavailable, with_fallbacks,
};
pub use serve::{Limits, serve, serve_within};
