//! The Masters of a URL, and where each takes submissions.

use model::{MasterUrl, RpcAddress};

/// The Master's own port, which does not speak HTTP, and the one beside it that does.
const RPC_PORT: u16 = 7077;
const REST_PORT: u16 = 6066;

/// Where submissions go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Masters {
    /// At least one.
    pub(super) rest: Vec<RpcAddress>,
    /// Whether a port was taken for another.
    moved: bool,
}

/// Reads `spark://HOST:PORT,HOST:PORT`, or `http://HOST:PORT` as one sees it in a browser.
pub(super) fn read(url: &str) -> Result<Masters, String> {
    const ADVICE: &str = "write spark://HOST:6066, or several as spark://HOST1:6066,HOST2:6066";
    let spark = match url.strip_prefix("http://") {
        Some(rest) => format!("spark://{}", rest.trim_end_matches('/')),
        None => url.to_owned(),
    };
    let foreign = ["local", "yarn", "k8s://", "mesos://", "sc://"];
    if foreign.iter().any(|prefix| spark.starts_with(prefix)) {
        return Err(format!("it names no Standalone Master; {ADVICE}"));
    }
    let MasterUrl { masters } = spark.parse().map_err(|_| ADVICE.to_owned())?;
    let moved = masters.iter().any(|master| master.port == RPC_PORT);
    let rest = masters.into_iter().map(|master| match master.port {
        RPC_PORT => RpcAddress::new(master.host, REST_PORT),
        _ => master,
    });
    Ok(Masters { rest: rest.collect(), moved })
}

impl Masters {
    /// What a person should know who named the other port.
    pub(super) fn note(&self) -> Option<String> {
        self.moved.then(|| {
            format!("port {RPC_PORT} is the Master's own; submissions go to port {REST_PORT}, where it takes them over HTTP")
        })
    }

    /// As drivers are told: `spark://HOST:PORT,HOST:PORT`. The server puts the Masters' own ports in.
    pub(super) fn url(&self) -> String {
        let all: Vec<String> = self.rest.iter().map(ToString::to_string).collect();
        format!("spark://{}", all.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn the_masters_own_port_is_taken_for_that_of_submissions() {
        let masters = read("spark://a:7077,[::1]:7077,b:16066").unwrap();
        assert_eq!(masters.url(), "spark://a:6066,[::1]:6066,b:16066");
        assert!(masters.note().unwrap().contains("port 6066"));
        assert_eq!(read("http://a:6066/").unwrap().url(), "spark://a:6066");
        assert_eq!(read("spark://a:6066").unwrap().note(), None);
    }

    #[test]
    fn what_is_no_standalone_master_is_refused() {
        for url in ["local[2]", "yarn", "k8s://https://a", "spark://a", "a:6066", ""] {
            assert!(read(url).unwrap_err().contains("write spark://HOST:6066"), "{url}");
        }
    }
}
