//! What a daemon would be started with, setting by setting, and who says so: for `hearth config`.

use std::fmt;

use regex::Regex;

use crate::effective::{Effective, Found};
use crate::error::{ConfigError, HIDDEN, Origin, Warning, shown};
use crate::sources::Sources;
use crate::table::{self, About, Daemons, THEMES};
use crate::unhonoured::Unhonoured;
use crate::version::SparkVersion;
use crate::{MasterSettings, ShuffleServiceSettings, WorkerSettings, options, spelling};

/// A daemon's settings.
#[derive(Debug)]
pub struct Report {
    /// The release whose defaults count.
    pub version: SparkVersion,
    /// All settings of the daemon, by theme.
    pub themes: Vec<(&'static str, Vec<Line>)>,
    /// Keys that are set and that this daemon does not obey.
    pub others: Vec<OtherKey>,
    /// What it would warn of.
    pub warnings: Vec<Warning>,
    /// Why it would not start.
    pub failure: Option<ConfigError>,
}

/// A setting.
#[derive(Clone, Debug)]
pub struct Line {
    /// What the table says of it.
    pub about: &'static About,
    /// Its name: the one under which it was set, else the one that would win.
    pub name: String,
    /// Its value; empty when it has none. A secret's is hidden.
    pub value: String,
    /// Who says so.
    pub source: Source,
    /// What is wrong with the value.
    pub problem: Option<String>,
}

/// Who says what a setting is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A flag, a variable, an option or a line.
    Given(Origin),
    /// The table.
    Default,
    /// The table, for the releases that are like this one.
    DefaultOf(String),
    /// The machine or another setting.
    Derived(&'static str),
    /// Nobody.
    Unset,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given(Origin::Flag) => f.write_str("flag"),
            Self::Given(Origin::Variable) => f.write_str("variable"),
            Self::Given(Origin::Option(holder)) => f.write_str(holder),
            Self::Given(Origin::File { path, line }) => write!(f, "{} line {line}", path.display()),
            Self::Given(Origin::Default) | Self::Default => f.write_str("default"),
            Self::DefaultOf(version) => write!(f, "default of Spark {version}"),
            Self::Derived(what) => f.write_str(what),
            Self::Unset => f.write_str("not set"),
        }
    }
}

/// A key that is set and that the daemon does not obey.
#[derive(Clone, Debug)]
pub struct OtherKey {
    /// The key.
    pub key: String,
    /// Its value; a secret's is hidden.
    pub value: String,
    /// Who says so.
    pub source: Source,
    /// Why it is not obeyed.
    pub note: String,
}

