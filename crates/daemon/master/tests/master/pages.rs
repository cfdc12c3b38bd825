//! The Master's page server: what it answers, and to whom.

use daemon_master::Master;
use edge_config::{
    DecommissionAllow, MasterSettings, MetricsForm, MetricsInstance, MetricsServlet, ReverseProxy,
};
use model::ApplicationId;
use model::message::{ToDriver, ToWorker};
use wire_deploy::{Family, Message};

use crate::stand::{Peer, driver, get, http, post, settings, worker, worker_with_page};

/// A driver whose application is registered.
async fn registered(master: &Master) -> (Peer, ApplicationId) {
    let mut driver = driver(master, Family::Scala212).await;
    match driver.receive().await {
        Message::ToDriver(ToDriver::RegisteredApplication { application, .. }) => (driver, application),
        other => panic!("the application was not taken: {other:?}"),
    }
}

async fn assert_killed(master: &Master, mut driver: Peer, application: ApplicationId) {
    let expected = Message::ToDriver(ToDriver::ApplicationRemoved { message: "KILLED".into() });
    assert_eq!(driver.receive().await, expected);
    let completed = master.snapshot().await.unwrap().completed_applications;
    assert_eq!(completed.iter().map(|one| one.id.clone()).collect::<Vec<_>>(), [application]);
}

#[tokio::test]
async fn pages_say_what_is_there_and_what_is_not() {
    let master = Master::start(settings()).await.unwrap();
    let page = |path: &str| format!("{}{path}", master.web_ui_url());
    let all = get(&page("/json/")).await;
    assert_eq!(all.status, 200);
    assert!(all.text.contains(&format!("\"url\" : \"{}\"", master.address().spark_url())), "{}", all.text);
    assert!(all.text.contains("\"aliveworkers\" : 0"), "{}", all.text);
    assert_eq!(get(&page("/json/aliveworkers")).await.text, "{\n  \"aliveworkers\" : 0\n}");
    for folder in ["/json", "/app", "/explain", "/environment", "/log", "/logPage", "/metrics/master/json"] {
        let answer = get(&page(&format!("{folder}?a=1"))).await;
        assert_eq!((answer.status, answer.header("location")), (301, format!("{folder}/?a=1").as_str()));
    }
    for (path, status) in [
        ("/robots.txt", 404),
        ("/app/?appId=app-1", 404),
        ("/proxy/app-1/", 404),
        ("/explain/app-1", 404),
        ("/app/kill/?id=app-1&terminate=true", 405),
        ("/workers/kill/", 405),
        ("/log/?self", 404),
        ("/log/?driverId=driver-1&logType=stdout", 400),
    ] {
        assert_eq!(get(&page(path)).await.status, status, "{path}");
    }
    assert_eq!(post(&page("/"), "").await.status, 405);
    master.stop().await;
}

