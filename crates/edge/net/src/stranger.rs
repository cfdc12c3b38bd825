//! Clients that come to the RPC port with another protocol: none of their first bytes can be a frame's length.

use std::fmt;

use model::RpcAddress;

/// What a stranger speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stranger {
    Http,
    Tls,
}

const HTTP_METHODS: [&[u8; 4]; 10] =
    [b"GET ", b"HEAD", b"POST", b"PUT ", b"DELE", b"OPTI", b"PATC", b"CONN", b"TRAC", b"PRI "];

/// Looks at the first bytes of a connection.
pub(crate) fn look(first: &[u8]) -> Option<Stranger> {
    let first = first.first_chunk::<4>()?;
    match first {
        [0x16, 0x03, 0x00..=0x04, _] => Some(Stranger::Tls),
        _ => HTTP_METHODS.contains(&first).then_some(Stranger::Http),
    }
}

impl Stranger {
    /// What to tell it in its own language.
    pub(crate) fn answer(self, advertised: &RpcAddress, http_doors: &[String]) -> Option<String> {
        if self == Self::Tls {
            return None;
        }
        let url = advertised.spark_url();
        let mut body = format!(
            "This port speaks Spark's RPC protocol, not HTTP: drivers and Workers reach it as {url}.\n"
        );
        for door in http_doors {
            body.push_str(door);
            body.push('\n');
        }
        let length = body.len();
        Some(format!(
            "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n\
             Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        ))
    }
}

impl fmt::Display for Stranger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Http => "HTTP",
            Self::Tls => "TLS",
        })
    }
}
