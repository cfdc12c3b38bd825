//! What can be ended over HTTP: an application, a driver, the Workers of a host.

use std::net::{IpAddr, SocketAddr};

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{ConnectInfo, FromRequest, Request as HttpRequest, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use core_master::{Event, Request as Asked, Response as Answered};
use edge_config::{DecommissionAllow, LocalMachine, Machine};
use edge_http::{Refusal, bad_request, done, forbidden, found, not_allowed, not_found};
use model::{ApplicationId, DriverId};
use tracing::info;

use super::{Pages, not_available, not_here};
use crate::event_loop::Request;

/// What a form sends, in the query or in the body, as servlets see it.
pub(super) struct Parameters(Vec<(String, String)>);

impl<S: Send + Sync> FromRequest<S> for Parameters {
    type Rejection = BytesRejection;

    async fn from_request(request: HttpRequest, state: &S) -> Result<Self, BytesRejection> {
        let query = request.uri().query().unwrap_or_default().to_owned();
        let body = Bytes::from_request(request, state).await?;
        Ok(Self::read(&query, &body))
    }
}

impl Parameters {
    fn read(query: &str, body: &[u8]) -> Self {
        let of = |form| serde_urlencoded::from_bytes::<Vec<(String, String)>>(form).unwrap_or_default();
        Self([query.as_bytes(), body].into_iter().flat_map(of).collect())
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(one, _)| one == name).map(|(_, value)| value.as_str())
    }

    fn first(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }
}

/// `POST /app/kill/`
pub(super) async fn application(
    State(pages): State<Pages>,
    headers: HeaderMap,
    form: Parameters,
) -> Result<Response, Refusal> {
    let id = pages.allow_kill(&form, &headers)?;
    let event = Event::KillApplication { application: ApplicationId::new(id) };
    // A Master that shuts down ends nothing any more; the page that follows says so.
    let _ = pages.0.requests.send(Request::Event(Box::new(event))).await;
    Ok(found("../../"))
}

/// `POST /driver/kill/`
pub(super) async fn driver(
    State(pages): State<Pages>,
    headers: HeaderMap,
    form: Parameters,
) -> Result<Response, Refusal> {
    let asked = Asked::KillDriver(DriverId::new(pages.allow_kill(&form, &headers)?));
    // Whether there was such a driver, too, stands on the page that follows.
    let _ = pages.ask(|reply| Request::Ask(asked, reply)).await;
    Ok(found("../../"))
}

impl Pages {
    /// The id of what may be ended.
    fn allow_kill<'a>(&self, form: &'a Parameters, headers: &HeaderMap) -> Result<&'a str, Refusal> {
        let refused = |text: &str| Refusal::from(forbidden(not_here("Not allowed", text)));
        let Some(token) = &self.0.kill_token else {
            return Err(refused(
                "Ending applications and drivers here is switched off (spark.ui.killEnabled).",
            ));
        };
        let may_lack = !self.0.release.kill_needs_token && !comes_from_a_page(headers);
        if !form.first("csrfToken").map_or(may_lack, |given| given == token) {
            return Err(refused(
                "The form's csrfToken is missing or old: open the Master's page again and press the button there.",
            ));
        }
        let is_meant = form.first("terminate").is_some_and(|one| one.eq_ignore_ascii_case("true"));
        let id = form.first("id").filter(|id| is_meant && !id.is_empty());
        id.ok_or_else(|| bad_request(not_here("Nothing to end", "Send id=ID and terminate=true.")).into())
    }
}

/// Browsers say from which page a form comes; scripts send no such headers.
fn comes_from_a_page(headers: &HeaderMap) -> bool {
    [header::ORIGIN.as_str(), header::REFERER.as_str(), "sec-fetch-site"]
        .iter()
        .any(|name| headers.contains_key(*name))
}

/// `POST /workers/kill/` with `host=A&host=B`: decommissions the Workers of these hosts (`MasterWebUI.initialize`, 3.5).
pub(super) async fn workers(
    State(pages): State<Pages>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    form: Parameters,
) -> Result<Response, Refusal> {
    let settings = &pages.0.settings;
    let refused = |text: &str| Err(not_allowed(not_here("Not allowed", text)).into());
    if !settings.decommission_enabled {
        return refused("Workers are decommissioned here only where spark.decommission.enabled is true.");
    }
    if !is_allowed(settings.decommission_allow, peer.ip(), &LocalMachine) {
        return refused(
            "spark.master.ui.decommission.allow.mode does not allow this from where you are: LOCAL allows it \
             from the Master's own machine, ALLOW from anywhere.",
        );
    }
    let hosts: Vec<String> = form.all("host").map(str::to_owned).collect();
    let asked = Asked::DecommissionHosts(hosts.clone());
    let answer = pages.ask(|reply| Request::Ask(asked, reply)).await;
    match answer.map_err(not_available)? {
        Answered::Decommissioned(0) => Err(not_found(not_here(
            "No such Worker",
            &format!("No Worker is alive on {}.", hosts.join(", ")),
        ))
        .into()),
        Answered::Decommissioned(workers) => {
            info!(target: "MasterWebUI", "Decommissioning of hosts {} decommissioned {workers} workers", hosts.join(", "));
            Ok(done())
        }
        _ => Err(StatusCode::INTERNAL_SERVER_ERROR.into_response().into()),
    }
}

fn is_allowed(mode: DecommissionAllow, peer: IpAddr, machine: &dyn Machine) -> bool {
    // A socket for both families shows 10.0.0.1 as ::ffff:10.0.0.1.
    let peer = peer.to_canonical();
    match mode {
        DecommissionAllow::Allow => true,
        DecommissionAllow::Deny => false,
        DecommissionAllow::Local => {
            peer.is_loopback() || machine.interfaces().iter().any(|one| one.address == peer)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_stand_in_the_query_and_in_the_body() {
        let form = Parameters::read("host=a&x=1", b"host=b%2Ec&host=");
        assert_eq!(form.all("host").collect::<Vec<_>>(), ["a", "b.c", ""]);
        assert_eq!((form.first("x"), form.first("y")), (Some("1"), None));
        assert_eq!(Parameters::read("", b"\xff%%").first("host"), None);
    }

    #[test]
    fn local_means_this_machine_by_any_of_its_addresses() {
        let local = |peer: &str| is_allowed(DecommissionAllow::Local, peer.parse().unwrap(), &LocalMachine);
        assert!(local("127.0.0.1") && local("::1") && local("::ffff:127.0.0.1"));
        for interface in LocalMachine.interfaces() {
            assert!(is_allowed(DecommissionAllow::Local, interface.address, &LocalMachine), "{interface:?}");
        }
        assert!(!local("192.0.2.7") && !local("::ffff:192.0.2.7"));
        let far = "192.0.2.7".parse().unwrap();
        assert!(is_allowed(DecommissionAllow::Allow, far, &LocalMachine));
        assert!(!is_allowed(DecommissionAllow::Deny, "127.0.0.1".parse().unwrap(), &LocalMachine));
    }
}