#[tokio::test]
async fn an_application_is_ended_from_the_page_only_with_the_pages_token() {
    let master = Master::start(settings()).await.unwrap();
    let (driver, application) = registered(&master).await;
    let kill = format!("{}/app/kill/", master.web_ui_url());
    let without = format!("id={application}&terminate=true");
    assert_eq!(post(&kill, &without).await.status, 403);
    assert_eq!(post(&kill, &format!("{without}&csrfToken=x")).await.status, 403);

    let page = get(&format!("{}/", master.web_ui_url())).await.text;
    let token =
        page.split("name=\"csrfToken\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    assert_eq!(post(&kill, &format!("id={application}&csrfToken={token}")).await.status, 400, "not meant");
    let answer = post(&kill, &format!("{without}&csrfToken={token}")).await;
    assert_eq!((answer.status, answer.header("location")), (302, "../../"));
    assert_killed(&master, driver, application).await;
    master.stop().await;
}

#[tokio::test]
async fn a_master_of_spark_3_does_as_spark_3_does() {
    let master = Master::start(MasterSettings { spark_version: "3.5.7".into(), ..settings() }).await.unwrap();
    let page = |path: &str| format!("{}{path}", master.web_ui_url());
    assert_eq!(get(&page("/json")).await.status, 302);
    assert!(get(&page("/json/aliveworkers")).await.text.contains("\"completedapps\""), "all of it");

    let (driver, application) = registered(&master).await;
    let form = format!("id={application}&terminate=true");
    for header in [("Origin", "http://elsewhere.example"), ("Sec-Fetch-Site", "cross-site")] {
        let answer = http("POST", &page("/app/kill/"), &form, &[header]).await;
        assert_eq!(answer.status, 403, "a page elsewhere sends it");
    }
    assert_eq!(post(&page("/app/kill/"), &form).await.status, 302, "a script sends it");
    assert_killed(&master, driver, application).await;
    master.stop().await;
}

#[tokio::test]
async fn nothing_is_ended_where_that_is_switched_off() {
    for spark_version in ["3.5.7", "4.3.0"] {
        let settings =
            MasterSettings { ui_kill_enabled: false, spark_version: spark_version.into(), ..settings() };
        let master = Master::start(settings).await.unwrap();
        let (_driver, application) = registered(&master).await;
        let form = format!("id={application}&terminate=true");
        assert_eq!(post(&format!("{}/app/kill/", master.web_ui_url()), &form).await.status, 403);
        assert_eq!(master.snapshot().await.unwrap().active_applications.len(), 1);
        master.stop().await;
    }
}

#[tokio::test]
async fn why_somebody_waits_is_told_to_terminals_and_programs() {
    let master = Master::start(settings()).await.unwrap();
    let page = |path: &str| format!("{}{path}", master.web_ui_url());
    let nobody = get(&page("/explain/")).await;
    assert_eq!((nobody.status, nobody.text.as_str()), (200, "Nobody waits, and nobody runs.\n"));

    let (_driver, application) = registered(&master).await;
    let one = get(&page(&format!("/explain/{application}"))).await;
    assert_eq!((one.status, one.header("content-type")), (200, "text/plain;charset=utf-8"));
    assert!(one.text.starts_with(&format!("Application {application} 'a <b>bold</b> job' ")), "{}", one.text);
    let json = [("Accept", "application/json")];
    let one = http("GET", &page(&format!("/explain/{application}")), "", &json).await;
    assert_eq!((one.status, one.header("content-type")), (200, "text/json;charset=utf-8"));
    let document: serde_json::Value = serde_json::from_str(&one.text).unwrap();
    assert_eq!((&document["id"], &document["state"]), (&application.as_str().into(), &"WAITING".into()));
    let all = http("GET", &page("/explain/"), "", &json).await;
    let document: serde_json::Value = serde_json::from_str(&all.text).unwrap();
    assert!(document["waiting"].is_array(), "{}", all.text);

    let unknown = get(&page("/explain/app%2F1")).await;
    assert_eq!((unknown.status, unknown.header("content-type")), (404, "text/plain;charset=utf-8"));
    assert!(unknown.text.contains("knows no application and no driver 'app/1'"), "{}", unknown.text);
    let unknown = http("GET", &page("/explain/app-1"), "", &json).await;
    assert!(unknown.text.starts_with("{\n  \"id\" : \"app-1\","), "{}", unknown.text);
    assert_eq!(unknown.status, 404);
    master.stop().await;
}

#[tokio::test]
async fn probes_are_answered() {
    let master = Master::start(settings()).await.unwrap();
    for (path, text) in
        [("/healthz", "This Master lives and its event loop answers.\n"), ("/readyz", "This Master leads.\n")]
    {
        let answer = get(&format!("{}{path}", master.web_ui_url())).await;
        assert_eq!((answer.status, answer.text.as_str()), (200, text));
        assert!(answer.header("cache-control").contains("no-store"), "{:?}", answer.headers);
    }
    master.stop().await;
}

#[tokio::test]
async fn metrics_count_what_came_and_went() {
    let master = Master::start(settings()).await.unwrap();
    let (_driver, application) = registered(&master).await;
    let url = format!("{}/metrics", master.web_ui_url());
    let plain = get(&url).await;
    assert_eq!(plain.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    for line in [
        "hearth_build_info{daemon=\"master\",version=\"0.1.0\",spark_version=\"4.3.0\"} 1".to_owned(),
        "hearth_master_status{status=\"ALIVE\"} 1".to_owned(),
        "hearth_master_applications{state=\"WAITING\"} 1".to_owned(),
        "hearth_master_messages_received_total{message=\"RegisterApplication\"} 1".to_owned(),
        "hearth_master_messages_sent_total{message=\"RegisteredApplication\"} 1".to_owned(),
        format!(
            "hearth_application_cores{{id=\"{application}\",name=\"a <b>bold</b> job\",user=\"alice\"}} 0"
        ),
    ] {
        assert!(plain.text.contains(&format!("\n{line}\n")), "no {line} in {}", plain.text);
    }
    let open = http("GET", &url, "", &[("Accept", "application/openmetrics-text; version=1.0.0")]).await;
    assert_eq!(open.header("content-type"), "application/openmetrics-text; version=1.0.0; charset=utf-8");
    assert!(open.text.ends_with("\n# EOF\n"), "{}", open.text);
    master.stop().await;
}

#[tokio::test]
async fn sparks_servlets_answer_where_they_are_configured() {
    let mut settings = settings();
    settings.metrics.servlets.push(MetricsServlet {
        instance: MetricsInstance::Applications,
        form: MetricsForm::Prometheus,
        path: "/metrics/applications/prometheus".into(),
    });
    // What `*.sink.prometheusServlet.path` says counts for both instances; and somebody wants all addresses.
    for path in ["/metrics/applications/prometheus", "/metrics", "/", "/proxy/{id}", "/json"] {
        let (instance, form) = (MetricsInstance::Master, MetricsForm::Prometheus);
        settings.metrics.servlets.push(MetricsServlet { instance, form, path: path.into() });
    }
    let master = Master::start(settings).await.unwrap();
    let (_driver, _) = registered(&master).await;
    let page = |path: &str| format!("{}{path}", master.web_ui_url());
    let json = get(&page("/metrics/master/json/")).await;
    assert_eq!((json.status, json.header("content-type")), (200, "text/json;charset=utf-8"));
    assert!(json.text.contains("\"master.waitingApps\":{\"value\":1}"), "{}", json.text);
    let json = get(&page("/metrics/applications/json/")).await.text;
    assert!(json.contains(".status\":{\"value\":\"WAITING\"}"), "{json}");
    let text = get(&page("/metrics/applications/prometheus/")).await.text;
    assert!(text.starts_with("metrics_application_a__b_bold__b__job_"), "{text}");
    assert_eq!(get(&page("/metrics/master/prometheus/")).await.status, 404, "it is not on");
    master.stop().await;
}

#[tokio::test]
async fn the_workers_of_a_host_are_decommissioned() {
    let enabled = MasterSettings { decommission_enabled: true, ..settings() };
    let master = Master::start(enabled).await.unwrap();
    let kill = format!("{}/workers/kill/", master.web_ui_url());
    assert_eq!(post(&kill, "host=nosuch").await.status, 404);
    assert_eq!(post(&kill, "").await.status, 404);
    let mut peer = worker(&master, Family::Scala213).await;
    assert!(matches!(peer.receive().await, Message::ToWorker(ToWorker::RegisteredWorker { .. })));
    let answer = post(&kill, "host=nosuch&host=127.0.0.1").await;
    assert_eq!((answer.status, answer.text.as_str()), (200, ""));
    assert_eq!(peer.receive().await, Message::ToWorker(ToWorker::DecommissionWorker));
    master.stop().await;
}

#[tokio::test]
async fn workers_are_not_decommissioned_where_that_is_not_allowed() {
    for (decommission_enabled, decommission_allow) in
        [(false, DecommissionAllow::Allow), (true, DecommissionAllow::Deny)]
    {
        let settings = MasterSettings { decommission_enabled, decommission_allow, ..settings() };
        let master = Master::start(settings).await.unwrap();
        let answer = post(&format!("{}/workers/kill/", master.web_ui_url()), "host=127.0.0.1").await;
        assert_eq!(answer.status, 405, "{}", answer.text);
        master.stop().await;
    }
}

#[tokio::test]
async fn the_environment_page_hides_secrets_and_most_variables() {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let settings = MasterSettings {
        properties: vec![pair("spark.my.password", "hunter2"), pair("spark.master.rest.port", "16066")],
        environment: vec![pair("SPARK_X", "shown"), pair("HOME_OF_OTHERS", "not-shown")],
        visible_environment_prefixes: vec!["SPARK_".into()],
        ..settings()
    };
    let master = Master::start(settings).await.unwrap();
    let page = get(&format!("{}/environment/", master.web_ui_url())).await.text;
    assert!(page.contains("16066") && page.contains("SPARK_X") && page.contains(">shown<"), "{page}");
    assert!(!page.contains("hunter2") && !page.contains("not-shown"), "{page}");
    master.stop().await;
}

#[tokio::test]
async fn pages_of_workers_are_reached_through_the_masters() {
    let proxy = Some(ReverseProxy { url: Some("https://front.example/spark".into()) });
    let front = Master::start(MasterSettings { reverse_proxy: proxy, ..settings() }).await.unwrap();
    // Another Master's page stands for a Worker's.
    let behind = Master::start(settings()).await.unwrap();
    let mut peer = worker_with_page(&front, Family::Scala213, behind.web_ui_url()).await;
    let Message::ToWorker(ToWorker::RegisteredWorker { master_web_ui_url, .. }) = peer.receive().await else {
        panic!("the Worker was not let in")
    };
    assert_eq!(master_web_ui_url, "https://front.example/spark/");

    let way = format!("/proxy/{}", peer.worker_id());
    let page = |path: &str| format!("{}{way}{path}", front.web_ui_url());
    let json = get(&page("/json/")).await;
    assert_eq!(json.status, 200);
    assert!(json.text.contains(&behind.address().spark_url()), "{}", json.text);
    assert_eq!(get(&page("/json")).await.header("location"), format!("{way}/json/"));
    assert_eq!(get(&page("")).await.header("location"), format!("{way}/"));
    let overview = get(&format!("{}/", front.web_ui_url())).await.text;
    assert!(overview.contains(&format!("href=\"proxy/{}/\"", peer.worker_id())), "{overview}");

    behind.stop().await;
    assert_eq!(get(&page("/")).await.status, 502);
    assert_eq!(get(&format!("{}/proxy/worker-9/", front.web_ui_url())).await.status, 404);
    front.stop().await;
}
