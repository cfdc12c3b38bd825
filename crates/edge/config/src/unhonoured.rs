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
const NO_FILTERS: Answer = Refuse("this build runs no servlet filters and would answer everybody without");

pub(crate) static UNHONOURED: &[Unhonoured] = &[
    row("spark.authenticate", Both, NO_AUTHENTICATION, Some("false")),
    row("spark.ssl.enabled", Both, NO_TLS, Some("false")),
    row("spark.ssl.rpc.enabled", Both, NO_TLS, Some("false")),
    row("spark.ssl.standalone.enabled", Both, NO_TLS, Some("false")),
    row("spark.acls.enable", Both, NO_ACLS, Some("false")),
    row("spark.ui.acls.enable", Both, NO_ACLS, Some("false")),
    row("spark.ui.filters", Both, NO_FILTERS, Some("")),
    row(
        "spark.deploy.recoveryMode",
        Master,
        Refuse("this build keeps no state over a restart and knows no standby Masters"),
        Some("NONE"),
    ),
    row("spark.deploy.recoveryCompressionCodec", Master, Warn, None),
    row("spark.deploy.recoveryDirectory", Master, Warn, Some("")),
    row("spark.deploy.recoveryMode.factory", Master, Warn, Some("")),
    row("spark.deploy.recoverySerializationFilter", Master, Warn, None),
    row("spark.deploy.recoveryTimeout", Master, Warn, None),
    row("spark.deploy.zookeeper.dir", Master, Warn, None),
    row("spark.deploy.zookeeper.url", Master, Warn, None),
    row("spark.master.rest.filters", Master, NO_FILTERS, Some("")),
    row("spark.master.rest.virtualThread.enabled", Master, Warn, None),
    row("spark.shuffle.service.enabled", Worker, Warn, Some("false")),
    row("spark.worker.decommission.enabled", Worker, Warn, Some("false")),
];
