//! Where the pages of Masters are.

use std::collections::BTreeMap;

use edge_config::Environment;
use model::{MasterUrl, RpcAddress};

use crate::failure::Failure;

/// The usual port of a Master's page.
const PAGE_PORT: u16 = 8080;

const ADVICE: &str =
    "name the Master's page, --master http://HOST:8080, or the Master, --master spark://HOST:7077";

/// The pages of one cluster's Masters.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pages {
    /// Addresses without a slash at their end; at least one.
    pub(super) bases: Vec<String>,
    /// Whether their port is a guess.
    guessed: bool,
}

impl Pages {
    /// Those of the Masters that a flag or a key names, else this machine's.
    pub(super) fn find(
        flag: Option<&str>,
        defaults: &BTreeMap<String, String>,
        environment: &Environment,
    ) -> Result<Self, Failure> {
        let variable = || environment.value("SPARK_MASTER_WEBUI_PORT");
        let port = defaults.get("spark.master.ui.port").map(String::as_str).or_else(variable);
        // 0 stands for any port that is free.
        let port = port.and_then(|port| port.parse().ok()).filter(|port| *port != 0).unwrap_or(PAGE_PORT);
        let (named, origin) = match (flag, defaults.get("spark.master")) {
            (Some(named), _) => (named, "--master"),
            (None, Some(named)) => (named.as_str(), "spark.master"),
            (None, None) => {
                let host = environment.value("SPARK_LOCAL_IP").unwrap_or("127.0.0.1");
                return Ok(Self { bases: vec![page(host, port)], guessed: true });
            }
        };
        Self::read(named, port).map_err(|reason| Failure::Usage(format!("{origin} is '{named}': {reason}")))
    }

    fn read(url: &str, port: u16) -> Result<Self, String> {
        if let Some(rest) = url.strip_prefix("http://") {
            let rest = rest.trim_end_matches('/');
            if rest.is_empty() || rest.starts_with([':', '/']) || rest.contains(['?', '#', ' ', ',']) {
                return Err(format!("it is no address of a page; {ADVICE}"));
            }
            return Ok(Self { bases: vec![format!("http://{rest}")], guessed: false });
        }
        if url.starts_with("https://") {
            return Err(format!("https is not spoken here; {ADVICE}"));
        }
        let MasterUrl { masters } =
            url.parse().map_err(|_| format!("it names no Standalone Master; {ADVICE}"))?;
        let bases = masters.into_iter().map(|master| page(&master.host, port)).collect();
        Ok(Self { bases, guessed: true })
    }

    /// What to do where nobody answers as he should.
    pub(super) fn advice(&self) -> &'static str {
        if self.guessed {
            "look whether the Master runs, and give the address of its page where that is another: --master \
             http://HOST:PORT"
        } else {
            "look whether the Master runs, and whether this is the address of its page"
        }
    }
}

fn page(host: &str, port: u16) -> String {
    let bare_ipv6 = host.contains(':') && !host.starts_with('[');
    let host = if bare_ipv6 { format!("[{host}]") } else { host.to_owned() };
    format!("http://{}", RpcAddress::new(host, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> Result<Vec<String>, String> {
        Pages::read(url, 8080).map(|pages| pages.bases)
    }

    fn found(flag: Option<&str>, keys: &[(&str, &str)], variables: &[(&str, &str)]) -> Vec<String> {
        let defaults = keys.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let environment = variables.iter().copied().collect();
        Pages::find(flag, &defaults, &environment).unwrap().bases
    }

    #[test]
    fn a_page_is_taken_as_it_is_and_that_of_a_master_is_beside_it() {
        assert_eq!(read("http://a:9090/").unwrap(), ["http://a:9090"]);
        assert_eq!(read("http://front/spark/").unwrap(), ["http://front/spark"]);
        assert_eq!(read("spark://a:7077").unwrap(), ["http://a:8080"]);
        assert_eq!(read("spark://a:7077,[::1]:6066").unwrap(), ["http://a:8080", "http://[::1]:8080"]);
    }

    #[test]
    fn a_flag_wins_over_a_key_and_a_key_over_this_machine() {
        let key = ("spark.master", "spark://b:7077");
        assert_eq!(found(Some("http://a:1"), &[key], &[]), ["http://a:1"]);
        assert_eq!(found(None, &[key], &[]), ["http://b:8080"]);
        assert_eq!(found(None, &[], &[]), ["http://127.0.0.1:8080"]);
        assert_eq!(found(None, &[], &[("SPARK_LOCAL_IP", "10.0.0.7")]), ["http://10.0.0.7:8080"]);
        assert_eq!(found(None, &[], &[("SPARK_LOCAL_IP", "::1")]), ["http://[::1]:8080"]);
    }

    #[test]
    fn the_port_of_the_page_is_the_one_that_is_set() {
        let port = ("spark.master.ui.port", "9090");
        let variable = ("SPARK_MASTER_WEBUI_PORT", "9091");
        assert_eq!(found(None, &[port], &[variable]), ["http://127.0.0.1:9090"]);
        assert_eq!(found(Some("spark://a:7077"), &[], &[variable]), ["http://a:9091"]);
        assert_eq!(found(None, &[("spark.master.ui.port", "0")], &[]), ["http://127.0.0.1:8080"]);
    }

    #[test]
    fn what_is_no_page_is_refused_with_what_to_write() {
        for url in
            ["local[2]", "yarn", "a:8080", "spark://a", "https://a:8080", "http://", "http://a:1,b:2", ""]
        {
            assert!(
                read(url).unwrap_err().contains("name the Master's page, --master http://HOST:8080"),
                "{url}"
            );
        }
    }
}
