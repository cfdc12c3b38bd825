//! Spark's keys that this build does not obey: what is said to an operator who sets one, and why.

use crate::table::Daemons;

/// What happens when such a key is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Nothing: what the key is about does not exist here, and nobody misses it.
    Pass,
    /// A warning: nothing worse than a missing convenience.
    Warn,
    /// The daemon does not start, for the operator relies on something that would silently not be there.
    Refuse,
}

/// A key of Spark's that is not obeyed.
#[derive(Clone, Copy, Debug)]
pub struct Unhonoured {
    /// The key; one that ends in `*` stands for all that begin so.
    pub key: &'static str,
    /// Which of Spark's daemons obey it.
    pub daemons: Daemons,
    /// What happens when it is set.
    pub answer: Answer,
    /// The value that asks for what happens anyway.
    pub harmless: Option<&'static str>,
    /// Why it is not obeyed: the end of a sentence.
    pub why: &'static str,
}

impl Unhonoured {
    /// Whether a value asks for what happens anyway.
    pub fn is_harmless(&self, value: &str) -> bool {
        self.harmless.is_some_and(|harmless| value.eq_ignore_ascii_case(harmless))
    }

    /// The row of a key.
    pub fn named(key: &str) -> Option<&'static Self> {
        UNHONOURED.iter().find(|row| match row.key.strip_suffix('*') {
            Some(start) => key.starts_with(start),
            None => key == row.key,
        })
    }
}

use Answer::{Pass, Refuse, Warn};
use Daemons::{All, Master, Serving};

const fn row(
    key: &'static str,
    daemons: Daemons,
    answer: Answer,
    harmless: Option<&'static str>,
    why: &'static str,
) -> Unhonoured {
    Unhonoured { key, daemons, answer, harmless, why }
}

const NO_AUTHENTICATION: &str = "this build cannot authenticate peers and would let anyone in";
const NO_TLS: &str = "this build has no TLS and would listen without it";
const NO_ACLS: &str = "this build checks no access lists and would let anyone in";
const NO_FILTERS: &str = "this build runs no servlet filters and would answer everybody without";
const OWN_FORMAT: &str =
    "what is remembered is written in a form of its own, and no classes are loaded to read it";
const OWN_STORE: &str = "registered executors are kept in a log of our own, which needs no database";
const ALWAYS_VERIFIED: &str = "every path is verified whenever a file is opened";
const OF_APPLICATIONS: &str = "it is of applications, not of the service";
const MERGES_NOTHING: &str = "org.apache.spark.network.shuffle.NoOpMergedShuffleFileManager";
const NO_MERGING: &str = "blocks are not merged here, as in Spark's own standalone service";
const NO_THREADS: &str = "requests need no threads of a JVM here";
const FIXED_HEADERS: &str = "every answer carries the strictest headers that Spark 4.3 sends";
const NO_JETTY: &str = "it sets up a web server of the JVM's that is not there";
const NO_NAMESPACE: &str = "Spark's Master and Worker do not put it before their metrics either";

const ONLY_WITH_AUTHENTICATION: &str =
    "it counts only together with spark.authenticate, which this build does not have";
const ONLY_WITH_TLS: &str = "it counts only where TLS is on, which this build does not have";
const ONLY_WITH_ACLS: &str = "it counts only together with spark.acls.enable, which this build does not have";
const OWN_TRANSPORT: &str =
    "it sets up the threads, buffers and time-outs of a JVM's network; this build's need none";

