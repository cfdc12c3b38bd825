//! Ports in use, addresses that are none, and what the errors say.

use super::*;

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// A port whose neighbour is free too: tries until the machine has one.
async fn two_neighbours() -> (TcpListener, u16) {
    loop {
        let first = bind("127.0.0.1", 0, 0).await.unwrap();
        let port = first.local_addr().unwrap().port();
        if port < u16::MAX && bind("127.0.0.1", port + 1, 0).await.is_ok() {
            return (first, port);
        }
    }
}

#[test]
fn the_next_port_is_taken_where_one_is_in_use() {
    run(async {
        let (_held, port) = two_neighbours().await;
        let next = bind("127.0.0.1", port, 16).await.unwrap();
        let got = next.local_addr().unwrap().port();
        assert!(got > port && got <= port + 16, "{got} after {port}");
    });
}

#[test]
fn a_taken_port_without_retries_says_which_and_what_to_do() {
    run(async {
        let held = bind("127.0.0.1", 0, 0).await.unwrap();
        let port = held.local_addr().unwrap().port();
        let error = bind("127.0.0.1", port, 0).await.unwrap_err().to_string();
        assert_eq!(
            error,
            format!(
                "port {port} on 127.0.0.1 is in use: choose another port (0 takes any free one), end what listens \
                 there, or raise spark.port.maxRetries (now 0)"
            )
        );
    });
}

#[test]
fn all_ports_taken_names_the_last_one() {
    let error =
        BindError::InUse { host: "h".into(), port: 8080, last_port: 8082, max_retries: 2 }.to_string();
    assert!(error.starts_with("port 8080 on h is in use, and so are the next ones up to 8082: "), "{error}");
}

#[test]
fn port_zero_is_any_free_one_and_brackets_are_allowed() {
    run(async {
        let one = bind("127.0.0.1", 0, 16).await.unwrap();
        assert_ne!(one.local_addr().unwrap().port(), 0);
        if let Err(error) = bind("[::1]", 0, 0).await {
            assert!(matches!(error, BindError::Refused { .. }), "a machine without IPv6 refuses: {error}");
        }
    });
}

#[test]
fn an_address_of_another_machine_is_refused_at_once() {
    run(async {
        let error = bind("192.0.2.1", 8080, 16).await.unwrap_err().to_string();
        assert!(
            error.contains("192.0.2.1:8080") && error.contains("no interface of this machine"),
            "{error}"
        );
    });
}

#[test]
fn a_name_that_leads_nowhere_is_named() {
    run(async {
        let error = bind("no-such-host.invalid", 8080, 0).await.unwrap_err().to_string();
        assert!(error.contains("'no-such-host.invalid' cannot be resolved"), "{error}");
    });
}

#[test]
fn after_the_last_port_comes_the_first_of_a_user() {
    assert_eq!(nth_port(8080, 16), 8096);
    assert_eq!(nth_port(65535, 0), 65535);
    assert_eq!(nth_port(65535, 1), 1024);
    assert_eq!(nth_port(80, 2), 82);
}
