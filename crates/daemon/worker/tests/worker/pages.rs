//! What machines ask a Worker's page server.

use std::fs;

use daemon_worker::Worker;
use edge_config::{MetricsForm, MetricsInstance, MetricsServlet};
use wire_deploy::Family;

use crate::support::{Master, PATIENCE, Sandbox, get};

/// The answer at an address, once it begins so.
async fn answer_that_begins(worker: &Worker, address: &str, begin: &str) -> String {
    let asked = async {
        loop {
            let answer = get(worker, address).await;
            if answer.starts_with(begin) {
                return answer;
            }
        }
    };
    tokio::time::timeout(PATIENCE, asked).await.unwrap_or_else(|_| panic!("{address} never said {begin}"))
}

#[tokio::test]
async fn a_worker_is_well_at_once_and_ready_once_a_master_let_it_in() {
    let sandbox = Sandbox::new();
    let silent = Master::start(Family::Scala213).await;
    let worker = Worker::start(sandbox.settings(&silent.address, "2.13")).await.unwrap();
    assert!(get(&worker, "/healthz").await.starts_with("HTTP/1.1 200"));
    let not_ready = get(&worker, "/readyz").await;
    assert!(not_ready.starts_with("HTTP/1.1 503") && not_ready.contains("not registered"), "{not_ready}");
    assert!(not_ready.contains("no-store"), "{not_ready}");
    assert!(get(&worker, "/metrics").await.contains("\nhearth_worker_registered 0\n"));
    worker.stop().await;

    let sandbox = Sandbox::new();
    let (_master, worker) = Master::with_worker(&sandbox, Family::Scala213).await;
    answer_that_begins(&worker, "/readyz", "HTTP/1.1 200").await;
    let metrics = get(&worker, "/metrics").await;
    for line in [
        "hearth_build_info{daemon=\"worker\",version=\"0.1.0\",spark_version=\"4.3.0\"} 1",
        "hearth_worker_registered 1",
        "hearth_worker_cores 4",
        "hearth_worker_memory_bytes 4294967296",
        "hearth_worker_executors{state=\"RUNNING\"} 0",
        "hearth_worker_messages_sent_total{message=\"RegisterWorker\"} 1",
        "hearth_worker_messages_received_total{message=\"RegisteredWorker\"} 1",
    ] {
        assert!(metrics.contains(&format!("\n{line}\n")), "no {line} in {metrics}");
    }
    worker.stop().await;
}

#[tokio::test]
async fn sparks_servlets_and_redirects_are_those_of_its_release() {
    for (family, status) in [(Family::Scala212, "302"), (Family::Scala213, "301")] {
        let sandbox = Sandbox::new();
        let prometheus = MetricsServlet {
            instance: MetricsInstance::Worker,
            form: MetricsForm::Prometheus,
            path: "/metrics/prometheus".into(),
        };
        let (_master, worker) = Master::with_worker_that(&sandbox, family, |settings| {
            settings.metrics.servlets.push(prometheus);
        })
        .await;
        let json = get(&worker, "/metrics/json/").await;
        assert!(json.contains("\"worker.coresFree\":{\"value\":4}"), "{json}");
        let text = get(&worker, "/metrics/prometheus/").await;
        assert!(text.contains("\nmetrics_worker_coresFree_Number{type=\"gauges\"} 4\n"), "{text}");
        for folder in ["/json", "/metrics/json", "/log", "/logPage"] {
            let answer = get(&worker, folder).await;
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{folder}: {answer}");
        }
        worker.stop().await;
    }
}

#[tokio::test]
async fn a_log_that_rolled_is_shown_as_one() {
    let sandbox = Sandbox::new();
    let (_master, worker) = Master::with_worker(&sandbox, Family::Scala213).await;
    let folder = sandbox.path("work/driver-1");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("stdout--2026-11-20--16-05"), "before ").unwrap();
    fs::write(folder.join("stdout"), "after").unwrap();
    let text = get(&worker, "/log/?driverId=driver-1&logType=stdout").await;
    assert!(text.contains("==== Bytes 0-12 of 12 of ") && text.ends_with("\nbefore after"), "{text}");
    worker.stop().await;
}
