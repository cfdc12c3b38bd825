//! Queries for logs, and stretches of them.

use super::{page as log_page, *};

fn query() -> LogQuery {
    LogQuery {
        app_id: Some("app-20261120092100-0021".into()),
        executor_id: Some("0".into()),
        log_type: Some("stderr".into()),
        ..LogQuery::default()
    }
}

fn request(change: impl FnOnce(&mut LogQuery)) -> Result<LogRequest, BadLogQuery> {
    let mut query = query();
    change(&mut query);
    LogRequest::try_from(query)
}

#[test]
fn a_query_names_a_log() {
    let request = request(|_| ()).unwrap();
    assert_eq!(request.owner.to_string(), "app-20261120092100-0021/0");
    assert_eq!(request.log_type, LogType::Stderr);
    assert!(request.follows());
    let driver = LogQuery {
        driver_id: Some("driver-1".into()),
        log_type: Some("stdout".into()),
        ..LogQuery::default()
    };
    assert_eq!(LogRequest::try_from(driver).unwrap().owner, LogOwner::Driver("driver-1".into()));
}

#[test]
fn a_query_that_names_none_is_told_why() {
    let refused = |change: fn(&mut LogQuery)| request(change).unwrap_err().to_string();
    for id in ["..", ".", "", "a/b", "../../etc", "a\\b", "a\0b", "/etc"] {
        let error = request(|query| query.app_id = Some(id.into())).unwrap_err().to_string();
        assert_eq!(error, format!("appId '{id}' is not an id"));
    }
    assert_eq!(
        refused(|query| query.executor_id = Some("../1".into())),
        "executorId '../1' is not an executor's number"
    );
    assert_eq!(
        refused(|query| query.log_type = Some("core".into())),
        "logType 'core' is neither stdout nor stderr"
    );
    assert_eq!(
        refused(|query| query.log_type = Some("out".into())),
        "logType 'out' is neither stdout nor stderr"
    );
    assert_eq!(refused(|query| query.offset = Some("x".into())), "offset 'x' is not a number of bytes");
    assert_eq!(
        refused(|query| query.byte_length = Some("9e9".into())),
        "byteLength '9e9' is not a number of bytes"
    );
    for half in [
        (|query: &mut LogQuery| query.executor_id = None) as fn(&mut LogQuery),
        |query| query.app_id = None,
        |query| query.driver_id = Some("driver-1".into()),
        |query| query.own = Some(String::new()),
    ] {
        assert!(refused(half).starts_with("name appId and executorId, or driverId"));
    }
}

#[test]
fn a_stretch_lies_within_the_log_and_within_bounds() {
    let range = |offset: Option<&str>, length: Option<&str>, total| {
        let change = |query: &mut LogQuery| {
            query.offset = offset.map(Into::into);
            query.byte_length = length.map(Into::into);
        };
        request(change).unwrap().range(total)
    };
    assert_eq!(range(None, None, 10), 0..10);
    assert_eq!(range(None, None, 1_000_000), 1_000_000 - DEFAULT_LOG_BYTES..1_000_000);
    assert_eq!(range(None, Some("300"), 1000), 700..1000);
    assert_eq!(range(Some("100"), Some("300"), 1000), 100..400);
    assert_eq!(range(Some("-5"), Some("300"), 1000), 0..300);
    assert_eq!(range(Some("5000"), Some("300"), 1000), 1000..1000);
    assert_eq!(range(Some("9223372036854775807"), Some("300"), 1000), 1000..1000);
    assert_eq!(range(Some("0"), Some("9223372036854775807"), u64::MAX), 0..MAX_LOG_BYTES);
    assert_eq!(range(Some("0"), Some("-1"), 1000), 0..1);
    assert_eq!(range(None, None, 0), 0..0);
}

#[test]
fn the_plain_text_begins_with_what_it_is() {
    let slice = LogSlice { bytes: b"line <1>\n", start: 91, total: 100 };
    let path = "/var/work/app-1/0/stderr";
    assert_eq!(plain(path, &slice), "==== Bytes 91-100 of 100 of /var/work/app-1/0/stderr ====\nline <1>\n");
}

#[test]
fn a_stretch_that_cuts_a_character_leaves_it_out() {
    let bytes = "€uro naïve €".as_bytes();
    let text = |from: usize, to: usize| {
        let slice = LogSlice { bytes: &bytes[from..to], start: from as u64, total: bytes.len() as u64 };
        plain("p", &slice).split_once('\n').unwrap().1.to_owned()
    };
    assert_eq!(text(0, bytes.len()), "€uro naïve €");
    assert_eq!(text(1, bytes.len() - 1), "uro naïve ");
    assert_eq!(text(2, bytes.len() - 2), "uro naïve ");
    assert_eq!(text(1, 2), "");
    let slice = LogSlice { bytes: b"a\xff\xfeb", start: 0, total: 4 };
    assert!(plain("p", &slice).ends_with("a\u{fffd}\u{fffd}b"), "bytes that are no text are marked");
}

#[test]
fn a_page_of_a_log_leads_to_its_neighbours() {
    let middle = request(|query| {
        query.offset = Some("500".into());
        query.byte_length = Some("200".into());
    });
    let page =
        log_page("Worker", &middle.unwrap(), &LogSlice { bytes: &[b'x'; 200], start: 500, total: 1000 });
    let link = |offset: &str| {
        format!(
            "href=\"?appId=app-20261120092100-0021&amp;executorId=0&amp;logType=stderr{offset}&amp;byteLength=200\""
        )
    };
    for offset in ["&amp;offset=0", "&amp;offset=300", "&amp;offset=700", ""] {
        assert!(page.contains(&link(offset)), "no link to {offset}");
    }
    assert!(page.contains("Bytes 500 – 700 of 1000"));
    assert!(!page.contains("<main data-renews>"), "a stretch in the middle stays as it is");
}

#[test]
fn the_end_of_a_log_renews_itself_and_has_nothing_newer() {
    let end = request(|_| ()).unwrap();
    let page = log_page("Worker", &end, &LogSlice { bytes: b"<b>last & least</b>", start: 0, total: 19 });
    assert!(page.contains("<main data-renews>"));
    assert!(page.contains("&lt;b&gt;last &amp; least&lt;/b&gt;"));
    assert!(!page.contains("offset="), "all of it is shown");
    let page = log_page("Worker", &end, &LogSlice { bytes: b"", start: 0, total: 0 });
    assert!(page.contains("Nothing has been written here yet."));
}

#[test]
fn the_daemons_own_log_is_asked_for_by_self() {
    let own = |log_type: Option<&str>| {
        let log_type = log_type.map(Into::into);
        LogRequest::try_from(LogQuery { own: Some(String::new()), log_type, ..LogQuery::default() })
    };
    for log_type in [None, Some("out")] {
        let request = own(log_type).unwrap();
        assert_eq!((&request.owner, request.log_type), (&LogOwner::Daemon, LogType::Out));
        let page = log_page("Master", &request, &LogSlice { bytes: b"x", start: 200_000, total: 200_001 });
        assert!(page.contains("<title>out log page for this daemon</title>"), "{page}");
        assert!(page.contains("href=\"?self&amp;logType=out&amp;offset=97600\""), "{page}");
    }
    assert_eq!(own(Some("stderr")).unwrap_err().to_string(), "logType 'stderr' is not out");
}
