//! The shuffle service, alone or inside the Worker.

use crate::kind::{BOOLEAN, BYTES, COUNT, HOST, PORT};
use crate::table::Daemons::{Serving, Shuffle, Worker};

table! {
    SHUFFLE "The shuffle service"

    SHUFFLE_ENABLED: bool = BOOLEAN {
        key: "spark.shuffle.service.enabled", default: "false", daemons: Worker,
        meaning: "Whether the Worker runs a shuffle service inside; hearth shuffle-service runs one in any case",
    }
    SHUFFLE_OUTSIDE: bool = BOOLEAN {
        key: "spark.hearth.worker.shuffleServiceOutside", default: "false", daemons: Worker,
        meaning: "Whether the service of spark.shuffle.service.enabled runs beside the Worker and not inside: on the same \
                  machine or in the same network, with the same scratch folders",
    }
    SHUFFLE_PORT: u16 = PORT {
        key: "spark.shuffle.service.port", variable: "SPARK_SHUFFLE_SERVICE_PORT", default: "7337", daemons: Serving,
        meaning: "Port of the shuffle service, which executors and drivers know from the same key; 0 for any free one",
    }
    SHUFFLE_PORT_FLAG: u16 = PORT {
        flag: "--port", default: "(spark.shuffle.service.port)", daemons: Shuffle,
        meaning: "Port of the shuffle service where its key is not set",
    }
    SHUFFLE_HOST: String = HOST {
        flag: "--host", default: "0.0.0.0", daemons: Shuffle,
        meaning: "Address that the shuffle service listens on",
    }
    SHUFFLE_WEB_UI_PORT: u16 = PORT {
        flag: "--webui-port", default: "7338", daemons: Shuffle,
        meaning: "Port of the shuffle service's page; 0 for any free one",
    }
    SHUFFLE_DB_ENABLED: bool = BOOLEAN {
        key: "spark.shuffle.service.db.enabled", default: "true", daemons: Serving,
        meaning: "Whether registered executors are known again after a restart; they are kept in the first folder of spark.local.dir",
    }
    SHUFFLE_INDEX_CACHE: usize = BYTES {
        key: "spark.shuffle.service.index.cache.size", default: "8m", daemons: Serving,
        meaning: "Memory for the indexes of shuffle files and what open files cost; what is not in it is read again",
    }
    SHUFFLE_FETCH_RDD: bool = BOOLEAN {
        key: "spark.shuffle.service.fetch.rdd.enabled", default: "false", daemons: Serving,
        meaning: "Whether blocks of RDDs on the disk of an executor that has ended are kept and given out",
    }
    SHUFFLE_MAX_CHUNKS: usize = COUNT {
        key: "spark.shuffle.maxChunksBeingTransferred", default: "9223372036854775807", daemons: Serving,
        meaning: "Chunks that may be on their way at once; a connection that asks for more is closed, and its client comes again",
    }
    SHUFFLE_SERVER_THREADS: usize = COUNT {
        key: "spark.shuffle.io.serverThreads", default: "0", daemons: Serving,
        meaning: "Threads on which connections live; 0 for as many as there are cores, and at most 4",
    }
    CLEANUP_FILES_AFTER_EXECUTOR_EXIT: bool = BOOLEAN {
        key: "spark.storage.cleanupFilesAfterExecutorExit", default: "true", daemons: Worker,
        meaning: "Whether files of an executor that has ended go which the shuffle service does not give out",
    }
}
