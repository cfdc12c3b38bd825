//! The frame of every page: head, title bar, footer; the pieces that pages share.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::format;

const STYLE: &str = include_str!("../assets/page.css");
const SCRIPT: &str = include_str!("../assets/page.js");

/// Only the style and the script below may act, known by their hashes; a test holds them to the files.
const POLICY: &str = concat!(
    "default-src 'none'; ",
    "style-src 'sha256-FC90SJAoanZeEId4+kNKIQWELMrXwe9b9hQuGWur9Ms='; ",
    "script-src 'sha256-wvFiCEWIixOL2GzxiMq5/GDpfbzDEoABcwI77IpJoyw='; ",
    "connect-src 'self'; form-action 'self'; img-src data:; base-uri 'none'"
);

/// A flame over a hearth, in the page itself so that no browser asks for `/favicon.ico`.
const ICON: &str = concat!(
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E",
    "%3Cpath fill='%23e25822' d='M17 2c1 6 8 8 8 16a9 9 0 0 1-18 0c0-4 2-6 4-9 0 3 1 4 3 5 2-4 1-8 3-12z'/%3E",
    "%3Cpath fill='%23ffb347' d='M16 15c0 3 4 4 4 7a4 4 0 0 1-8 0c0-3 3-3 4-7z'/%3E%3C/svg%3E"
);

/// How a page stands in its frame.
pub(crate) struct Frame<'a> {
    /// Title of the window and the page.
    pub(crate) title: &'a str,
    /// Behind the title: a state.
    pub(crate) state: Option<&'a str>,
    /// Leads one level up: address and text.
    pub(crate) back: Option<(&'a str, &'a str)>,
    /// The same as JSON, from this page's own address.
    pub(crate) json: Option<&'a str>,
    /// When the page's snapshot was taken, for the footer.
    pub(crate) taken: Option<String>,
    /// Whether the page renews itself.
    pub(crate) renews: bool,
}

/// The whole document.
pub(crate) fn document(frame: &Frame<'_>, content: &Markup) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (frame.title) }
                link rel="icon" href=(ICON);
                style { (PreEscaped(STYLE)) }
                @if frame.renews {
                    noscript { meta http-equiv="refresh" content="10"; }
                }
            }
            body {
                header {
                    @if let Some((address, text)) = frame.back {
                        nav { a href=(address) { "← " (text) } }
                    }
                    h1 { (frame.title) @if let Some(state) = frame.state { " " (badge(state)) } }
                    p.offline role="status" { "No answer: this is how it was when the page was last renewed." }
                }
                main data-renews[frame.renews] {
                    (content)
                    footer {
                        "Hearth " (env!("CARGO_PKG_VERSION"))
                        @if let Some(taken) = &frame.taken { " · as of " (taken) }
                        @if let Some(json) = frame.json { " · " a href=(json) { "JSON" } }
                    }
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
    .into_string()
}

/// A page that says one thing: an address that leads nowhere, a log that is not there.
///
/// `title` is short, `text` says what to do; `back` is an address (`/`) and the text of the link to it.
pub fn message_page(title: &str, text: &str, back: Option<(&str, &str)>) -> String {
    let frame = Frame { title, state: None, back, json: None, taken: None, renews: false };
    document(&frame, &html! { p.message { (text) } })
}

/// A state, coloured by whether an operator should be glad of it.
pub(crate) fn badge(state: &str) -> Markup {
    let tone = match state {
        "ALIVE" | "RUNNING" => "good",
        "FINISHED" | "EXITED" => "done",
        "DEAD" | "FAILED" | "LOST" | "ERROR" => "bad",
        "KILLED" | "DECOMMISSIONED" | "UNKNOWN" => "dull",
        _ => "busy",
    };
    html! { span.badge.(tone) { (state) } }
}

/// A link where the address is one of the web; what a peer says may be anything, so else plain text.
pub(crate) fn link(address: &str, content: &Markup) -> Markup {
    if is_web_address(address) {
        html! { a href=(address) { (content) } }
    } else {
        content.clone()
    }
}

/// Whether a browser that follows it stays on the web: never `javascript:` or `data:`.
pub(crate) fn is_web_address(address: &str) -> bool {
    let lower = address.get(..8).unwrap_or(address).to_ascii_lowercase();
    lower.starts_with("http://") || lower.starts_with("https://")
}

/// How much of something is in use, as a bar. The numbers stand beside it, so a reader of screens skips it.
pub(crate) fn bar(used: u64, total: u64) -> Markup {
    let share = (used.saturating_mul(100)).checked_div(total).unwrap_or(0).min(100);
    html! {
        svg.bar viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" {
            rect.track width="100" height="4" {}
            rect.fill width=(share) height="4" {}
        }
    }
}

/// A tile of the overview: its name, a large figure, what explains it, a bar where there is a share.
pub(crate) struct Tile {
    pub(crate) name: String,
    pub(crate) figure: Markup,
    pub(crate) detail: Markup,
    pub(crate) share: Option<(u64, u64)>,
}

impl Tile {
    /// How much of something is in use, of how much, and what is left.
    pub(crate) fn share(name: &str, used: u64, total: u64, write: impl Fn(u64) -> String) -> Self {
        Self {
            name: name.to_owned(),
            figure: html! { (write(used)) },
            detail: html! { "of " (write(total)) ", " (write(total.saturating_sub(used))) " free" },
            share: Some((used, total)),
        }
    }
}

/// The overview at the top of a page.
pub(crate) fn tiles(tiles: &[Tile]) -> Markup {
    html! {
        dl.tiles {
            @for tile in tiles {
                div {
                    dt { (tile.name) }
                    dd {
                        span.figure { (tile.figure) }
                        @if let Some((used, total)) = tile.share { (bar(used, total)) }
                        span.detail { (tile.detail) }
                    }
                }
            }
        }
    }
}

/// Names and values, one below the other; pairs with an empty value are left out.
pub(crate) fn facts(pairs: &[(&str, Markup)]) -> Markup {
    html! {
        dl.facts {
            @for (name, value) in pairs.iter().filter(|(_, value)| !value.0.is_empty()) {
                div { dt { (name) } dd { (value) } }
            }
        }
    }
}

/// Links to the two logs of a process, on the page of its Worker: `base` is that page's address with its closing slash,
/// empty for this very page; `owner` is the query that names the process.
pub(crate) fn log_links(base: &str, owner: &str) -> Markup {
    let one = |log: &str| {
        let address = format!("{base}logPage/?{owner}&logType={log}");
        if base.is_empty() || is_relative(base) {
            html! { a href=(address) { (log) } }
        } else {
            link(&address, &html! { (log) })
        }
    };
    html! { span.logs { (one("stdout")) " " (one("stderr")) } }
}

/// The query that names an executor's logs.
pub(crate) fn executor_query(application: &str, executor: u32) -> String {
    format!("appId={}&executorId={executor}", format::query_value(application))
}

/// Whether an address was made here and stays on this server.
fn is_relative(address: &str) -> bool {
    address.starts_with("proxy/") || address.starts_with("../proxy/")
}

#[cfg(test)]
mod tests;
