//! What the Master's pages depend on, besides its state: settings, and the part of a long table that is asked for.

use maud::{Markup, html};

use crate::format;
use crate::layout::link;

/// Rows of a table on one page: a cluster of thousands stays a page that a browser shows at once.
pub(super) const ROWS: usize = 500;

/// What the Master's pages depend on, besides its state.
#[derive(Clone, Copy, Debug, Default)]
pub struct PageOptions<'a> {
    /// `spark.master.ui.title`; without it `Spark Master at spark://HOST:PORT`.
    pub title: Option<&'a str>,
    /// Where applications and drivers may be ended from the page (`spark.ui.killEnabled`): what the form sends
    /// along in its field `csrfToken`, so that no other site can send it. Without it there are no such buttons.
    ///
    /// The forms POST `id`, `terminate=true` and `csrfToken` to `/app/kill/` and `/driver/kill/`.
    pub kill_token: Option<&'a str>,
    /// The address of the submission server, where there is one.
    pub rest_url: Option<&'a str>,
    /// `spark.master.ui.historyServerUrl`: where applications that have ended can be looked at.
    pub history_server_url: Option<&'a str>,
    /// Whether links to Workers and applications lead through this server, to `/proxy/ID/` (`spark.ui.reverseProxy`).
    pub reverse_proxy: bool,
    /// Which part of a table is asked for; of all others the first is shown.
    pub turned: Option<Turned<'a>>,
}

/// Which part of a long table is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turned<'a> {
    /// The table: `workers`, `running-app`, `completed-app`, `running-drivers` or `completed-drivers`.
    pub section: &'a str,
    /// Which part, from 1.
    pub page: usize,
}

impl PageOptions<'_> {
    /// The address of the page of a Worker or an application; `root` leads from this page to the Master's first one.
    pub(super) fn page_of(&self, root: &str, id: &str, url: &str) -> String {
        if self.reverse_proxy { format!("{root}proxy/{}/", format::query_value(id)) } else { url.to_owned() }
    }

    /// A link to that page, or plain text where its address is not one of the web.
    pub(super) fn link_to(&self, root: &str, id: &str, url: &str, content: &Markup) -> Markup {
        if self.reverse_proxy && !url.is_empty() {
            html! { a href=(self.page_of(root, id, url)) { (content) } }
        } else {
            link(url, content)
        }
    }

    /// Where an application that has ended can be looked at (`ApplicationPage`, 4.0).
    pub(super) fn history_of(&self, id: &str) -> Option<String> {
        let server = self.history_server_url?.trim_end_matches('/');
        Some(format!("{server}/history/{}", format::query_value(id)))
    }

    /// The part of a table's rows that is shown, and the way to the others where there are some.
    pub(super) fn part<T>(&self, section: &str, mut rows: Vec<T>) -> (Vec<T>, Markup) {
        let all = rows.len();
        if all <= ROWS {
            return (rows, Markup::default());
        }
        let pages = all.div_ceil(ROWS);
        let asked = self.turned.filter(|turned| turned.section == section);
        let page = asked.map_or(1, |turned| turned.page.clamp(1, pages));
        let first = (page - 1) * ROWS;
        let shown: Vec<T> = rows.drain(first..(first + ROWS).min(all)).collect();
        let step = |text: &str, to: usize| {
            let there = to != page && (1..=pages).contains(&to);
            html! {
                @if there { a href={ "?section=" (section) "&page=" (to) "#" (section) } { (text) } }
                @else { span.off { (text) } }
            }
        };
        let way = html! {
            nav.steps {
                (step("First", 1)) (step("← Previous", page - 1))
                span { (first + 1) " – " (first + shown.len()) " of " (all) }
                (step("Next →", page + 1)) (step("Last", pages))
                a href="json/" { "All as JSON" }
            }
        };
        (shown, way)
    }
}
