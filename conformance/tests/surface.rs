//! The whole surface of Spark's Master and Worker, `surface.json`, against the program under test: each key,
//! variable, flag, route, message and behaviour is done, or stands in `differences.json` with its reason.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;
use std::time::Duration;

use conformance::daemon::Offer;
use conformance::differences::Differences;
use conformance::wait::PATIENCE;
use conformance::{Failure, Master, Result, Sandbox, Spark, Subject, Worker, binary};
use serde::Deserialize;
use serde_json::Value;

/// The release whose routes are asked for: those of 3.x are among them.
const RELEASE: &str = "4.3.0";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Surface {
    keys: Vec<String>,
    variables: Vec<String>,
    flags: Vec<Flag>,
    routes: Vec<Route>,
    messages: Vec<Behaviour>,
    behaviours: Vec<Behaviour>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Flag {
    of: String,
    flag: String,
    value: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Route {
    /// `master`, `worker` or `rest`.
    of: String,
    /// `GET /json/`; `WORKER` stands for the id of the Worker.
    ask: String,
    /// What a POST carries.
    body: Option<String>,
    status: u16,
    /// What stands in the answer.
    #[serde(default)]
    has: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Behaviour {
    name: String,
    /// The test that shows it: `folder/file.rs#test`.
    shown: Option<String>,
}

fn surface() -> Result<Surface> {
    serde_json::from_str(include_str!("../surface.json"))
        .map_err(|error| Failure::unexpected(format!("surface.json: {error}")))
}

/// Items of the surface, and whether they are done: none, or why they are not.
type Items = BTreeMap<String, Option<String>>;

/// Holds items against the known differences: nothing is lacking unknown, and nothing known is done by now.
fn check(items: &Items) -> Result<()> {
    let differences = Differences::known()?;
    let known: BTreeSet<&str> =
        differences.surface.iter().flat_map(|one| one.items.iter().map(String::as_str)).collect();
    let complaints: Vec<String> = items
        .iter()
        .filter_map(|(item, lack)| match (lack, known.contains(item.as_str())) {
            (Some(lack), false) => Some(format!("{item}: {lack}; do it, or list it in differences.json")),
            (None, true) => Some(format!("{item}: done, so strike it from differences.json")),
            _ => None,
        })
        .collect();
    if complaints.is_empty() {
        Ok(())
    } else {
        Err(Failure::unexpected(format!("\n{}\n", complaints.join("\n"))))
    }
}

/// What `hearth config --json` says of all daemons: names of settings, and keys that are not obeyed.
fn configuration(sandbox: &Sandbox) -> Result<(BTreeSet<String>, BTreeSet<String>)> {
    let read = |arguments: &[&str]| -> Result<Value> {
        let output = sandbox.command(binary::hearth()?)?.args(arguments).output();
        let output = output.map_err(Failure::io("run hearth config"))?;
        serde_json::from_slice(&output.stdout)
            .map_err(|error| Failure::unexpected(format!("hearth config --json: {error}")))
    };
    let both = read(&["config", "--json"])?;
    let service = read(&["config", "shuffle-service", "--json"])?;
    let (mut obeyed, mut unhonoured) = (BTreeSet::new(), BTreeSet::new());
    for (all, daemon) in [(&both, "master"), (&both, "worker"), (&service, "shuffle service")] {
        for setting in all[daemon]["settings"].as_array().into_iter().flatten() {
            let names = setting["names"].as_array().into_iter().flatten().chain([&setting["older"]]);
            obeyed.extend(names.filter_map(Value::as_str).map(str::to_owned));
        }
        let rows = all[daemon]["unhonoured"].as_array().into_iter().flatten();
        unhonoured.extend(rows.filter_map(|row| row["name"].as_str()).map(str::to_owned));
    }
    Ok((obeyed, unhonoured))
}

#[test]
fn keys_and_variables_are_obeyed_or_known_differences() -> Result<()> {
    let surface = surface()?;
    let sandbox = Sandbox::at_once("surface-keys")?;
    let (obeyed, unhonoured) = configuration(&sandbox)?;
    assert!(obeyed.len() > 60 && unhonoured.len() > 20, "{obeyed:?} {unhonoured:?}");
    let names = surface.keys.iter().chain(&surface.variables);
    let items: Items = names
        .map(|name| (name.clone(), (!obeyed.contains(name)).then(|| "it is not obeyed".to_owned())))
        .collect();
    check(&items)?;
    // What the program says that it does not obey is known to the list too.
    let silent: Vec<_> =
        unhonoured.iter().filter(|key| !key.ends_with('*') && !items.contains_key(*key)).collect();
    assert!(silent.is_empty(), "surface.json lacks {silent:?}");
    sandbox.end()
}

#[test]
fn every_difference_is_of_something_that_is_listed() -> Result<()> {
    let surface = surface()?;
    let mut names: BTreeSet<String> = surface.keys.into_iter().chain(surface.variables).collect();
    names.extend(surface.flags.iter().map(flag_name));
    names.extend(surface.routes.iter().map(|route| format!("{} {}", route.of, route.ask)));
    names.extend(surface.messages.iter().map(message_name));
    names.extend(surface.behaviours.into_iter().map(|one| one.name));
    let mut seen = BTreeSet::new();
    for difference in Differences::known()?.surface {
        for item in difference.items {
            assert!(names.contains(&item), "'{item}' of {} is not in surface.json", difference.about);
            assert!(seen.insert(item.clone()), "'{item}' is listed twice");
        }
    }
    Ok(())
}

fn flag_name(flag: &Flag) -> String {
    format!("{} {}", flag.of, flag.flag)
}

fn message_name(message: &Behaviour) -> String {
    format!("message {}", message.name)
}

#[test]
fn flags_are_understood() -> Result<()> {
    let sandbox = Sandbox::at_once("surface-flags")?;
    let mut items = Items::new();
    for flag in surface()?.flags {
        let mut command: Command = sandbox.command(binary::hearth()?)?;
        command.args(["config", &flag.of, "--json", &flag.flag]).args(&flag.value);
        let output = command.output().map_err(Failure::io("run hearth config"))?;
        let refused = output.status.code() == Some(2);
        items.insert(flag_name(&flag), refused.then(|| String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    assert!(items.len() > 20);
    check(&items)?;
    sandbox.end()
}

#[test]
fn messages_and_behaviours_are_shown_by_tests() -> Result<()> {
    let surface = surface()?;
    let messages = surface.messages.iter().map(|message| (message_name(message), message));
    let behaviours = surface.behaviours.iter().map(|behaviour| (behaviour.name.clone(), behaviour));
    let lack = |one: &Behaviour| match &one.shown {
        None => Some("no test shows it".to_owned()),
        Some(shown) => (!is_a_test(shown)).then(|| format!("there is no test {shown}")),
    };
    check(&messages.chain(behaviours).map(|(name, one)| (name, lack(one))).collect())
}

/// Whether `folder/file.rs#test` is there.
fn is_a_test(shown: &str) -> bool {
    let Some((file, test)) = shown.split_once('#') else { return false };
    let text = fs::read_to_string(binary::workspace().join(file)).unwrap_or_default();
    let head = format!("fn {test}(");
    text.lines().zip(text.lines().skip(1)).any(|(before, line)| before.contains("#[") && line.contains(&head))
}

/// Where each of the servers is.
type Places = BTreeMap<&'static str, String>;

#[test]
fn routes_answer() -> Result<()> {
    let spark = Spark::installed(RELEASE)?;
    let sandbox = Sandbox::at_once("surface-routes")?;
    let servlet = "org.apache.spark.metrics.sink.PrometheusServlet";
    sandbox.configure([
        ("spark.master.rest.enabled", "true"),
        ("spark.master.rest.port", "0"),
        ("spark.decommission.enabled", "true"),
        ("spark.ui.reverseProxy", "true"),
        ("spark.metrics.conf.*.sink.prometheusServlet.class", servlet),
        ("spark.metrics.conf.*.sink.prometheusServlet.path", "/metrics/prometheus"),
        ("spark.metrics.conf.master.sink.prometheusServlet.path", "/metrics/master/prometheus"),
        ("spark.metrics.conf.applications.sink.prometheusServlet.path", "/metrics/applications/prometheus"),
    ])?;
    let mut master = Master::start(&sandbox, &spark, Subject::under_test(), "master", 0)?;
    let offer = Offer { cores: 1, memory_mib: 1024 };
    let mut worker = Worker::start(&sandbox, &spark, Subject::under_test(), "worker", offer, &master.url())?;
    master.wait_for_workers(1, PATIENCE)?;
    prepare_log(&sandbox)?;

    let id = master.state()?.workers[0].id.clone();
    let places = Places::from([
        ("master", master.webui_url().trim_end_matches('/').to_owned()),
        ("worker", worker.webui_url().trim_end_matches('/').to_owned()),
        ("rest", master.rest_url()?.replace("spark://", "http://")),
    ]);
    let mut items = Items::new();
    for route in surface()?.routes {
        items.insert(format!("{} {}", route.of, route.ask), lack(&route, &places, &id)?);
    }
    assert!(items.len() > 30);
    check(&items)?;
    worker.process.terminate(Duration::from_secs(30))?;
    master.process.terminate(Duration::from_secs(30))?;
    sandbox.end()
}

/// A log that the Worker's page can show: as of an executor that ran.
fn prepare_log(sandbox: &Sandbox) -> Result<()> {
    for folder in ["work-worker/a/0", "work-worker/d"] {
        let folder = sandbox.subfolder(folder)?;
        for name in ["stdout", "stderr"] {
            fs::write(folder.join(name), "a line\n").map_err(Failure::io("write a log"))?;
        }
    }
    Ok(())
}

/// What a route's answer lacks.
fn lack(route: &Route, places: &Places, worker: &str) -> Result<Option<String>> {
    let (method, path) = route.ask.split_once(' ').unwrap_or_default();
    let url = format!("{}{}", places[route.of.as_str()], path.replace("WORKER", worker));
    let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
    let agent: ureq::Agent = config.timeout_global(Some(PATIENCE)).build().into();
    let answer = match method {
        "GET" => agent.get(&url).call(),
        _ => agent
            .post(&url)
            .content_type("application/x-www-form-urlencoded")
            .send(route.body.as_deref().unwrap_or_default()),
    };
    let mut answer = answer.map_err(|error| Failure::unexpected(format!("{}: {error}", route.ask)))?;
    let status = answer.status().as_u16();
    let text = answer.body_mut().read_to_string().unwrap_or_default();
    Ok(if status != route.status {
        Some(format!("it answers {status}, not {}", route.status))
    } else if !text.contains(&route.has) {
        Some(format!("its answer has no '{}': {:.200}", route.has, text))
    } else {
        None
    })
}
