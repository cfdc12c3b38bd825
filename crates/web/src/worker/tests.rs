//! The Worker's JSON and page, and stretches of logs.

use super::*;
use crate::json_text;
use crate::samples::{busy_worker, lone_worker};

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
fn the_json_has_sparks_fields() {
    insta::assert_snapshot!("busy", json_text(&json(&busy_worker())));
    insta::assert_snapshot!("lone", json_text(&json(&lone_worker())));
}

#[test]
fn a_command_shows_no_secret() {
    let text = json_text(&json(&busy_worker()));
    assert!(text.contains("CoarseGrainedExecutorBackend,List(--driver-url, spark://"), "{text}");
    assert!(text.contains("Map(SPARK_USER -> *********(redacted)"), "{text}");
    assert!(
        text.contains("ArraySeq(-Dspark.driver.port=43391, -Dstore.Password=*********(redacted))"),
        "{text}"
    );
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
fn a_worker_without_a_master_says_so() {
    let page = page(&lone_worker(), 3600);
    assert!(page.contains("not registered with a Master"));
    assert!(page.contains("No executor runs here."));
    assert!(!page.contains("Back to Master") && !page.contains("Finished Executors"));
}

#[test]
fn a_busy_worker_shows_what_runs_and_what_ran() {
    let page = page(&busy_worker(), 3600);
    for text in [
        "<title>Spark Worker at 10.20.0.1:40001</title>",
        "<a href=\"http://larch.example.net:8080\">← Back to Master</a>",
        "<code>spark://larch.example.net:7077</code>",
        "Running Executors <span class=\"count\">(3)</span>",
        "Finished Executors <span class=\"count\">(3)</span>",
        "of 16, 4 free",
        "gpu: Free: [1] / Used: [0]",
        "<a href=\"http://10.20.1.9:4040\">Nightly ledger reconciliation</a>",
        "<a href=\"logPage/?appId=app-20261120090100-0001&amp;executorId=1&amp;logType=stdout\">stdout</a>",
        "&lt;b&gt;bold&lt;/b&gt; &amp; &lt;script&gt;alert(1)&lt;/script&gt;",
        "as of 2026/11/20 14:36:51",
    ] {
        assert!(page.contains(text), "no {text}");
    }
    assert_eq!(page.matches("<script>").count(), 1, "its own script and no other");
    assert!(!page.contains("href=\"javascript:"));
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
    assert_eq!(refused(|query| query.offset = Some("x".into())), "offset 'x' is not a number of bytes");
    assert_eq!(
        refused(|query| query.byte_length = Some("9e9".into())),
        "byteLength '9e9' is not a number of bytes"
    );
    for half in [
        (|query: &mut LogQuery| query.executor_id = None) as fn(&mut LogQuery),
        |query| query.app_id = None,
        |query| query.driver_id = Some("driver-1".into()),
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
    assert_eq!(
        log_text(path, &slice),
        "==== Bytes 91-100 of 100 of /var/work/app-1/0/stderr ====\nline <1>\n"
    );
}

#[test]
fn a_stretch_that_cuts_a_character_leaves_it_out() {
    let bytes = "€uro naïve €".as_bytes();
    let text = |from: usize, to: usize| {
        let slice = LogSlice { bytes: &bytes[from..to], start: from as u64, total: bytes.len() as u64 };
        log_text("p", &slice).split_once('\n').unwrap().1.to_owned()
    };
    assert_eq!(text(0, bytes.len()), "€uro naïve €");
    assert_eq!(text(1, bytes.len() - 1), "uro naïve ");
    assert_eq!(text(2, bytes.len() - 2), "uro naïve ");
    assert_eq!(text(1, 2), "");
    let slice = LogSlice { bytes: b"a\xff\xfeb", start: 0, total: 4 };
    assert!(log_text("p", &slice).ends_with("a\u{fffd}\u{fffd}b"), "bytes that are no text are marked");
}

#[test]
fn a_page_of_a_log_leads_to_its_neighbours() {
    let middle = request(|query| {
        query.offset = Some("500".into());
        query.byte_length = Some("200".into());
    });
    let page = log_page(&middle.unwrap(), &LogSlice { bytes: &[b'x'; 200], start: 500, total: 1000 });
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
    let page = log_page(&end, &LogSlice { bytes: b"<b>last & least</b>", start: 0, total: 19 });
    assert!(page.contains("<main data-renews>"));
    assert!(page.contains("&lt;b&gt;last &amp; least&lt;/b&gt;"));
    assert!(!page.contains("offset="), "all of it is shown");
    let page = log_page(&end, &LogSlice { bytes: b"", start: 0, total: 0 });
    assert!(page.contains("Nothing has been written here yet."));
}
