//! The host where nothing names one, as in `Utils.findLocalInetAddress`.

use edge_config::Interface;

use super::{Case, case};

fn with_interfaces(interfaces: &[(&str, &str)]) -> Case {
    let mut case = case();
    case.machine.resolved = vec!["127.0.1.1".parse().unwrap()];
    case.machine.interfaces = interfaces
        .iter()
        .map(|(name, address)| Interface { name: (*name).into(), address: address.parse().unwrap() })
        .collect();
    case
}

#[test]
fn variables_name_it_first() {
    let case = case().variable("SPARK_LOCAL_IP", "10.0.0.9").variable("SPARK_PUBLIC_DNS", "spark.example");
    let settings = case.quiet_master();
    assert_eq!((settings.host.as_str(), settings.web_ui_bind.as_str()), ("10.0.0.9", "10.0.0.9"));
    assert_eq!(settings.public_host, "spark.example");
    let settings = case.variable("SPARK_LOCAL_HOSTNAME", "named").quiet_master();
    assert_eq!((settings.host.as_str(), settings.web_ui_bind.as_str()), ("named", "10.0.0.9"));
}

#[test]
fn the_host_names_own_address_prefers_ipv4() {
    let mut case = case();
    case.machine.resolved = vec!["2001:db8::1".parse().unwrap(), "192.0.2.7".parse().unwrap()];
    assert_eq!(case.quiet_master().host, "192.0.2.7");
    case.machine.resolved.pop();
    assert_eq!(case.quiet_master().host, "[2001:db8::1]");
}

#[test]
fn a_loopback_name_gives_way_to_the_first_interface_that_others_reach() {
    let case = with_interfaces(&[
        ("lo", "127.0.0.1"),
        ("lo", "::1"),
        ("eth0", "fe80::1"),
        ("eth0", "2001:db8::1"),
        ("eth0", "192.0.2.7"),
        ("eth1", "192.0.2.8"),
    ]);
    let (settings, warnings) = case.master().unwrap();
    assert_eq!(settings.host, "192.0.2.7");
    assert_eq!(
        warnings[0].0,
        "the host name laptop resolves to the loopback address 127.0.1.1; using 192.0.2.7 instead (on interface \
         eth0); set SPARK_LOCAL_IP if you need to bind to another address"
    );
}

#[test]
fn a_machine_alone_stays_on_its_loopback() {
    let case = with_interfaces(&[("lo", "127.0.0.1"), ("eth0", "169.254.0.1")]);
    let (settings, warnings) = case.master().unwrap();
    assert_eq!(settings.host, "127.0.1.1");
    assert!(warnings[0].0.contains("no interface has another"), "{warnings:?}");
}

#[test]
fn a_named_host_asks_the_machine_nothing() {
    let case = with_interfaces(&[("eth0", "192.0.2.7")]).flag("--host", "master-0.spark");
    assert_eq!(case.quiet_master().host, "master-0.spark");
}

#[test]
fn an_address_that_is_none_is_named() {
    let error = case().variable("SPARK_LOCAL_IP", "no.such.name").master_error();
    assert!(error.starts_with("SPARK_LOCAL_IP is 'no.such.name': neither an IP address"), "{error}");
    let error = case().flag("--host", "a:7077").master_error();
    assert_eq!(
        error,
        "--host is 'a:7077': a host with a port, where only the host belongs; write e.g. 10.0.0.5"
    );
}
