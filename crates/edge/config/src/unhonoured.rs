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
use Daemons::{Both, Master, Worker};

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
const NO_RECOVERY: &str = "this build keeps no state over a restart and knows no standby Masters";
const NO_SHUFFLE_SERVICE: &str =
    "this build has no shuffle service yet; run Spark's beside the Worker (start-shuffle-service.sh)";
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
    row("spark.authenticate", Both, Refuse, Some("false"), NO_AUTHENTICATION),
    row("spark.authenticate.*", Both, Pass, None, ONLY_WITH_AUTHENTICATION),
    row("spark.network.crypto.*", Both, Pass, None, ONLY_WITH_AUTHENTICATION),
    row("spark.ssl.enabled", Both, Refuse, Some("false"), NO_TLS),
    row("spark.ssl.rpc.enabled", Both, Refuse, Some("false"), NO_TLS),
    row("spark.ssl.standalone.enabled", Both, Refuse, Some("false"), NO_TLS),
    row("spark.ssl.*", Both, Pass, None, ONLY_WITH_TLS),
    row("spark.acls.enable", Both, Refuse, Some("false"), NO_ACLS),
    row("spark.ui.acls.enable", Both, Refuse, Some("false"), NO_ACLS),
    row("spark.admin.acls*", Both, Pass, None, ONLY_WITH_ACLS),
    row("spark.modify.acls*", Both, Pass, None, ONLY_WITH_ACLS),
    row("spark.ui.view.acls*", Both, Pass, None, ONLY_WITH_ACLS),
    row("spark.user.groups.mapping", Both, Pass, None, ONLY_WITH_ACLS),
    row("spark.ui.filters", Both, Refuse, Some(""), NO_FILTERS),
    row("spark.master.rest.filters", Master, Refuse, Some(""), NO_FILTERS),
    row("spark.deploy.recoveryMode", Master, Refuse, Some("NONE"), NO_RECOVERY),
    row("spark.deploy.recoveryMode.factory", Master, Warn, Some(""), NO_RECOVERY),
    row("spark.deploy.recoveryDirectory", Master, Warn, Some(""), NO_RECOVERY),
    row("spark.deploy.recoveryCompressionCodec", Master, Warn, None, NO_RECOVERY),
    row("spark.deploy.recoverySerializationFilter", Master, Warn, None, NO_RECOVERY),
    row("spark.deploy.recoveryTimeout", Master, Warn, None, NO_RECOVERY),
    row("spark.deploy.zookeeper.dir", Master, Warn, None, NO_RECOVERY),
    row("spark.deploy.zookeeper.url", Master, Warn, None, NO_RECOVERY),
    row("spark.shuffle.service.enabled", Worker, Warn, Some("false"), NO_SHUFFLE_SERVICE),
    row("spark.shuffle.service.*", Worker, Pass, None, NO_SHUFFLE_SERVICE),
    row("spark.rpc.*", Both, Pass, None, OWN_TRANSPORT),
    row("spark.network.*", Both, Pass, None, OWN_TRANSPORT),
    row("spark.master.rest.virtualThread.enabled", Master, Pass, None, NO_THREADS),
    row("spark.metrics.namespace", Both, Pass, None, NO_NAMESPACE),
    row("spark.ui.allowFramingFrom", Both, Warn, None, FIXED_HEADERS),
    row("spark.ui.contentSecurityPolicy.enabled", Both, Warn, Some("true"), FIXED_HEADERS),
    row("spark.ui.contentSecurityPolicy.frameAncestors.enabled", Both, Warn, Some("true"), FIXED_HEADERS),
    row("spark.ui.strictTransportSecurity", Both, Warn, None, "this build has no TLS, of which it speaks"),
    row("spark.ui.xContentTypeOptions.enabled", Both, Warn, Some("true"), FIXED_HEADERS),
    row("spark.ui.xXssProtection", Both, Pass, None, FIXED_HEADERS),
    row("spark.ui.requestHeaderSize", Both, Pass, None, NO_JETTY),
    row(
        "spark.ui.proxyRedirectUri",
        Both,
        Warn,
        None,
        "redirects name no host here, so a proxy need not mend them",
    ),
    row("spark.ui.jetty.stopTimeout", Both, Pass, None, NO_JETTY),
    row("spark.ui.jettyStopTimeout", Both, Pass, None, NO_JETTY),
    row("spark.ui.jetty.sniHostCheckEnabled", Both, Pass, None, NO_JETTY),
    row("spark.ui.showErrorStacks", Both, Pass, None, "no page shows a stack trace here"),
];
