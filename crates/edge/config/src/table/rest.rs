//! The server to which drivers are submitted by HTTP.

use regex::Regex;

use crate::kind::{BOOLEAN, BYTES, HOST, PORT, POSITIVE, REGEXES};
use crate::table::Daemons::Master;

table! {
    REST "Submission by HTTP (REST)"

    REST_ENABLED: bool = BOOLEAN {
        key: "spark.master.rest.enabled", default: "true", before: &[("4.1", "false")], daemons: Master,
        meaning: "Whether drivers can be submitted, asked for and killed by HTTP",
    }
    REST_HOST: String = HOST {
        key: "spark.master.rest.host", default: "(the Master's host)", since: "4.0", daemons: Master,
        meaning: "Host that the submission server listens on",
    }
    REST_PORT: u16 = PORT {
        key: "spark.master.rest.port", default: "6066", daemons: Master,
        meaning: "Port of the submission server; 0 for any free one",
    }
    REST_MAX_BODY: usize = BYTES {
        key: "spark.master.rest.maxRequestBodySize", default: "100m", since: "4.3", daemons: Master,
        meaning: "Longest request that is read; a longer one is answered with 413",
    }
    REST_MAX_THREADS: u32 = POSITIVE {
        key: "spark.master.rest.maxThreads", default: "200", since: "4.0", daemons: Master,
        meaning: "Requests that are worked on at the same time; further ones wait",
    }
    REST_ALLOWED_RESOURCES: Vec<Regex> = REGEXES {
        key: "spark.master.rest.allowedAppResourcePatterns", since: "4.3", daemons: Master,
        meaning: "Which application resources may be submitted: one of these must match all of it; empty for any",
    }
}
