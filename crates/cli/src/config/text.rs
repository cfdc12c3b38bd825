//! Reports of settings as tables, as JSON, and the explanation of one setting.

use std::fmt::Write as _;

use edge_config::{About, Answer, Daemons, Known, Line, Report, Source, UNHONOURED, Unhonoured, known};
use serde_json::{Value, json};

use super::Form;
use crate::failure::Failure;

type Reports = [(Daemons, Report)];

/// Tables by theme: name, value, who says so.
pub(super) fn tables(reports: &Reports, form: Form) -> String {
    let mut text = String::new();
    for (daemon, report) in reports {
        let spark =
            if report.version.installed { "the Spark beside it" } else { "no Spark is installed here" };
        let _ = writeln!(text, "The {daemon}, with the defaults of Spark {} ({spark})", report.version);
        for (title, lines) in &report.themes {
            let shown: Vec<&Line> = lines.iter().filter(|line| is_shown(line, form)).collect();
            if shown.is_empty() {
                continue;
            }
            let _ = writeln!(text, "\n  {title}");
            for line in shown {
                row(&mut text, &line.name, &line.value, &line.source.to_string());
                if let Some(problem) = &line.problem {
                    let _ = writeln!(text, "      wrong: {problem}");
                }
            }
        }
        if !report.others.is_empty() {
            let _ = writeln!(text, "\n  Set, and not obeyed by the {daemon}");
            for other in &report.others {
                row(&mut text, &other.key, &other.value, &format!("{}: {}", other.source, other.note));
            }
        }
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text + "\n"
}

fn is_shown(line: &Line, form: Form) -> bool {
    !form.set || matches!(line.source, Source::Given(_))
}

fn row(text: &mut String, name: &str, value: &str, source: &str) {
    let value = if value.is_empty() { "-" } else { value };
    let _ = writeln!(text, "    {name:<44} {value:<24} {source}");
}

/// `{"master": {"spark": ..., "settings": [...], "others": [...], "unhonoured": [...]}, "worker": ...}`
pub(super) fn json(reports: &Reports, form: Form) -> String {
    let mut all = serde_json::Map::new();
    for (daemon, report) in reports {
        let settings: Vec<Value> =
            report.lines().filter(|line| is_shown(line, form)).map(setting_json).collect();
        let others = report.others.iter().map(|other| {
            json!({"name": other.key, "value": other.value, "source": other.source.to_string(), "note": other.note})
        });
        let unhonoured = UNHONOURED.iter().filter(|row| row.daemons.include(*daemon));
        let document = json!({
            "spark": report.version.text,
            "settings": settings,
            "others": others.collect::<Vec<_>>(),
            "unhonoured": unhonoured.map(|row| json!({"name": row.key, "why": row.why})).collect::<Vec<_>>(),
            "warnings": report.warnings.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "failure": report.failure.as_ref().map(ToString::to_string),
        });
        all.insert(daemon.to_string().to_lowercase(), document);
    }
    format!("{:#}\n", Value::Object(all))
}

fn setting_json(line: &Line) -> Value {
    json!({
        "name": line.name,
        "names": line.about.names().collect::<Vec<_>>(),
        "older": line.about.older,
        "kind": line.about.kind,
        "value": line.value,
        "source": line.source.to_string(),
        "problem": line.problem,
        "meaning": line.about.meaning,
    })
}

/// What a setting means, and what it is here.
pub(super) fn explanation(name: &str, reports: &Reports) -> Result<String, Failure> {
    match known(name) {
        Ok(Known::Setting(about)) => Ok(of_setting(name, about, reports)),
        Ok(Known::Unhonoured(row)) => Ok(of_unhonoured(row, reports)),
        Err(nearest) => {
            let hint = nearest.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
            let told = "is no setting of the Master or the Worker, though it may be one of applications";
            Err(Failure::Usage(format!("{name} {told}{hint}")))
        }
    }
}

fn of_setting(name: &str, about: &About, reports: &Reports) -> String {
    let mut text = format!("{name}: {}.\n\n", about.meaning);
    let mut tell = |what: &str, told: &str| {
        let _ = writeln!(text, "  {what:<9} {told}");
    };
    tell("of", &format!("the {}", about.daemons));
    tell("kind", &format!("{}, e.g. {}", about.kind, about.example));
    match about.default {
        "" => tell("default", "none"),
        default => tell("default", default.trim_matches(['(', ')'])),
    }
    for (release, default) in about.before {
        tell("", &format!("{default} in releases before {release}"));
    }
    let names: Vec<&str> = about.names().collect();
    if names.len() > 1 {
        tell("names", &format!("{}; the first that is set wins", names.join(", ")));
    }
    if !about.older.is_empty() {
        tell("once", about.older);
    }
    if !about.since.is_empty() {
        tell("since", &format!("Spark {}; obeyed beside earlier ones too", about.since));
    }
    for (daemon, report) in reports.iter().filter(|(daemon, _)| about.daemons.include(*daemon)) {
        for line in report.lines().filter(|line| std::ptr::eq(line.about, about)) {
            let value = if line.value.is_empty() { "-" } else { &line.value };
            let wrong = line.problem.as_ref().map(|problem| format!(": {problem}")).unwrap_or_default();
            tell("here", &format!("{value} for the {daemon}, {} ({}){wrong}", line.source, line.name));
        }
    }
    text
}

fn of_unhonoured(row: &Unhonoured, reports: &Reports) -> String {
    let answer = match row.answer {
        Answer::Pass => "nothing happens",
        Answer::Warn => "the daemon warns",
        Answer::Refuse => "the daemon does not start",
    };
    let unless = match row.harmless {
        Some("") => ", unless it is empty".to_owned(),
        Some(value) => format!(", unless it is {value}"),
        None => String::new(),
    };
    let mut text =
        format!("{}: a key of Spark's {} that is not obeyed: {}.\n\n", row.key, row.daemons, row.why);
    let _ = writeln!(text, "  when set  {answer}{unless}");
    let here = reports.iter().flat_map(|(_, report)| &report.others).find(|other| other.key == row.key);
    if let Some(other) = here {
        let _ = writeln!(text, "  here      {}, {}", other.value, other.source);
    }
    text
}
