//! Logs of executors and drivers, and what pages keep of them.

use crate::kind::{BOOLEAN, COUNT, KEPT, TEXT};
use crate::table::Daemons::Worker;

table! {
    LOGS "Logs and history of the Worker"

    ROLLING_STRATEGY: String = TEXT {
        key: "spark.executor.logs.rolling.strategy", daemons: Worker,
        meaning: "When a log file of an executor is full: size, time, or empty for never",
    }
    ROLLING_MAX_SIZE: String = TEXT {
        key: "spark.executor.logs.rolling.maxSize", older: "spark.executor.logs.rolling.size.maxBytes",
        default: "1048576", daemons: Worker,
        meaning: "Bytes of a full log file, for the strategy size; at least 81920",
    }
    ROLLING_INTERVAL: String = TEXT {
        key: "spark.executor.logs.rolling.time.interval", default: "daily", daemons: Worker,
        meaning: "For the strategy time: daily, hourly, minutely, or seconds, of which at least 60",
    }
    ROLLING_RETAINED_FILES: Option<usize> = KEPT {
        key: "spark.executor.logs.rolling.maxRetainedFiles", default: "-1", daemons: Worker,
        meaning: "Full log files that are kept, the latest; -1 for all",
    }
    ROLLING_COMPRESSION: bool = BOOLEAN {
        key: "spark.executor.logs.rolling.enableCompression", default: "false", daemons: Worker,
        meaning: "Whether full log files are compressed, with gzip",
    }
    COMPRESSED_LOG_CACHE: usize = COUNT {
        key: "spark.worker.ui.compressedLogFileLengthCacheSize", default: "100", daemons: Worker,
        meaning: "Compressed log files of which the page remembers how long they are when unpacked",
    }
    RETAINED_EXECUTORS: usize = COUNT {
        key: "spark.worker.ui.retainedExecutors", default: "1000", daemons: Worker,
        meaning: "Finished executors that the Worker's page still shows",
    }
    WORKER_RETAINED_DRIVERS: usize = COUNT {
        key: "spark.worker.ui.retainedDrivers", default: "1000", daemons: Worker,
        meaning: "Finished drivers that the Worker's page still shows",
    }
}
