//! `hearth explain`: why an application or a driver waits. The sentences are the Master's own, from `/explain/`.

mod pages;

use clap::Args;
use edge_config::application_properties;
use ureq::Agent;

use crate::failure::Failure;
use crate::http::{agent, in_path, said};
use crate::start::Surroundings;
use crate::submit::print;
use pages::Pages;

pub(crate) const ABOUT: &str = "\
Tells why an application or a driver waits, and since when: what it needs, what stands in its way, who is ahead of it. Of \
one that runs or has ended it tells that. It asks the Master's page (port 8080), and the reasons are those that the Master \
itself goes by.";

pub(crate) const EXAMPLES: &str = "\
Examples:
  hearth explain                                            all that wait, at this machine's Master
  hearth explain app-20261120121815-0003
  hearth explain --master http://HOST:8080 driver-20261120121815-0001
  hearth explain --master spark://HOST:7077 --json          for programs

Without --master it asks the host of spark.master in spark-defaults.conf (of SPARK_CONF_DIR, else of SPARK_HOME/conf), else \
this machine. Where no port of a page is given it is spark.master.ui.port, else SPARK_MASTER_WEBUI_PORT, else 8080.

Exit status: 0 when it was answered; 1 when the id is unknown or no Master answers; 2 when the command line is wrong.";

/// The longest answer that is read: some ten thousand who wait.
const LONGEST_ANSWER: u64 = 64 * 1024 * 1024;

/// Whom to ask, and after whom.
#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    /// Page of the Master: http://HOST:8080, or spark://HOST:7077 as applications have it [key spark.master; default this
    /// machine's]
    #[arg(long, value_name = "URL")]
    master: Option<String>,
    /// Write it as JSON
    #[arg(long)]
    json: bool,
    /// The id of an application or a driver; without it all that wait are shown
    #[arg(value_name = "ID")]
    id: Option<String>,
}

/// Asks and shows; one that nobody knows is a failure.
pub(crate) fn run(arguments: &ExplainArguments) -> Result<(), Failure> {
    let environment = Surroundings::look()?.environment;
    let defaults = application_properties(&environment, None)?;
    let pages = Pages::find(arguments.master.as_deref(), &defaults, &environment)?;
    let path = format!("explain/{}", arguments.id.as_deref().map(in_path).unwrap_or_default());
    print(first_answer(&pages, &path, arguments.json)?.trim_end())
}

/// What a Master answers.
enum Answer {
    /// What was asked for.
    Known(String),
    /// That it knows nobody of that id.
    Unknown(String),
}

/// The answer of the first Master that knows one.
fn first_answer(pages: &Pages, path: &str, as_json: bool) -> Result<String, Failure> {
    let agent = agent();
    let mut unknown = None;
    let mut troubles = Vec::new();
    for page in &pages.bases {
        match ask(&agent, &format!("{page}/{path}"), as_json) {
            Ok(Answer::Known(text)) => return Ok(text),
            Ok(Answer::Unknown(text)) => unknown = Some(format!("{page} says: {}", text.trim_end())),
            Err(why) => troubles.push(format!("{page} {why}")),
        }
    }
    let text = unknown.unwrap_or_else(|| format!("{}; {}", troubles.join("; "), pages.advice()));
    Err(Failure::Start(text))
}

fn ask(agent: &Agent, url: &str, as_json: bool) -> Result<Answer, String> {
    let wanted = if as_json { "application/json" } else { "text/plain" };
    let mut response = agent.get(url).header("accept", wanted).call().map_err(|error| said(&error))?;
    let status = response.status().as_u16();
    let kind = response.headers().get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_meant = kind.starts_with(if as_json { "text/json" } else { "text/plain" });
    match status {
        200 | 404 if is_meant => {}
        503 => return Err("answers 503: the Master is too busy, or it is about to end".to_owned()),
        _ => return Err(format!("answers {status}, but not as the page of a Hearth Master does")),
    }
    let text = response.body_mut().with_config().limit(LONGEST_ANSWER).read_to_string();
    let text = shown(&text.map_err(|error| said(&error))?);
    match status {
        200 => Ok(Answer::Known(text)),
        _ => Ok(Answer::Unknown(sentence(text, as_json))),
    }
}

/// Whoever answers: he is not to steer a terminal.
fn shown(text: &str) -> String {
    text.chars().filter(|letter| *letter == '\n' || !letter.is_control()).collect()
}

/// Sentences go to stderr as sentences, also where the answer was to be JSON.
fn sentence(answer: String, as_json: bool) -> String {
    if !as_json {
        return answer;
    }
    let document: Option<serde_json::Value> = serde_json::from_str(&answer).ok();
    let text = document.as_ref().and_then(|document| document["text"].as_str());
    text.map_or(answer.clone(), str::to_owned)
}
