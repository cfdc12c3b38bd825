//! Requests as bytes, answers as what is compared of them.

use std::fmt;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use conformance::{Failure, Result};

/// Where the id of the driver that was created last has its place in a path.
pub(crate) const DRIVER: &str = "{driver}";

/// A request as it goes over the wire.
#[derive(Clone)]
pub(crate) struct Request {
    /// What it is about: what `differences.json` calls it.
    pub(crate) about: String,
    /// Its first line, with [`DRIVER`] where an id is to stand.
    line: String,
    headers: String,
    body: Vec<u8>,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = String::from_utf8_lossy(&self.body[..self.body.len().min(300)]);
        write!(f, "{} ({}) {shown}", self.line, self.about)
    }
}

impl Request {
    pub(crate) fn new(about: &str, method: &str, path: &str) -> Self {
        let line = format!("{method} {path} HTTP/1.1");
        Self { about: about.to_owned(), line, headers: String::new(), body: Vec::new() }
    }

    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.headers.push_str(&format!("Content-Length: {}\r\n", self.body.len()));
        self
    }

    pub(crate) fn chunked(mut self, body: &str) -> Self {
        self.headers.push_str("Transfer-Encoding: chunked\r\n");
        self.body = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len()).into_bytes();
        self
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push_str(&format!("{name}: {value}\r\n"));
        self
    }

    fn bytes(&self, driver: &str) -> Vec<u8> {
        let line = self.line.replace(DRIVER, driver);
        let head = format!("{line}\r\nHost: 127.0.0.1\r\nConnection: close\r\n{}\r\n", self.headers);
        [head.as_bytes(), &self.body].concat()
    }
}

/// What is compared.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: String,
    pub(crate) content_type: String,
    pub(crate) body: String,
}

/// Somebody who sends requests, one after the other, and remembers the driver that was created last.
#[derive(Debug)]
pub(crate) struct Client {
    rest_url: String,
    driver: String,
}

impl Client {
    pub(crate) fn new(rest_url: String) -> Self {
        Self { rest_url, driver: "driver-none".to_owned() }
    }

    pub(crate) fn send(&mut self, request: &Request) -> Result<Answer> {
        let raw = exchange(&self.rest_url, &request.bytes(&self.driver))?;
        if let Some(id) = submission_id(&raw) {
            self.driver = id;
        }
        Ok(answer(&raw))
    }
}

fn exchange(rest_url: &str, request: &[u8]) -> Result<String> {
    let address = rest_url.trim_start_matches("spark://");
    let mut stream = TcpStream::connect(address).map_err(Failure::io(format!("dial {address}")))?;
    stream.set_read_timeout(Some(Duration::from_secs(60))).map_err(Failure::io("set a timeout"))?;
    stream.write_all(request).map_err(Failure::io("send a request"))?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).map_err(Failure::io("read an answer"))?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// The id in the answer to a create request that was taken.
fn submission_id(raw: &str) -> Option<String> {
    let rest = raw.split_once("\"CreateSubmissionResponse\"")?.1;
    Some(rest.split_once("\"submissionId\" : \"")?.1.split_once('"')?.0.to_owned())
}

fn answer(raw: &str) -> Answer {
    let (head, body) = raw.split_once("\r\n\r\n").unwrap_or((raw, ""));
    let content_type = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("content-type").then(|| value.to_owned())
    });
    let content_type = content_type.unwrap_or_default();
    let body = match content_type.as_str() {
        "application/json;charset=utf-8" => masked(&without_stack_trace(body)),
        "text/html;charset=iso-8859-1" => page_message(body).to_owned(),
        _ => body.to_owned(),
    };
    Answer { status: head.split(' ').nth(1).unwrap_or_default().to_owned(), content_type, body }
}

/// What a page of Jetty's says. Jetty knows two kinds.
fn page_message(page: &str) -> &str {
    let cell = page.split_once("MESSAGE:</th><td>").and_then(|(_, rest)| rest.split_once("</td>"));
    let bad = page.starts_with("<h1>Bad Message 400</h1>").then_some("Bad Request");
    cell.map(|(message, _)| message).or(bad).unwrap_or(page)
}

/// JSON text in which no string goes on behind an escaped line end that is followed by an escaped tab.
fn without_stack_trace(json: &str) -> String {
    let Some((before, trace)) = json.split_once("\\n\\t") else { return json.to_owned() };
    let mut is_escaped = false;
    let end = trace.find(|letter: char| {
        let ends = letter == '"' && !is_escaped;
        is_escaped = letter == '\\' && !is_escaped;
        ends
    });
    format!("{before}{}", &trace[end.unwrap_or(trace.len())..])
}

/// Text in which what differs from run to run is masked: ids and ports, which are digits in a row.
fn masked(text: &str) -> String {
    let mut masked = String::new();
    let mut digits = 0;
    for letter in text.chars() {
        digits = if letter.is_ascii_digit() { digits + 1 } else { 0 };
        if digits < 4 {
            masked.push(letter);
        } else if digits == 4 {
            masked.truncate(masked.len() - 3);
            masked.push('#');
        }
    }
    masked
}

/// The first place in which two answers differ, with what stands there: the rest follows from it.
pub(crate) fn difference<'a>(
    wanted: &'a Answer,
    given: &'a Answer,
) -> Option<(&'static str, &'a str, &'a str)> {
    let places = [
        ("status", &wanted.status, &given.status),
        ("content type", &wanted.content_type, &given.content_type),
        ("body", &wanted.body, &given.body),
    ];
    let (place, wanted, given) = places.into_iter().find(|(_, wanted, given)| wanted != given)?;
    Some((place, wanted, given))
}
