//! Answers with the content types and headers of Spark's own pages.

use axum::Router;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS, X_XSS_PROTECTION,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};

/// What every answer carries (`JettyUtils.createServlet`, 4.3). A page's own policy may only narrow this one.
const ALWAYS: [(HeaderName, &str); 6] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "SAMEORIGIN"),
    (X_XSS_PROTECTION, "0"),
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; \
         img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'",
    ),
    (REFERRER_POLICY, "same-origin"),
    (CACHE_CONTROL, "no-cache, no-store, must-revalidate"),
];

/// An answer that a handler gives in the place of the one that it was asked for.
#[derive(Debug)]
pub struct Refusal(Box<Response>);

impl From<Response> for Refusal {
    fn from(response: Response) -> Self {
        Self(Box::new(response))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        *self.0
    }
}

/// Makes one page of a short title and a sentence or two; both are plain text.
pub type MessagePage = fn(title: &str, text: &str) -> String;

/// A page.
pub fn html(page: String) -> Response {
    answer(StatusCode::OK, "text/html;charset=utf-8", page)
}

/// The content type of JSON that Spark's `/json/` has (3.5 and 4.3).
pub const JSON: &str = "text/json;charset=utf-8";

/// The content type of plain text.
pub const TEXT: &str = "text/plain;charset=utf-8";

/// JSON.
pub fn json(text: String) -> Response {
    answer(StatusCode::OK, JSON, text)
}

/// Plain text.
pub fn text(text: String) -> Response {
    answer(StatusCode::OK, TEXT, text)
}

/// A page that says that something is not there.
pub fn not_found(page: String) -> Response {
    answer(StatusCode::NOT_FOUND, "text/html;charset=utf-8", page)
}

/// A page that says what is wrong with the question.
pub fn bad_request(page: String) -> Response {
    answer(StatusCode::BAD_REQUEST, "text/html;charset=utf-8", page)
}

/// A page that says why something is not allowed.
pub fn forbidden(page: String) -> Response {
    answer(StatusCode::FORBIDDEN, "text/html;charset=utf-8", page)
}

/// A page that says that an address is not to be used in this way.
pub fn not_allowed(page: String) -> Response {
    answer(StatusCode::METHOD_NOT_ALLOWED, "text/html;charset=utf-8", page)
}

/// A page that says that a server behind this one did not answer.
pub fn bad_gateway(page: String) -> Response {
    answer(StatusCode::BAD_GATEWAY, "text/html;charset=utf-8", page)
}

/// A page that says that the daemon cannot answer now.
pub fn unavailable(page: String) -> Response {
    answer(StatusCode::SERVICE_UNAVAILABLE, "text/html;charset=utf-8", page)
}

/// Text of another type, such as that of metrics.
pub fn text_of(content_type: &'static str, text: String) -> Response {
    answer(StatusCode::OK, content_type, text)
}

/// That something is not there, for whoever reads no pages.
pub fn not_found_of(content_type: &'static str, text: String) -> Response {
    answer(StatusCode::NOT_FOUND, content_type, text)
}

/// A sentence about whether the daemon does what it should, for whoever probes it.
pub fn probe(is_well: bool, text: &'static str) -> Response {
    let status = if is_well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    answer(status, TEXT, format!("{text}\n"))
}

/// After a deed, the page that shows its outcome (`JettyUtils.createRedirectHandler`, 3.5). `location` is an address
/// from the one that was asked for.
pub fn found(location: &'static str) -> Response {
    (StatusCode::FOUND, [(LOCATION, HeaderValue::from_static(location))]).into_response()
}

/// A deed that needs no page to follow it.
pub fn done() -> Response {
    StatusCode::OK.into_response()
}

/// An address without its closing slash: leads to the one with it, query included, as Jetty does.
pub fn add_slash(status: StatusCode, uri: &Uri) -> Response {
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    // One slash in front, so that no address can lead to another host.
    let location = format!("/{}/{query}", uri.path().trim_matches('/'));
    match HeaderValue::try_from(location) {
        Ok(location) => (status, [(LOCATION, location)]).into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

/// Lets an unknown address answer 404 and a known one that is asked wrongly 405, each with a page that helps.
pub fn with_fallbacks(router: Router, page: MessagePage) -> Router {
    let unknown = move |uri: Uri| async move {
        let text = format!("There is nothing at {} on this server.", uri.path());
        not_found(page("Not found", &text))
    };
    let wrong_method = move |method: Method, uri: Uri| async move {
        let text = format!("The address {} does not answer {method}.", uri.path());
        not_allowed(page("Method not allowed", &text))
    };
    router.fallback(unknown).method_not_allowed_fallback(wrong_method)
}

/// Adds the headers that every answer carries; what an answer has said itself stands.
pub(crate) fn secure(headers: &mut HeaderMap) {
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}

fn answer(status: StatusCode, content_type: &'static str, body: String) -> Response {
    (status, [(CONTENT_TYPE, HeaderValue::from_static(content_type))], body).into_response()
}
