//! What the URL of a jar says: where it is and what it is called.

use std::path::PathBuf;

use hyper::Uri;
use model::RpcAddress;

/// Where a jar is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// On a disk of this machine.
    Disk(PathBuf),
    /// On a web server.
    Http(Uri),
    /// On the file server that each driver and submitter of Spark has (`spark://host:port/jars/app.jar`).
    FileServer {
        /// The server.
        address: RpcAddress,
        /// What the jar is called there.
        stream: String,
    },
}

impl Source {
    pub(super) fn of(url: &str) -> Result<Self, String> {
        let Some((scheme, rest)) = url.split_once(':').filter(|(scheme, _)| is_scheme(scheme)) else {
            return Ok(Self::Disk(url.into()));
        };
        match scheme {
            "http" | "https" => {
                url.parse().map(Self::Http).map_err(|error| format!("it is not a URL: {error}"))
            }
            "file" | "local" => {
                // `file:/x`, `file:///x` and `file://localhost/x` are the same file.
                let path = match rest.strip_prefix("//") {
                    Some(rest) => rest.find('/').map_or("", |slash| &rest[slash..]),
                    None => rest,
                };
                Ok(Self::Disk(decoded(path).into()))
            }
            "spark" => file_server(rest)
                .ok_or_else(|| "a URL of a file server looks like spark://host:port/jars/app.jar".to_owned()),
            "hdfs" | "s3a" | "s3" | "abfs" | "abfss" | "gs" | "viewfs" | "webhdfs" => Err(format!(
                "'{scheme}:' needs Hadoop's file systems, which this Worker does not have: submit a jar on a path that \
                 every Worker sees or on an http server, and name the one in '{scheme}:' with --jars, which the driver \
                 fetches itself"
            )),
            other => Err(format!(
                "the scheme '{other}' is not supported by this Worker (it knows file, local, http, https and spark): \
                 put the jar on a path that every Worker sees, or on an http server"
            )),
        }
    }

    /// The last part of its path.
    pub(super) fn name(&self) -> Option<String> {
        let name = match self {
            Self::Disk(path) => path.file_name()?.to_str()?.to_owned(),
            Self::Http(url) => decoded(url.path().rsplit('/').next()?),
            Self::FileServer { stream, .. } => stream.rsplit('/').next()?.to_owned(),
        };
        let plain = !name.is_empty() && name != "." && name != ".." && !name.contains(['/', '\0']);
        plain.then_some(name)
    }
}

/// What stands behind `spark:`; the stream's name is the decoded path (`NettyRpcEnv.openChannel`, 3.5).
fn file_server(rest: &str) -> Option<Source> {
    let rest = rest.strip_prefix("//")?;
    let slash = rest.find('/')?;
    let (host, port) = rest[..slash].rsplit_once(':')?;
    let port = port.parse().ok()?;
    let address = (!host.is_empty()).then(|| RpcAddress::new(host, port))?;
    Some(Source::FileServer { address, stream: decoded(&rest[slash..]) })
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|character| character.is_ascii_alphanumeric() || "+-.".contains(character))
}

/// A path of a URL without its percent signs.
fn decoded(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let code = tail.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn all_spellings_of_a_path_are_the_same_file() {
        let disk = |path: &str| Ok(Source::Disk(path.into()));
        for url in ["/a/b c.jar", "file:/a/b%20c.jar", "file:///a/b%20c.jar", "file://localhost/a/b%20c.jar"]
        {
            assert_eq!(Source::of(url), disk("/a/b c.jar"), "{url}");
        }
        assert_eq!(Source::of("local:/a.jar"), disk("/a.jar"));
        assert_eq!(Source::of("file:/100%"), Ok(Source::Disk(Path::new("/100%").to_owned())));
    }

    #[test]
    fn names_are_those_of_the_last_part() {
        let name = |url| Source::of(url).unwrap().name();
        for url in ["https://h:1/x/app-1.0.jar?token=a/b#c", "/x/app-1.0.jar", "spark://h:7/jars/app-1.0.jar"]
        {
            assert_eq!(name(url).as_deref(), Some("app-1.0.jar"), "{url}");
        }
        for url in ["http://h", "http://h/", "http://h/x/", "http://h/%2e%2e", "http://h/a%2fb", "/", "/x/.."]
        {
            assert_eq!(name(url), None, "{url}");
        }
    }

    #[test]
    fn a_file_server_has_an_address_and_a_decoded_name() {
        let stream = "/jars/my app.jar".to_owned();
        for (url, host) in [
            ("spark://10.0.0.1:40001/jars/my%20app.jar", "10.0.0.1"),
            ("spark://[::1]:40001/jars/my%20app.jar", "[::1]"),
        ] {
            let address = RpcAddress::new(host, 40_001);
            assert_eq!(Source::of(url), Ok(Source::FileServer { address, stream: stream.clone() }));
        }
        for url in [
            "spark:/jars/a.jar",
            "spark://h/jars/a.jar",
            "spark://h:x/a.jar",
            "spark://h:1",
            "spark://:1/a.jar",
        ] {
            let reason = Source::of(url).unwrap_err();
            assert!(reason.contains("spark://host:port/jars/app.jar"), "{url}: {reason}");
        }
    }

    #[test]
    fn a_scheme_that_is_not_spoken_is_named_with_what_to_do() {
        for (url, words) in
            [("hdfs://nn/app.jar", ["'hdfs:'", "--jars"]), ("ftp://h/app.jar", ["'ftp'", "http server"])]
        {
            let reason = Source::of(url).unwrap_err();
            assert!(words.iter().all(|word| reason.contains(word)), "{reason}");
        }
        assert!(Source::of("http://h h/app.jar").is_err());
    }
}
