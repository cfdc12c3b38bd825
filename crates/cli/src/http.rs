//! Asking a Master over HTTP: one way to wait, to write ids into addresses and to say what went wrong.

use std::time::Duration;

use ureq::Agent;

/// How long a Master may take to accept, and to answer (`RestSubmissionClient`: 10 s).
const PATIENCE: Duration = Duration::from_secs(10);

/// A client that follows no redirect and takes every status as an answer.
pub(crate) fn agent() -> Agent {
    let config = Agent::config_builder()
        .timeout_connect(Some(PATIENCE))
        .timeout_global(Some(PATIENCE * 3))
        .max_redirects(0)
        .http_status_as_error(false);
    config.build().into()
}

/// Why there was no answer, as the end of a sentence that begins with whom one asked.
pub(crate) fn said(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Timeout(_) => format!("does not answer within {} s", PATIENCE.as_secs()),
        ureq::Error::HostNotFound => "is a host that nobody knows".to_owned(),
        ureq::Error::Io(error) => format!("cannot be reached ({error})"),
        other => format!("does not answer in HTTP ({other})"),
    }
}

/// An id as a segment of a path.
pub(crate) fn in_path(id: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    id.bytes()
        .map(|byte| if keep(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
