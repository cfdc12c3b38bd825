//! Event logs, which applications write and a Master has a place made for.

use crate::kind::{BOOLEAN, TEXT};
use crate::table::Daemons::Master;

table! {
    EVENT_LOGS "Applications' event logs"

    EVENT_LOG_ENABLED: bool = BOOLEAN {
        key: "spark.eventLog.enabled", default: "false", daemons: Master,
        meaning: "Whether applications write event logs, which read this key themselves",
    }
    EVENT_LOG_DIR: String = TEXT {
        key: "spark.eventLog.dir", default: "", daemons: Master,
        meaning: "Where they write them. With s3a://BUCKET/PREFIX the Master puts an object .keep there, without which an \
                  application finds no such folder and ends",
    }
}
