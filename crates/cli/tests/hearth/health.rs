//! `hearth health` with a Master of the same program, with one that does not lead, and with nobody.

use rustix::process::Signal;

use super::place;

#[test]
fn a_page_is_asked_and_the_exit_status_tells() {
    let place = place();
    let mut master = place.start(&["master", "--port", "0", "--webui-port", "0"]);
    let page =
        master.logged("Bound MasterWebUI to").rsplit(' ').next().unwrap().trim_end_matches('/').to_owned();
    for path in ["healthz", "readyz"] {
        let well = place.run(&["health", &format!("{page}/{path}")]);
        assert_eq!((well.status, well.stderr.as_str()), (Some(0), ""), "{path}");
    }
    let unknown = place.run(&["health", &format!("{page}/unknown")]);
    assert_eq!((unknown.status, unknown.stdout.as_str()), (Some(1), ""));
    assert!(unknown.stderr.contains("/unknown answers 404"), "{}", unknown.stderr);
    master.signal(Signal::TERM);
    assert_eq!(master.end().status, Some(0));

    let gone = place.run(&["health", &format!("{page}/healthz")]);
    assert_eq!(gone.status, Some(1));
    assert!(gone.stderr.contains("cannot be reached"), "{}", gone.stderr);
    let wrong = place.run(&["health", "127.0.0.1:8080"]);
    assert_eq!(wrong.status, Some(2));
    assert!(wrong.stderr.contains("write http://HOST:PORT/healthz"), "{}", wrong.stderr);
}
