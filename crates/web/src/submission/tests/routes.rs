//! Paths and methods.

use model::DriverId;

use super::{Answer, Content, Question, Route, submissions, text};

fn answered(version: &str, method: &str, path: &str) -> Answer {
    match submissions(version).route(method, path) {
        Route::Answer(answer) => answer,
        other => panic!("{method} {path} of {version} is no answer: {other:?}"),
    }
}

fn status_of(version: &str, path: &str) -> DriverId {
    match submissions(version).route("GET", path) {
        Route::Ask(Question::Status(id)) => id,
        other => panic!("{path} of {version} asks for no status: {other:?}"),
    }
}

#[test]
fn what_is_no_action_is_told_what_there_is() {
    let please = "Please submit requests through http://[host]:[port]/v1/submissions/...";
    for (path, status, what) in [
        ("/", 400, "Missing protocol version."),
        ("/v1", 400, "Missing the /submissions prefix."),
        ("/v1/submissions/", 400, "Missing an action: please specify one of /create, /kill, or /status."),
        (
            "/v1/submissions/statusx",
            400,
            "Missing an action: please specify one of /create, /kill, or /status.",
        ),
        (
            "/v1/submissions/readyz",
            400,
            "Missing an action: please specify one of /create, /kill, or /status.",
        ),
        ("/v1/nothing", 468, "Unknown protocol version 'v1'."),
        ("/v2/submissions/create", 468, "Unknown protocol version 'v2'."),
    ] {
        for method in ["GET", "POST", "DELETE", "FOO"] {
            let answer = answered("3.5.7", method, path);
            assert_eq!(
                (answer.status, text(&answer)),
                (status, format!("{what} {please}")),
                "{method} {path}"
            );
        }
    }
    let answer = text(&answered("4.0.5", "GET", "/v1/submissions"));
    assert!(answer.starts_with(
        "Missing an action: please specify one of /create, /kill, /killall, /clear, /status, or /readyz. "
    ));
    let Content::Json(json) = answered("4.3.0", "GET", "/v2").content else { panic!("no message") };
    assert!(json.contains("\"highestProtocolVersion\" : \"v1\""), "{json}");
}

#[test]
fn an_id_is_the_first_segment_behind_its_action() {
    for (path, id) in [
        ("/v1/submissions/status/driver-1", "driver-1"),
        ("/v1/submissions/status/driver-1/", "driver-1"),
        ("/v1/submissions/status/driver-1/more", "driver-1"),
        ("/v1/submissions/status/a%20b", "a b"),
        ("/v1/submissions/status/%C3%A9", "é"),
        ("/v1/submissions/status/a;b=c", "a"),
        ("/v1/../v1/./submissions/status/x", "x"),
        ("/%76%31/submissions/status/x", "x"),
    ] {
        for version in ["3.5.7", "4.3.0"] {
            assert_eq!(status_of(version, path).as_str(), id, "{path} of {version}");
        }
    }
    for version in ["3.5.7", "4.3.0"] {
        let status = answered(version, "GET", "/v1/submissions/status/");
        assert_eq!(
            (status.status, text(&status).as_str()),
            (400, "Submission ID is missing in status request.")
        );
        let kill = answered(version, "POST", "/v1/submissions/kill");
        assert_eq!((kill.status, text(&kill).as_str()), (400, "Submission ID is missing in kill request."));
    }
}

#[test]
fn a_path_that_may_mean_several_things_is_refused_as_by_the_release() {
    assert_eq!(answered("3.5.7", "GET", "/v1/submissions/status//x").status, 400);
    assert_eq!(
        text(&answered("3.5.7", "GET", "//v1")).split(" Please").next(),
        Some("Missing the /submissions prefix.")
    );
    assert_eq!(status_of("3.5.7", "/v1/submissions/status/a%2Fb").as_str(), "a");
    assert_eq!(status_of("4.1.1", "/v1/submissions/status/%FF").as_str(), "ÿ");
    let bad = |version, path| {
        let answer = answered(version, "GET", path);
        assert!(
            matches!(&answer.content, Content::Html(page) if page.contains("HTTP ERROR 400 Bad Request")),
            "{path}"
        );
    };
    bad("4.0.5", "//v1");
    bad("4.0.5", "/v1/%2e%2e/submissions/status/x");
    bad("4.2.0", "/v1/submissions/status/a%2Fb");
    bad("4.2.0", "/v1/submissions/status/%FF");
    for version in ["3.5.7", "4.3.0"] {
        bad(version, "/v1/submissions/status/%zz");
        bad(version, "/v1/submissions/status/%4");
        bad(version, "/../v1");
    }
}

#[test]
fn an_action_takes_its_own_method() {
    for version in ["3.5.7", "4.3.0"] {
        let create = |method| answered(version, method, "/v1/submissions/create");
        let page = create("GET");
        let Content::Html(html) = &page.content else { panic!("no page: {page:?}") };
        assert!(
            page.status == 405 && html.contains("HTTP method GET is not supported by this URL"),
            "{html}"
        );
        assert_eq!((create("PUT").status, create("PUT").content), (405, Content::Empty));
        assert_eq!((create("PATCH").status, create("PATCH").content), (501, Content::Empty));
        assert_eq!(create("OPTIONS").allow, Some("POST, OPTIONS"));
        assert_eq!(
            answered(version, "OPTIONS", "/v1/submissions/status/x").allow,
            Some("GET, HEAD, OPTIONS")
        );
        assert_eq!(answered(version, "POST", "/v1/submissions/status/x").status, 405);
        assert!(matches!(submissions(version).route("HEAD", "/v1/submissions/status/x"), Route::Ask(_)));
        assert!(matches!(submissions(version).route("POST", "/v1/submissions/create/more"), Route::Create));
    }
    for (method, action) in [("POST", "killall"), ("POST", "clear"), ("GET", "readyz")] {
        let path = format!("/v1/submissions/{action}");
        assert!(matches!(submissions("4.0.0").route(method, &path), Route::Ask(_)), "{action}");
        assert_eq!(answered("3.5.7", method, &path).status, 400);
    }
}

#[test]
fn a_page_is_ascii_and_shows_names_as_text() {
    let answer = answered("4.3.0", "GET", "/v1/submissions/create/<é>");
    let Content::Html(page) = answer.content else { panic!("no page") };
    assert!(page.is_ascii() && page.contains("/create/&lt;&#233;&gt;"), "{page}");
}
