//! Where daemons listen, and how others reach them.

use crate::host;
use crate::kind::{HOST, PORT, TEXT};
use crate::table::Daemons::{All, Master, Worker};

table! {
    ADDRESSES "Addresses and ports"

    MASTER_HOST: String = HOST {
        flag: "--host", variable: "SPARK_MASTER_HOST", older: "SPARK_MASTER_IP", daemons: Master,
        default: "(this machine's address)",
        derived: Some(|effective| host::local_host(effective).ok()),
        meaning: "Host that the Master listens on and that Workers and drivers dial",
    }
    MASTER_PORT: u16 = PORT {
        flag: "--port", variable: "SPARK_MASTER_PORT", default: "7077", daemons: Master,
        meaning: "Port that Workers and drivers dial; 0 for any free one",
    }
    MASTER_WEB_UI_PORT: u16 = PORT {
        flag: "--webui-port", variable: "SPARK_MASTER_WEBUI_PORT", key: "spark.master.ui.port", default: "8080",
        daemons: Master, meaning: "Port of the Master's page; 0 for any free one",
    }
    MASTERS: String = TEXT {
        flag: "MASTER_URL", daemons: Worker,
        meaning: "The Masters to register with: spark://HOST:PORT, or spark://HOST1:PORT1,HOST2:PORT2 for several",
    }
    WORKER_HOST: String = HOST {
        flag: "--host", default: "(this machine's address)",
        derived: Some(|effective| host::local_host(effective).ok()), daemons: Worker,
        meaning: "Host that the Worker listens on and advertises",
    }
    WORKER_PORT: u16 = PORT {
        flag: "--port", variable: "SPARK_WORKER_PORT", default: "0", daemons: Worker,
        meaning: "Port that the Worker listens on; 0 for any free one",
    }
    WORKER_WEB_UI_PORT: u16 = PORT {
        flag: "--webui-port", variable: "SPARK_WORKER_WEBUI_PORT", key: "spark.worker.ui.port", default: "8081",
        daemons: Worker, meaning: "Port of the Worker's page; 0 for any free one",
    }
    PORT_MAX_RETRIES: u16 = PORT {
        daemons: All,
        key: "spark.port.maxRetries", default: "16",
        meaning: "How many further ports are tried, one by one, when a port is taken",
    }
    LOCAL_HOSTNAME: String = HOST {
        daemons: All,
        variable: "SPARK_LOCAL_HOSTNAME",
        meaning: "Host to listen on and to advertise where no other setting names one",
    }
    LOCAL_IP: String = HOST {
        daemons: All,
        variable: "SPARK_LOCAL_IP",
        meaning: "Address of this machine: the page binds it, and it is the host where no other setting names one",
    }
    PUBLIC_DNS: String = HOST {
        daemons: All,
        variable: "SPARK_PUBLIC_DNS", default: "(the host)",
        meaning: "Host that stands in links to the page and to logs",
    }
}
