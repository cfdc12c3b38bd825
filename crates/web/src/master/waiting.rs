//! Why applications and drivers wait: as a note under a row, as a part of a page, and as JSON.

use core_master::{ApplicationView, DriverView, Explanation, Reason, Snapshot};
use maud::{Markup, html};
use model::SparkVersion;
use serde_json::{Map, Value, json};

use crate::format;

/// The drivers that wait, in the order in which they came.
pub(crate) fn drivers(snapshot: &Snapshot) -> impl Iterator<Item = (&DriverView, &Explanation)> {
    snapshot.active_drivers.iter().filter_map(|one| Some((one, one.waiting.as_ref()?)))
}

/// The applications that wait, in the order in which they came.
pub(crate) fn applications(snapshot: &Snapshot) -> impl Iterator<Item = (&ApplicationView, &Explanation)> {
    snapshot.active_applications.iter().filter_map(|one| Some((one, one.waiting.as_ref()?)))
}

/// How long somebody has waited.
pub(crate) fn waited_ms(why: &Explanation, snapshot: &Snapshot) -> i64 {
    snapshot.taken_ms.saturating_sub(why.since_ms).max(0)
}

/// What goes below a row of a table.
pub(super) fn note(why: &Explanation, snapshot: &Snapshot) -> Markup {
    html! { div.waits.idle[why.is_idle()] { (sentence(why, snapshot)) } }
}

/// What stands on the page of an application, where there is room for a line each.
pub(super) fn part(why: &Explanation, snapshot: &Snapshot) -> Markup {
    let Some(needs) = &why.needs else {
        return html! { section.waits.idle[why.is_idle()] #waiting { p { (sentence(why, snapshot)) } } };
    };
    html! {
        section.waits #waiting {
            p { (heading(why, snapshot)) ": it needs " (needs) "." }
            ul { @for reason in &why.reasons { li { (reason) } } }
        }
    }
}

fn sentence(why: &Explanation, snapshot: &Snapshot) -> Markup {
    html! { (heading(why, snapshot)) ": " (why) "." }
}

/// `Waiting for 12 min, since 2026/11/20 13:24:51`
fn heading(why: &Explanation, snapshot: &Snapshot) -> Markup {
    let word = if why.is_idle() { "Idle" } else { "Waiting" };
    html! {
        strong { (word) " for " (format::duration(waited_ms(why, snapshot))) }
        ", since " (format::date(why.since_ms, snapshot.utc_offset_s))
    }
}

/// `{"since": 1795181091000, "text": "...", "needs": "...", "reasons": [{"kind": "no_room", "text": "...", ...}]}`
pub(super) fn waiting_json(why: &Explanation) -> Value {
    let mut value = json!({"since": why.since_ms, "text": why.to_string()});
    if let (Some(needs), Some(fields)) = (&why.needs, value.as_object_mut()) {
        fields.insert("needs".into(), needs.as_str().into());
    }
    value["reasons"] = why.reasons.iter().map(reason_json).collect();
    value
}

/// The data of a reason are fields, named as their like in the rest of the document; amounts of memory are MiB.
fn reason_json(reason: &Reason) -> Value {
    let data = match reason {
        Reason::NoWorkers | Reason::AskingSpark | Reason::NothingWanted => json!({}),
        Reason::WorkersLost { workers } | Reason::Decommissioning { workers } => json!({"workers": workers}),
        Reason::LacksSpark { workers, wanted, there } => {
            json!({"workers": workers, "sparkversion": wanted, "sparkversions": versions(there)})
        }
        Reason::SparkUnknown { candidates } => json!({"sparkversions": versions(candidates)}),
        Reason::NoRoom { workers, cores, memory_mib } => {
            json!({"workers": workers, "coresfree": cores, "memoryfree": memory_mib})
        }
        Reason::MemoryLimit { workers, needed_mib, free_mib } => {
            json!({"workers": workers, "memoryneeded": needed_mib, "memoryfree": free_mib})
        }
        Reason::Resource { workers, name, needed, free } => {
            json!({"workers": workers, "resource": name, "needed": needed, "free": free})
        }
        Reason::TooLarge { cores, memory_mib } => json!({"cores": cores, "memory": memory_mib}),
        Reason::MaxCores { most, needed } => json!({"coresmax": most, "coresneeded": needed}),
        Reason::Ahead { application, cores } => json!({"application": application.as_str(), "cores": cores}),
        Reason::DriversHold { drivers, cores } => json!({"drivers": drivers, "cores": cores}),
        Reason::MaxDrivers { most } => json!({"driversmax": most}),
        Reason::ExecutorsFail { failed, last } => json!({"failed": failed, "last": last}),
    };
    let mut fields = Map::new();
    fields.insert("kind".into(), reason.kind().into());
    fields.insert("text".into(), reason.to_string().into());
    if let Value::Object(data) = data {
        fields.extend(data);
    }
    Value::Object(fields)
}

pub(super) fn versions(versions: &[SparkVersion]) -> Value {
    versions.iter().map(SparkVersion::as_str).collect()
}

#[cfg(test)]
mod tests;