impl Report {
    /// Looks at everything that may set a daemon up. A Worker needs no master URL for this.
    ///
    /// # Errors
    /// When a file or an option cannot be read at all; what else is wrong stands in the report.
    pub fn new(sources: &Sources<'_>, daemon: Daemons) -> Result<Self, ConfigError> {
        let (warnings, failure) = match checked(sources, daemon) {
            Ok(warnings) => (warnings, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        let mut effective = Effective::gather(sources, daemon)?;
        let secrets = effective.value(&table::REDACTION_REGEX).ok();
        let of_daemon = |about: &&&'static About| about.daemons.include(daemon);
        let themes = THEMES.iter().map(|theme| {
            let settings = theme.settings.iter().filter(of_daemon);
            (theme.title, settings.flat_map(|about| lines(&mut effective, about, secrets.as_ref())).collect())
        });
        let themes = themes.collect();
        let others = others(&effective, daemon, secrets.as_ref());
        Ok(Self { version: effective.version().clone(), themes, others, warnings, failure })
    }

    /// All lines, in the order of the reference.
    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        self.themes.iter().flat_map(|(_, lines)| lines)
    }
}

/// What the daemon itself would say of these sources.
fn checked(sources: &Sources<'_>, daemon: Daemons) -> Result<Vec<Warning>, ConfigError> {
    match daemon {
        Daemons::Master => return MasterSettings::from_sources(sources).map(|(_, warnings)| warnings),
        Daemons::Shuffle => {
            return ShuffleServiceSettings::from_sources(sources).map(|(_, warnings)| warnings);
        }
        _ => {}
    }
    let mut sources = sources.clone();
    let flag = table::MASTERS.about.flag;
    if sources.flags.value(flag).is_none() {
        sources.flags = sources.flags.with(flag, Some("spark://HOST:7077"));
    }
    WorkerSettings::from_sources(&sources).map(|(_, warnings)| warnings)
}

/// One line, or one for each name that is set where any may be.
fn lines(effective: &mut Effective<'_>, about: &'static About, secrets: Option<&Regex>) -> Vec<Line> {
    if let Some((start, end)) = about.key.split_once("{name}") {
        let names = effective.keys_under(start).filter(|rest| rest.len() > end.len() && rest.ends_with(end));
        let keys: Vec<String> = names.map(|rest| format!("{start}{rest}")).collect();
        if keys.is_empty() {
            return vec![usual(effective, about)];
        }
        return keys
            .iter()
            .filter_map(|key| effective.key(key))
            .map(|found| given(about, found, secrets))
            .collect();
    }
    vec![match effective.find(about) {
        Some(found) => given(about, found, secrets),
        None => usual(effective, about),
    }]
}

fn given(about: &'static About, found: Found, secrets: Option<&Regex>) -> Line {
    let problem = (about.check)(found.value.trim())
        .err()
        .map(|problem| format!("{problem}; write e.g. {}", about.example));
    let value = match about.kind {
        "options" => options::without_secrets(&found.value),
        _ => hidden(&found.name, &found.value, secrets),
    };
    Line { about, name: found.name, value, source: Source::Given(found.origin), problem }
}

fn usual(effective: &mut Effective<'_>, about: &'static About) -> Line {
    let default = about.default_of(effective.version());
    let derived = about.derived.and_then(|derived| derived(effective));
    let (value, source) = match default.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        Some(what) => (derived.unwrap_or_default(), Source::Derived(what)),
        None if derived.is_some() => (derived.unwrap_or_default(), Source::Derived("another setting")),
        None if default.is_empty() && about.default.is_empty() => (String::new(), Source::Unset),
        None if about.before.is_empty() => (default.to_owned(), Source::Default),
        None => (default.to_owned(), Source::DefaultOf(effective.version().text.clone())),
    };
    let name = about.names().next().unwrap_or_default().to_owned();
    Line { about, name, value, source, problem: None }
}

fn others(effective: &Effective<'_>, daemon: Daemons, secrets: Option<&Regex>) -> Vec<OtherKey> {
    let found = effective.keys().filter_map(|(key, origin)| {
        let note = why_not(key, daemon)?;
        let value = effective.key(key).map(|found| found.value).unwrap_or_default();
        let value = hidden(key, &value, secrets);
        Some(OtherKey { key: key.to_owned(), value, source: Source::Given(origin.clone()), note })
    });
    found.collect()
}

/// Why a daemon does not obey a key; none when it does.
fn why_not(key: &str, daemon: Daemons) -> Option<String> {
    if let Some(about) = table::named(key) {
        return (!about.daemons.include(daemon)).then(|| format!("of the {}", about.daemons));
    }
    Some(match Unhonoured::named(key) {
        Some(row) => row.why.to_owned(),
        None if spelling::is_of_daemons(key) => match spelling::nearest(key) {
            Some(known) => format!("unknown; did you mean {known}?"),
            None => "unknown".to_owned(),
        },
        None => "not of these daemons: of applications, or of nobody".to_owned(),
    })
}

fn hidden(name: &str, value: &str, secrets: Option<&Regex>) -> String {
    if secrets.is_some_and(|secrets| secrets.is_match(name)) { HIDDEN } else { shown(name, value) }.to_owned()
}

/// What is known of a name: a flag, a variable or a key.
#[derive(Clone, Copy, Debug)]
pub enum Known {
    /// It stands in the table.
    Setting(&'static About),
    /// It is a key of Spark's that this build does not obey.
    Unhonoured(&'static Unhonoured),
}

/// What is known of a name; else the known one that is nearest, if one is near.
///
/// # Errors
/// With the nearest known name when the name is not known.
pub fn known(name: &str) -> Result<Known, Option<&'static str>> {
    let setting = table::named(name).map(Known::Setting);
    setting.or_else(|| Unhonoured::named(name).map(Known::Unhonoured)).ok_or_else(|| spelling::nearest(name))
}