/// All of them, by theme; of two that match a key the first counts.
pub static UNHONOURED: &[Unhonoured] = &[
    row("spark.authenticate", All, Refuse, Some("false"), NO_AUTHENTICATION),
    row("spark.authenticate.*", All, Pass, None, ONLY_WITH_AUTHENTICATION),
    row("spark.network.crypto.*", All, Pass, None, ONLY_WITH_AUTHENTICATION),
    row("spark.ssl.enabled", All, Refuse, Some("false"), NO_TLS),
    row("spark.ssl.rpc.enabled", All, Refuse, Some("false"), NO_TLS),
    row("spark.ssl.standalone.enabled", All, Refuse, Some("false"), NO_TLS),
    row("spark.ssl.*", All, Pass, None, ONLY_WITH_TLS),
    row("spark.acls.enable", All, Refuse, Some("false"), NO_ACLS),
    row("spark.ui.acls.enable", All, Refuse, Some("false"), NO_ACLS),
    row("spark.admin.acls*", All, Pass, None, ONLY_WITH_ACLS),
    row("spark.modify.acls*", All, Pass, None, ONLY_WITH_ACLS),
    row("spark.ui.view.acls*", All, Pass, None, ONLY_WITH_ACLS),
    row("spark.user.groups.mapping", All, Pass, None, ONLY_WITH_ACLS),
    row("spark.ui.filters", All, Refuse, Some(""), NO_FILTERS),
    row("spark.master.rest.filters", Master, Refuse, Some(""), NO_FILTERS),
    row("spark.deploy.recoveryMode.factory", Master, Warn, Some(""), OWN_FORMAT),
    row("spark.deploy.recoveryCompressionCodec", Master, Warn, Some("none"), OWN_FORMAT),
    row("spark.deploy.recoverySerializationFilter", Master, Pass, None, OWN_FORMAT),
    row("spark.shuffle.service.db.backend", Serving, Pass, None, OWN_STORE),
    row("spark.shuffle.service.verifyBlockPathsAtRead", Serving, Warn, Some("true"), ALWAYS_VERIFIED),
    row("spark.shuffle.service.*", Serving, Pass, None, OF_APPLICATIONS),
    row(
        "spark.shuffle.push.server.mergedShuffleFileManagerImpl",
        Serving,
        Warn,
        Some(MERGES_NOTHING),
        NO_MERGING,
    ),
    row("spark.shuffle.push.*", Serving, Pass, None, NO_MERGING),
    row("spark.shuffle.io.*", Serving, Pass, None, OWN_TRANSPORT),
    row("spark.shuffle.server.*", Serving, Pass, None, OWN_TRANSPORT),
    row("spark.rpc.*", All, Pass, None, OWN_TRANSPORT),
    row("spark.network.*", All, Pass, None, OWN_TRANSPORT),
    row("spark.master.rest.virtualThread.enabled", Master, Pass, None, NO_THREADS),
    row("spark.metrics.namespace", All, Pass, None, NO_NAMESPACE),
    row("spark.ui.allowFramingFrom", All, Warn, None, FIXED_HEADERS),
    row("spark.ui.contentSecurityPolicy.enabled", All, Warn, Some("true"), FIXED_HEADERS),
    row("spark.ui.contentSecurityPolicy.frameAncestors.enabled", All, Warn, Some("true"), FIXED_HEADERS),
    row("spark.ui.strictTransportSecurity", All, Warn, None, "this build has no TLS, of which it speaks"),
    row("spark.ui.xContentTypeOptions.enabled", All, Warn, Some("true"), FIXED_HEADERS),
    row("spark.ui.xXssProtection", All, Pass, None, FIXED_HEADERS),
    row("spark.ui.requestHeaderSize", All, Pass, None, NO_JETTY),
    row(
        "spark.ui.proxyRedirectUri",
        All,
        Warn,
        None,
        "redirects name no host here, so a proxy need not mend them",
    ),
    row("spark.ui.jetty.stopTimeout", All, Pass, None, NO_JETTY),
    row("spark.ui.jettyStopTimeout", All, Pass, None, NO_JETTY),
    row("spark.ui.jetty.sniHostCheckEnabled", All, Pass, None, NO_JETTY),
    row("spark.ui.showErrorStacks", All, Pass, None, "no page shows a stack trace here"),
];
