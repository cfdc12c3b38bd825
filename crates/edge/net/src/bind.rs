//! A listening port: the one that was asked for, or one of the next where it is taken.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use tokio::net::{TcpListener, lookup_host};

/// The first port that a user may bind, and how many follow.
const FIRST_USER_PORT: u32 = 1024;
const USER_PORTS: u32 = 65536 - FIRST_USER_PORT;

/// Why no port could be had.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// The name leads to no address.
    #[error("the host '{host}' cannot be resolved ({source}): give a name or an address of this machine")]
    UnknownHost {
        /// The name that was given.
        host: String,
        /// What the resolver said.
        source: io::Error,
    },
    /// Somebody else listens there, and on each port that was tried after it.
    #[error("{}", in_use(host, *port, *last_port, *max_retries))]
    InUse {
        /// The host that was given.
        host: String,
        /// The port that was given.
        port: u16,
        /// The last port that was tried.
        last_port: u16,
        /// `spark.port.maxRetries`.
        max_retries: u16,
    },
    /// The machine refuses.
    #[error("cannot listen on {host}:{port} ({source}): {}", advice(source.kind()))]
    Refused {
        /// The host that was given.
        host: String,
        /// The port that was tried.
        port: u16,
        /// What the machine said.
        source: io::Error,
    },
}

fn in_use(host: &str, port: u16, last_port: u16, max_retries: u16) -> String {
    let tried = if port == last_port {
        format!("port {port} on {host} is in use")
    } else {
        format!("port {port} on {host} is in use, and so are the next ones up to {last_port}")
    };
    format!(
        "{tried}: choose another port (0 takes any free one), end what listens there, \
         or raise spark.port.maxRetries (now {max_retries})"
    )
}

fn advice(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::AddrNotAvailable => {
            "no interface of this machine has that address; 0.0.0.0 means all of them"
        }
        ErrorKind::PermissionDenied => "ports below 1024 belong to the system; choose a higher one",
        _ => "choose another host or port",
    }
}

/// Listens on `port`; where it is taken on the next one, up to `max_retries` further ones (`Utils.startServiceOnPort`,
/// 3.5). Port 0 is any free one. An IPv6 address may stand in brackets.
///
/// # Errors
/// When the host is none of this machine's, no port that may be tried is free, or the machine refuses.
pub async fn bind(host: &str, port: u16, max_retries: u16) -> Result<TcpListener, BindError> {
    let name = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    let addresses: Vec<SocketAddr> = match lookup_host((name, port)).await {
        Ok(addresses) => addresses.collect(),
        Err(source) => return Err(BindError::UnknownHost { host: host.to_owned(), source }),
    };
    let retries = if port == 0 { 0 } else { max_retries };
    let mut last_port = port;
    for retry in 0..=retries {
        let next = nth_port(port, retry);
        if retry > 0 {
            tracing::warn!("Could not bind on port {last_port}. Attempting port {next}.");
        }
        last_port = next;
        let here: Vec<SocketAddr> = addresses.iter().map(|one| SocketAddr::new(one.ip(), next)).collect();
        match TcpListener::bind(here.as_slice()).await {
            Ok(listener) => return Ok(listener),
            Err(error) if error.kind() == ErrorKind::AddrInUse => {}
            Err(source) => return Err(BindError::Refused { host: host.to_owned(), port: next, source }),
        }
    }
    Err(BindError::InUse { host: host.to_owned(), port, last_port, max_retries })
}

/// The port tried after so many failures: beyond the last one it goes on with the first that a user may bind
/// (`Utils.userPort`, 3.5).
fn nth_port(port: u16, retry: u16) -> u16 {
    let sum = u32::from(port) + u32::from(retry);
    let wrapped = match sum.checked_sub(FIRST_USER_PORT) {
        Some(above) => above % USER_PORTS + FIRST_USER_PORT,
        None => sum,
    };
    u16::try_from(wrapped).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests;
