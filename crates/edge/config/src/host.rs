//! The host that a daemon listens on and advertises where no flag or variable of its own names one.

use std::net::{IpAddr, Ipv4Addr};

use crate::effective::Effective;
use crate::error::{BadValue, ConfigError, Origin, Warning};
use crate::machine::{Interface, Machine};
use crate::table;

/// `Utils.localHostName` (3.5): `SPARK_LOCAL_HOSTNAME`, else the address of [`local_address`].
pub(crate) fn local_host(effective: &mut Effective<'_>) -> Result<String, ConfigError> {
    if let Some(name) = effective.given(&table::LOCAL_HOSTNAME)? {
        return Ok(name);
    }
    let address = match effective.environment().value("SPARK_LOCAL_IP") {
        Some(text) => named_address(effective.machine(), text)?,
        None => {
            let (address, warning) = local_address(effective.machine());
            effective.warn(warning);
            address
        }
    };
    Ok(in_url(address))
}

/// The address that a page binds: `SPARK_LOCAL_IP`, else every interface (`WebUI.bind`, 3.5).
pub(crate) fn web_ui_bind(effective: &Effective<'_>) -> Result<String, ConfigError> {
    match effective.environment().value("SPARK_LOCAL_IP") {
        Some(text) => named_address(effective.machine(), text).map(|address| address.to_string()),
        None => Ok("0.0.0.0".into()),
    }
}

fn named_address(machine: &dyn Machine, text: &str) -> Result<IpAddr, ConfigError> {
    let bare = text.trim_matches(['[', ']']);
    if let Ok(address) = bare.parse() {
        return Ok(address);
    }
    preferred(&machine.resolve(text)).ok_or_else(|| {
        let problem = "neither an IP address nor a name that can be resolved".into();
        let advice = "write an address of this machine, e.g. 127.0.0.1".into();
        let (name, value) = ("SPARK_LOCAL_IP".into(), text.into());
        BadValue { origin: Origin::Variable, name, value, problem, advice }.into()
    })
}

/// `Utils.findLocalInetAddress` (3.5): what the host name resolves to; where that is only the loopback, the
/// first interface that other machines can reach.
fn local_address(machine: &dyn Machine) -> (IpAddr, Option<Warning>) {
    let host_name = machine.host_name();
    let resolved = preferred(&machine.resolve(&host_name)).unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    if !resolved.is_loopback() {
        return (resolved, None);
    }
    let told = "set SPARK_LOCAL_IP if you need to bind to another address";
    match reachable(machine.interfaces()) {
        Some(Interface { name, address }) => {
            let text = format!(
                "the host name {host_name} resolves to the loopback address {resolved}; using {address} instead \
                 (on interface {name}); {told}"
            );
            (address, Some(Warning(text)))
        }
        None => {
            let text = format!(
                "the host name {host_name} resolves to the loopback address {resolved}, and no interface has \
                 another; other machines cannot reach it; {told}"
            );
            (resolved, Some(Warning(text)))
        }
    }
}

/// The first interface with an address that is neither loopback nor link-local; its IPv4 address if it has one.
fn reachable(interfaces: Vec<Interface>) -> Option<Interface> {
    let mut candidates: Vec<_> = interfaces.into_iter().filter(|one| is_reachable(one.address)).collect();
    let first = candidates.first()?.name.clone();
    candidates.retain(|one| one.name == first);
    let chosen = candidates.iter().position(|one| one.address.is_ipv4()).unwrap_or(0);
    Some(candidates.swap_remove(chosen))
}

fn is_reachable(address: IpAddr) -> bool {
    let link_local = match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.is_unicast_link_local(),
    };
    !address.is_loopback() && !link_local
}

/// IPv4 first, as a JVM has it.
fn preferred(addresses: &[IpAddr]) -> Option<IpAddr> {
    addresses.iter().find(|one| one.is_ipv4()).or(addresses.first()).copied()
}

fn in_url(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}
