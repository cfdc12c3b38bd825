//! Spark's keys that this build does not obey: what is said to an operator who sets one.

use crate::table::Daemons;

/// What happens when such a key is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// A warning: nothing worse than a missing convenience.
    Warn,
    /// The daemon does not start, for the operator relies on something that would silently not be there.
    Refuse(&'static str),
}

/// A key of Spark's that is not obeyed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unhonoured {
    pub(crate) key: &'static str,
    pub(crate) daemons: Daemons,
    pub(crate) answer: Answer,
    /// The value that asks for what happens anyway.
    pub(crate) harmless: Option<&'static str>,
}

use Answer::{Refuse, Warn};
use Daemons::{Both, Master, Worker};

const fn row(
    key: &'static str,
    daemons: Daemons,
    answer: Answer,
    harmless: Option<&'static str>,
) -> Unhonoured {
    Unhonoured { key, daemons, answer, harmless }
}

const NO_TLS: Answer = Refuse("this build has no TLS and would listen without it");
const NO_AUTHENTICATION: Answer = Refuse("this build cannot authenticate peers and would let anyone in");
const NO_ACLS: Answer = Refuse("this build checks no access lists and would let anyone in");

pub(crate) static UNHONOURED: &[Unhonoured] = &[
    row("spark.authenticate", Both, NO_AUTHENTICATION, Some("false")),
    row("spark.ssl.enabled", Both, NO_TLS, Some("false")),
    row("spark.ssl.rpc.enabled", Both, NO_TLS, Some("false")),
    row("spark.ssl.standalone.enabled", Both, NO_TLS, Some("false")),
    row("spark.acls.enable", Both, NO_ACLS, Some("false")),
    row("spark.ui.acls.enable", Both, NO_ACLS, Some("false")),
    row(
        "spark.ui.filters",
        Both,
        Refuse("this build runs no servlet filters and would serve its page without"),
        Some(""),
    ),
    row(
        "spark.deploy.recoveryMode",
        Master,
        Refuse("this build keeps no state over a restart and knows no standby Masters"),
        Some("NONE"),
    ),
    row("spark.deploy.appIdPattern", Master, Warn, Some("app-%s-%04d")),
    row("spark.deploy.appNumberModulo", Master, Warn, None),
    row("spark.deploy.driverIdPattern", Master, Warn, Some("driver-%s-%04d")),
    row("spark.deploy.maxDrivers", Master, Warn, Some("2147483647")),
    row("spark.deploy.recoveryCompressionCodec", Master, Warn, None),
    row("spark.deploy.recoveryDirectory", Master, Warn, Some("")),
    row("spark.deploy.recoveryMode.factory", Master, Warn, Some("")),
    row("spark.deploy.recoverySerializationFilter", Master, Warn, None),
    row("spark.deploy.recoveryTimeout", Master, Warn, None),
    row("spark.deploy.spreadOutDrivers", Master, Warn, None),
    row("spark.deploy.workerSelectionPolicy", Master, Warn, Some("CORES_FREE_DESC")),
    row("spark.deploy.zookeeper.dir", Master, Warn, None),
    row("spark.deploy.zookeeper.url", Master, Warn, None),
    row("spark.master.rest.allowedAppResourcePatterns", Master, Warn, Some("")),
    row("spark.master.rest.enabled", Master, Warn, Some("false")),
    row("spark.master.rest.filters", Master, Warn, Some("")),
    row("spark.master.rest.host", Master, Warn, None),
    row("spark.master.rest.maxRequestBodySize", Master, Warn, None),
    row("spark.master.rest.maxThreads", Master, Warn, None),
    row("spark.master.rest.port", Master, Warn, None),
    row("spark.master.rest.virtualThread.enabled", Master, Warn, None),
    row("spark.master.ui.decommission.allow.mode", Master, Warn, None),
    row("spark.master.ui.historyServerUrl", Master, Warn, None),
    row("spark.master.ui.visibleEnvVarPrefixes", Master, Warn, Some("")),
    row("spark.master.useAppNameAsAppId.enabled", Master, Warn, Some("false")),
    row("spark.master.useDriverIdAsAppName.enabled", Master, Warn, Some("false")),
    row("spark.ui.reverseProxy", Both, Warn, Some("false")),
    row("spark.decommission.enabled", Both, Warn, Some("false")),
    row("spark.shuffle.service.enabled", Worker, Warn, Some("false")),
    row("spark.worker.cleanup.appDataTtl", Worker, Warn, None),
    row("spark.worker.cleanup.enabled", Worker, Warn, Some("false")),
    row("spark.worker.cleanup.interval", Worker, Warn, None),
    row("spark.worker.decommission.enabled", Worker, Warn, Some("false")),
    row("spark.worker.decommission.signal", Worker, Warn, None),
    row("spark.worker.driverTerminateTimeout", Worker, Warn, None),
    row("spark.worker.idPattern", Worker, Warn, Some("worker-%s-%s-%d")),
    row("spark.worker.ui.compressedLogFileLengthCacheSize", Worker, Warn, None),
    row("spark.worker.ui.retainedDrivers", Worker, Warn, None),
];
