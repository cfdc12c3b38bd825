//! Lines of traces, and what they tell. Whole traces of real Sparks are in `tests/captured`.

use proptest::prelude::*;

use super::*;
use crate::Family;

fn told(lines: &[&str]) -> String {
    let text = format!("org.apache.spark.SparkException: Could not find x.\n\t{}", lines.join("\n\t"));
    releases_of_trace(&text).to_string()
}

const RECEIVE_3: &str = "at org.apache.spark.rpc.netty.NettyRpcHandler.receive(NettyRpcEnv.scala:683)";
const RECEIVE_4: &str = "at org.apache.spark.rpc.netty.NettyRpcHandler.receive(NettyRpcEnv.scala:690)";
const FORWARDER_3: &str = "at org.apache.spark.rpc.netty.NettyRpcHandler.receive(NettyRpcEnv.scala:682)";
const REQUEST: &str = "at org.apache.spark.network.server.TransportRequestHandler.processRpcRequest";
const PIPELINE_4: &str =
    "at io.netty.channel.DefaultChannelPipeline.fireChannelRead(DefaultChannelPipeline.java:868)";

#[test]
fn every_row_is_understood() {
    for row in rows(LINES) {
        let (_, place) = parse_row(row).unwrap_or_else(|| panic!("{row}"));
        assert!(!place.releases.is_empty() && !place.lines.is_empty(), "{row}");
    }
    assert!(PLACES.len() > 40, "{}", PLACES.len());
}

#[test]
fn each_line_tells_more() {
    assert_eq!(releases_of_trace(""), Releases::all());
    assert_eq!(releases_of_trace("no such endpoint"), Releases::all());
    assert_eq!(told(&["at java.base/java.lang.Thread.run(Thread.java:840)"]), Releases::all().to_string());
    assert_eq!(told(&[FORWARDER_3]), Releases::from(Family::Scala212).to_string());
    assert_eq!(told(&[RECEIVE_3, &format!("{REQUEST}(TransportRequestHandler.java:164)")]), "3.5.9");
    assert_eq!(told(&[RECEIVE_4, &format!("{REQUEST}(X.java:168)"), PIPELINE_4]), "4.0.4 to 4.0.5");
    // A line that no release has.
    assert_eq!(releases_of_trace(&format!("{REQUEST}(TransportRequestHandler.java:1)")), Releases::NONE);
}

#[test]
fn another_netty_leaves_the_word_to_spark() {
    assert_eq!(told(&[RECEIVE_3, PIPELINE_4]), Releases::from(Family::Scala212).to_string());
    assert_eq!(told(&[PIPELINE_4]), "4.0.0 to 4.0.5");
    assert_eq!(told(&[RECEIVE_3, RECEIVE_4, "at x.y(z:1)", &format!("{REQUEST}(X.java:1)")]), "none");
}

#[test]
fn a_line_is_taken_apart() {
    let frame = |line| Frame::parse(line).map(|frame| (frame.class, frame.method, frame.line));
    assert_eq!(frame("\tat a.B$C.run(B.java:7)"), Some(("a.B$C", "run", 7)));
    assert_eq!(frame("at java.base/a.B.<init>(B.java:7)"), Some(("a.B", "<init>", 7)));
    assert_eq!(frame("at app//a.B.run(B.java:7)\r"), Some(("a.B", "run", 7)));
    for line in [
        "",
        "at ",
        "at a.B.run",
        "at a.B.run(Native Method)",
        "at a.B.run(Unknown Source)",
        "at a.B.run(B.java:7",
        "at a.B.run(B.java:-7)",
        "at a.B.run(B.java:99999999999)",
        "at run(B.java:7)",
        "bat a.B.run(B.java:7)",
        "... 12 more",
    ] {
        assert_eq!(frame(line), None, "{line}");
    }
    assert!(is_trace(&format!("x\n{RECEIVE_3}")) && !is_trace("Could not find x.\n\tat home"));
}

#[test]
fn a_long_text_is_not_read_to_its_end() {
    let padded = |lines: usize| format!("{}{RECEIVE_3}", "\n".repeat(lines));
    assert_eq!(releases_of_trace(&padded(MOST_LINES - 1)), Releases::from(Family::Scala212));
    assert_eq!(releases_of_trace(&padded(MOST_LINES)), Releases::all());
}

proptest! {
    #[test]
    fn any_text_is_survived(
        text in "(\n|\tat |[a-c./$]{0,5}|[(]|[:]|[)]|[0-9]{0,12}|\\PC){0,60}",
        known in prop::sample::select(vec![RECEIVE_3, RECEIVE_4, PIPELINE_4]),
    ) {
        let all = releases_of_trace(&format!("{known}\n{text}"));
        prop_assert_eq!(all.and(releases_of_trace(known)), all);
    }
}
