//! Why somebody waits, for a terminal and for a program: `/explain/ID` about one, `/explain/` about all that wait.

use core_master::{ApplicationView, DriverView, Explanation, Snapshot};
use serde_json::{Map, Value, json};

use super::waiting::{self, waited_ms, waiting_json};
use crate::format;

/// An answer in both forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// Sentences, each on a line of its own.
    pub text: String,
    /// The same for programs.
    pub json: Value,
}

/// How an application or a driver fares, above all why it waits; none where the Master knows neither of that id.
pub fn explained(snapshot: &Snapshot, id: &str) -> Option<Explained> {
    // One that has ended may have had the id before.
    let application = || {
        let active = snapshot.active_applications.iter().map(|one| (one, true));
        let ended = snapshot.completed_applications.iter().rev().map(|one| (one, false));
        let (one, active) = active.chain(ended).find(|(one, _)| one.id.as_str() == id)?;
        Some(of_application(one, active, snapshot))
    };
    let driver = || {
        let active = snapshot.active_drivers.iter().map(|one| (one, true));
        let ended = snapshot.completed_drivers.iter().rev().map(|one| (one, false));
        let (one, active) = active.chain(ended).find(|(one, _)| one.id.as_str() == id)?;
        Some(of_driver(one, active, snapshot))
    };
    let subject = application().or_else(driver)?;
    Some(Explained { text: format!("{}\n", subject.text), json: subject.json() })
}

/// Everybody that waits: drivers first, for they are served first.
pub fn everybody_explained(snapshot: &Snapshot) -> Explained {
    let drivers = waiting::drivers(snapshot).map(|(one, _)| of_driver(one, true, snapshot));
    let applications = waiting::applications(snapshot).map(|(one, _)| of_application(one, true, snapshot));
    let all: Vec<Subject<'_>> = drivers.chain(applications).collect();
    let text = if all.is_empty() {
        nobody_waits(snapshot)
    } else {
        all.iter().map(|one| format!("{}\n", one.text)).collect()
    };
    Explained { text, json: json!({"waiting": all.iter().map(Subject::json).collect::<Value>()}) }
}

/// What is said of an id that the Master does not know.
pub fn unknown(id: &str) -> Explained {
    let text = format!(
        "This Master knows no application and no driver '{}': the id is wrong, or it ended so long ago that it is \
         forgotten (spark.deploy.retainedApplications, spark.deploy.retainedDrivers).",
        plain(id)
    );
    let json = json!({"id": id, "text": text});
    Explained { text: text + "\n", json }
}

/// Whom an answer is about.
struct Subject<'a> {
    kind: &'static str,
    id: &'a str,
    /// Name or main class, as `/json/` has it.
    name: (&'static str, &'a str),
    state: &'static str,
    spark: &'a str,
    waiting: Option<&'a Explanation>,
    text: String,
}

impl Subject<'_> {
    fn json(&self) -> Value {
        let mut fields = Map::new();
        let mut add = |name: &str, value: Value| fields.insert(name.into(), value);
        add("id", self.id.into());
        add("kind", self.kind.into());
        add(self.name.0, self.name.1.into());
        add("state", self.state.into());
        add("text", self.text.as_str().into());
        if !self.spark.is_empty() {
            add("sparkversion", self.spark.into());
        }
        if let Some(why) = self.waiting {
            add("waiting", waiting_json(why));
        }
        Value::Object(fields)
    }
}

fn of_application<'a>(one: &'a ApplicationView, active: bool, snapshot: &Snapshot) -> Subject<'a> {
    let executors = one.executors.iter().filter(|executor| !executor.state.is_finished()).count();
    let how = match &one.waiting {
        Some(why) => waits(why, snapshot),
        None if active && executors > 0 => format!(
            "runs: it has {} with {}{}",
            counted(executors, "executor"),
            counted(one.cores_granted as usize, "core"),
            of_spark(&one.spark, " and is of")
        ),
        None if active => "has no executor, and nothing is known to stand in its way".to_owned(),
        None => ended(one.state.name(), one.duration_ms, "", &one.spark),
    };
    Subject {
        kind: "application",
        id: one.id.as_str(),
        name: ("name", &one.name),
        state: one.state.name(),
        spark: &one.spark,
        waiting: one.waiting.as_ref(),
        text: format!("Application {} '{}' {how}.", plain(one.id.as_str()), plain(&one.name)),
    }
}

fn of_driver<'a>(one: &'a DriverView, active: bool, snapshot: &Snapshot) -> Subject<'a> {
    let place = one.worker.as_ref().map(|(worker, _)| format!(" on {worker}")).unwrap_or_default();
    let how = match &one.waiting {
        Some(why) => waits(why, snapshot),
        None if !active => ended(one.state.name(), one.duration_ms, &place, &one.spark),
        None if one.worker.is_some() => format!(
            "runs{place} with {} and {}{}",
            counted(one.cores as usize, "core"),
            format::mebibytes(one.memory_mib.into()),
            of_spark(&one.spark, " and is of")
        ),
        None => "is not launched yet, and nothing is known to stand in its way".to_owned(),
    };
    Subject {
        kind: "driver",
        id: one.id.as_str(),
        name: ("mainclass", &one.main_class),
        state: one.state.name(),
        spark: &one.spark,
        waiting: one.waiting.as_ref(),
        text: format!("Driver {} '{}' {how}.", plain(one.id.as_str()), plain(&one.main_class)),
    }
}

fn waits(why: &Explanation, snapshot: &Snapshot) -> String {
    let how = if why.is_idle() { "has been idle for" } else { "has waited" };
    let waited = format::duration(waited_ms(why, snapshot));
    format!("{how} {waited}, since {}: {why}", format::date(why.since_ms, snapshot.utc_offset_s))
}

fn ended(state: &str, duration_ms: i64, place: &str, spark: &str) -> String {
    format!(
        "has ended: {state} after {}{place}{}",
        format::duration(duration_ms),
        of_spark(spark, ", it was of")
    )
}

fn of_spark(spark: &str, before: &str) -> String {
    if spark.is_empty() { String::new() } else { format!("{before} Spark {spark}") }
}

fn nobody_waits(snapshot: &Snapshot) -> String {
    let (applications, drivers) = (snapshot.active_applications.len(), snapshot.active_drivers.len());
    if applications + drivers == 0 {
        return "Nobody waits, and nobody runs.\n".to_owned();
    }
    let verb = if applications + drivers == 1 { "runs" } else { "run" };
    let all = [(applications, "application"), (drivers, "driver")];
    let named: Vec<String> =
        all.iter().filter(|(number, _)| *number > 0).map(|(number, what)| counted(*number, what)).collect();
    format!("Nobody waits: {} {verb}.\n", named.join(" and "))
}

fn counted(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// Names come from outside: they must not break a line or steer a terminal.
fn plain(name: &str) -> String {
    name.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

#[cfg(test)]
mod tests;
