//! What stands in the log, for people: no values of environments and no options, which may be secrets.

use std::fmt::Write;

use model::{
    ApplicationRecord, Change, Command, Dialect, DriverRecord, Entry, EntryKind, Memory, ResourceProfile,
    WorkerRecord,
};

/// An entry: a line for itself, then one for each change. Each line ends with a newline.
pub fn describe_entry(entry: &Entry) -> String {
    let name = entry.name;
    let mut text = format!("{name}: {}", kind(entry.kind));
    if !entry.changes.is_empty() {
        let _ = write!(text, ", changes: {}", entry.changes.len());
    }
    let _ = writeln!(text, ", written by {} at {} ms since 1970", one_line(&entry.writer), entry.written_ms);
    for change in &entry.changes {
        let _ = writeln!(text, "  {}", describe_change(change));
    }
    text
}

/// All that is remembered, one line for each Worker, application and driver. Each line ends with a newline.
pub fn describe_memory(memory: &Memory) -> String {
    let mut text = format!(
        "Workers: {}, applications: {}, drivers: {}\n",
        memory.workers.len(),
        memory.applications.len(),
        memory.drivers.len()
    );
    for change in memory.changes() {
        let _ = writeln!(text, "  {}", describe_change(&change));
    }
    text
}

fn kind(kind: EntryKind) -> String {
    match kind {
        EntryKind::Claim => "the epoch is claimed".to_owned(),
        EntryKind::Batch => "changes".to_owned(),
        EntryKind::Part { of } => format!("part of a snapshot of {of} parts"),
        EntryKind::Complete { snapshot, parts } => {
            format!("the snapshot before entry {snapshot} is complete, parts: {parts}")
        }
        EntryKind::Seal { next } => format!("the epoch is over, epoch {next} begins"),
    }
}

fn describe_change(change: &Change) -> String {
    let text = match change {
        Change::Worker(record) => worker(record),
        Change::WorkerGone(id) => format!("Worker {id} is gone"),
        Change::Application(record) => application(record),
        Change::Totals { application, totals } => {
            format!("application {application} wants executors: {}", wanted(totals))
        }
        Change::ApplicationGone(id) => format!("application {id} has ended"),
        Change::Driver(record) => driver(record),
        Change::DriverGone(id) => format!("driver {id} has ended"),
        Change::Numbers(numbers) => {
            format!(
                "the next application is number {}, the next driver {}",
                numbers.application, numbers.driver
            )
        }
    };
    one_line(&text)
}

fn worker(record: &WorkerRecord) -> String {
    let said = &record.registration;
    let mut text = format!(
        "Worker {} at {}:{}, cores: {}, memory: {} MiB",
        said.id, said.host, said.port, said.cores, said.memory_mib
    );
    for resource in &said.resources {
        let _ = write!(text, ", {}: {}", resource.name, resource.addresses.join(" "));
    }
    for spark in &said.sparks {
        let _ = write!(text, ", Spark {spark}");
    }
    text + &dialect(&record.dialect)
}

fn application(record: &ApplicationRecord) -> String {
    let said = &record.description;
    let mut text = format!(
        "application {} '{}' of {}, submitted at {} ms since 1970, its next executor is {}",
        record.id, said.name, said.user, record.submitted_ms, record.next_executor
    );
    if let Some(cores) = said.max_cores {
        let _ = write!(text, ", cores at most: {cores}");
    }
    if let Some(address) = &record.driver.address {
        let _ = write!(text, ", its driver is at {address}");
    }
    if let Some(totals) = &record.totals {
        let _ = write!(text, ", wants executors: {}", wanted(totals));
    }
    text + &command(&said.command) + &dialect(&record.dialect)
}

fn driver(record: &DriverRecord) -> String {
    let said = &record.description;
    let mut text = format!(
        "driver {} of class {}, submitted at {} ms since 1970, cores: {}, memory: {} MiB",
        record.id,
        said.main_class(),
        record.submitted_ms,
        said.cores,
        said.memory_mib
    );
    text.push_str(if said.supervise { ", supervised" } else { "" });
    match &record.worker {
        Some(worker) => {
            let _ = write!(text, ", on {worker}");
        }
        None => text.push_str(", waiting"),
    }
    text + &command(&said.command)
}

/// Names of variables alone; arguments and options are only counted, for both may hold passwords.
fn command(command: &Command) -> String {
    let mut text =
        format!(", arguments: {}, options of Java: {}", command.arguments.len(), command.java_options.len());
    if !command.environment.is_empty() {
        text.push_str(", environment (values are not shown):");
        for (name, _) in &command.environment {
            let _ = write!(text, " {name}");
        }
    }
    text
}

fn wanted(totals: &[(ResourceProfile, u32)]) -> String {
    let all: Vec<String> =
        totals.iter().map(|(profile, executors)| format!("{executors} of profile {}", profile.id)).collect();
    all.join(", ")
}

fn dialect(dialect: &Dialect) -> String {
    if dialect.0.is_empty() { String::new() } else { format!(", speaks {}", dialect.0) }
}

/// What peers said cannot make lines of its own, nor move the terminal's cursor.
fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { '?' } else { letter }).collect()
}
