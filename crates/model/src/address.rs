//! Where a peer can be reached: `host:port`, endpoint references and master URLs.

use std::fmt;
use std::str::FromStr;

/// Host and port of an RPC environment, as its owner advertises them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RpcAddress {
    /// Name or IP address; an IPv6 address stands in brackets, as Spark has it.
    pub host: String,
    /// TCP port.
    pub port: u16,
}

impl RpcAddress {
    /// An address from its parts.
    pub fn new(host: impl Into<String>, port: u16) -> Self {
        Self { host: host.into(), port }
    }

    /// `spark://host:port`.
    pub fn spark_url(&self) -> String {
        format!("spark://{self}")
    }
}

impl fmt::Display for RpcAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

/// A named endpoint at an address: what Spark calls an `RpcEndpointRef`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EndpointRef {
    /// The endpoint's name, e.g. `Master`, `Worker`, `AppClient`.
    pub name: String,
    /// Where its RPC environment listens; none for one that only dials.
    pub address: Option<RpcAddress>,
}

impl EndpointRef {
    /// A reference to an endpoint of an RPC environment that listens.
    pub fn new(name: impl Into<String>, address: RpcAddress) -> Self {
        Self { name: name.into(), address: Some(address) }
    }
}

/// The Masters that a Worker or driver is given: `spark://host1:port1,host2:port2`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MasterUrl {
    /// At least one, in the order given.
    pub masters: Vec<RpcAddress>,
}

/// A master URL that is not one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{url}' is not a master URL ({reason}): write spark://HOST:PORT, or spark://HOST1:PORT1,HOST2:PORT2 for several Masters"
)]
pub struct BadMasterUrl {
    url: String,
    reason: String,
}

impl FromStr for MasterUrl {
    type Err = BadMasterUrl;

    fn from_str(url: &str) -> Result<Self, BadMasterUrl> {
        let bad = |reason: String| BadMasterUrl { url: url.to_owned(), reason };
        let list =
            url.strip_prefix("spark://").ok_or_else(|| bad("it does not begin with spark://".into()))?;
        let masters =
            list.split(',').map(|one| parse_address(one).map_err(&bad)).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { masters })
    }
}

fn parse_address(text: &str) -> Result<RpcAddress, String> {
    let (host, port) = text.rsplit_once(':').ok_or_else(|| format!("'{text}' has no port"))?;
    if host.is_empty() || host.contains(['/', '@', ' ', '?', '#']) {
        return Err(format!("'{host}' is not a host"));
    }
    if host.contains(':') && !(host.starts_with('[') && host.ends_with(']')) {
        return Err(format!("the IPv6 address '{host}' must stand in brackets"));
    }
    match port.parse::<u16>() {
        Ok(port) if port > 0 => Ok(RpcAddress::new(host, port)),
        _ => Err(format!("'{port}' is not a port between 1 and 65535")),
    }
}

#[cfg(test)]
mod tests;
