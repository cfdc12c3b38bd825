//! Pages, and what they may show and do.

use std::path::PathBuf;

use regex::Regex;

use crate::kind::{BOOLEAN, PATH, PROXY_URL, REGEX, TEXT, TEXTS};
use crate::table::Daemons::{All, Master};

table! {
    PAGE "Pages and metrics"

    MASTER_UI_TITLE: String = TEXT {
        key: "spark.master.ui.title", default: "(Spark Master at URL)", daemons: Master,
        meaning: "Title of the Master's page",
    }
    UI_KILL_ENABLED: bool = BOOLEAN {
        key: "spark.ui.killEnabled", default: "true", daemons: Master,
        meaning: "Whether the page can end applications and drivers",
    }
    HISTORY_SERVER_URL: String = TEXT {
        key: "spark.master.ui.historyServerUrl", since: "4.0", daemons: Master,
        meaning: "Where the history server is, for links from completed applications",
    }
    VISIBLE_ENVIRONMENT_PREFIXES: Vec<String> = TEXTS {
        key: "spark.master.ui.visibleEnvVarPrefixes", since: "4.0", daemons: Master,
        meaning: "Which environment variables the environment page shows: those that begin so",
    }
    REVERSE_PROXY: bool = BOOLEAN {
        key: "spark.ui.reverseProxy", default: "false",
        meaning: "Whether the Master's page leads to the pages of Workers and applications below /proxy/",
    }
    REVERSE_PROXY_URL: String = PROXY_URL {
        key: "spark.ui.reverseProxyUrl",
        meaning: "Address of a further proxy before the Master, which then stands in links; not with /proxy or /history in it",
    }
    REDACTION_REGEX: Regex = REGEX {
        daemons: All,
        key: "spark.redaction.regex", default: "(?i)secret|password|token|access[.]?key|credential",
        before: &[("4.0", "(?i)secret|password|token|access[.]?key")],
        meaning: "Keys and variables that match it are shown without their values",
    }
    METRICS_CONF: PathBuf = PATH {
        key: "spark.metrics.conf", default: "(SPARK_CONF_DIR/metrics.properties)",
        derived: Some(|effective| {
            let file = effective.environment().spark_conf_dir()?.join("metrics.properties");
            Some(file.display().to_string()).filter(|_| file.is_file())
        }),
        meaning: "File that says which metrics servlets are on and where",
    }
    METRICS_OPTION: String = TEXT {
        key: "spark.metrics.conf.{name}",
        meaning: "A line of that file as a key, e.g. spark.metrics.conf.master.sink.prometheusServlet.path; wins over the file",
    }
}
