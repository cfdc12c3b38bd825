//! The table: each setting once, with its flag, variable, key, kind, defaults and meaning; a file for each theme.
//!
//! Where a setting has several names, the key wins over the flag and the flag over the variable, as in Spark
//! (`MasterArguments`, `WorkerArguments`, 3.5 and 4.x: variables first, then flags, then `spark.*.ui.port`).

use std::fmt;

use crate::effective::Effective;
use crate::kind::{Kind, Problem};
use crate::version::SparkVersion;

/// Which daemons obey a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Daemons {
    /// The Master alone.
    Master,
    /// The Worker alone.
    Worker,
    /// Both.
    Both,
    /// The shuffle service that is a daemon of its own.
    Shuffle,
    /// The Worker, which may run a shuffle service, and that daemon.
    Serving,
    /// All three.
    All,
}

impl Daemons {
    /// Whether `one` daemon is among them.
    pub fn include(self, one: Self) -> bool {
        match self {
            Self::Both => matches!(one, Self::Master | Self::Worker),
            Self::Serving => matches!(one, Self::Worker | Self::Shuffle),
            Self::All => true,
            Self::Master | Self::Worker | Self::Shuffle => self == one,
        }
    }
}

impl fmt::Display for Daemons {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Master => "Master",
            Self::Worker => "Worker",
            Self::Both => "Master and the Worker",
            Self::Shuffle => "shuffle service",
            Self::Serving => "Worker and the shuffle service",
            Self::All => "Master, the Worker and the shuffle service",
        })
    }
}

/// What a default comes to that depends on the machine or another setting.
pub(crate) type Derived = fn(&mut Effective<'_>) -> Option<String>;

/// What is said of a setting.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// Its flag, empty when it has none.
    pub flag: &'static str,
    /// Its environment variable, empty when it has none.
    pub variable: &'static str,
    /// Its key, empty when it has none; `{name}` stands for any word.
    pub key: &'static str,
    /// An older name that still counts: a key, or a variable where there is no key. Empty when there is none.
    pub older: &'static str,
    /// The value when nothing sets it, as text; in brackets where it depends on the machine or another setting.
    pub default: &'static str,
    /// Other defaults, of releases before the named one: `("4.1", "false")`. Earliest first.
    pub before: &'static [(&'static str, &'static str)],
    /// The first release of Spark that knows the key, where 3.4 does not. Earlier ones get it from us all the same.
    pub since: &'static str,
    /// Who obeys it.
    pub daemons: Daemons,
    /// What it means.
    pub meaning: &'static str,
    /// The name of its kind.
    pub kind: &'static str,
    /// A value that is of its kind.
    pub example: &'static str,
    /// Whether a text is of its kind.
    pub check: fn(&str) -> Result<(), Problem>,
    /// Where the default stands in brackets: what it comes to, if that can be told.
    pub(crate) derived: Option<Derived>,
}

impl About {
    /// A row that says nothing yet.
    const BLANK: Self = Self {
        flag: "",
        variable: "",
        key: "",
        older: "",
        default: "",
        before: &[],
        since: "",
        daemons: Daemons::Both,
        meaning: "",
        kind: "",
        example: "",
        check: |_| Ok(()),
        derived: None,
    };

    /// The default of a release.
    pub fn default_of(&self, version: &SparkVersion) -> &'static str {
        let earlier = self.before.iter().find(|(release, _)| version.is_before(release));
        earlier.map_or(self.default, |(_, default)| *default)
    }

    /// Its key, flag and variable, those that it has, the one that wins first.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        [self.key, self.flag, self.variable].into_iter().filter(|name| !name.is_empty())
    }

    /// Whether it is called so, by an older name too. A key's `{name}` stands for any word.
    pub fn is_called(&self, name: &str) -> bool {
        let key = match self.key.split_once("{name}") {
            Some((start, end)) => name.starts_with(start) && name.ends_with(end),
            None => false,
        };
        key || (!name.is_empty() && [self.key, self.flag, self.variable, self.older].contains(&name))
    }

    /// The text for `--help`: the meaning, then the other names and the default.
    pub fn help(&self) -> String {
        let mut notes = Vec::new();
        if !self.variable.is_empty() && !self.flag.is_empty() {
            notes.push(format!("variable {}", self.variable));
        }
        if !self.key.is_empty() {
            notes.push(format!("key {}", self.key));
        }
        if !self.default.is_empty() {
            notes.push(format!("default {}", self.default.trim_matches(['(', ')'])));
        }
        if notes.is_empty() {
            self.meaning.into()
        } else {
            format!("{} [{}]", self.meaning, notes.join("; "))
        }
    }
}

/// A setting of a type.
#[derive(Debug)]
pub struct Setting<T: 'static> {
    /// Names, default, meaning.
    pub about: About,
    /// How its text is read.
    pub kind: Kind<T>,
}

/// What belongs together, with its heading in the reference.
#[derive(Clone, Copy, Debug)]
pub struct Theme {
    /// The heading.
    pub title: &'static str,
    /// Its settings, in the order of the reference.
    pub settings: &'static [&'static About],
}

/// The statics of a theme, and the list of them.
macro_rules! table {
    ($theme:ident $title:literal $($name:ident: $type:ty = $kind:ident { $($field:ident: $value:expr),* $(,)? })*) => {
        $(
            #[doc = concat!("The setting `", stringify!($name), "` of the table.")]
            pub static $name: crate::table::Setting<$type> = crate::table::Setting {
                about: crate::table::About {
                    kind: $kind.name,
                    example: $kind.example,
                    check: |text| ($kind.parse)(text).map(drop),
                    $($field: $value,)*
                    ..crate::table::About::BLANK
                },
                kind: $kind,
            };
        )*

        /// The theme.
        pub(super) static $theme: crate::table::Theme =
            crate::table::Theme { title: $title, settings: &[$(&$name.about),*] };
    };
}

mod addresses;
mod containers;
mod event_logs;
mod logs;
mod offers;
mod page;
mod places;
mod recovery;
mod registration;
mod rest;
mod scheduling;
mod shuffle;

pub use addresses::*;
pub use containers::*;
pub use event_logs::*;
pub use logs::*;
pub use offers::*;
pub use page::*;
pub use places::*;
pub use recovery::*;
pub use registration::*;
pub use rest::*;
pub use scheduling::*;
pub use shuffle::*;

/// The whole table, theme by theme.
pub static THEMES: &[&Theme] = &[
    &ADDRESSES,
    &SCHEDULING,
    &REGISTRATION,
    &RECOVERY,
    &EVENT_LOGS,
    &REST,
    &OFFERS,
    &CONTAINERS,
    &SHUFFLE,
    &LOGS,
    &PAGE,
    &PLACES,
];

/// All settings, in the order of the reference.
pub fn settings() -> impl Iterator<Item = &'static About> {
    THEMES.iter().flat_map(|theme| theme.settings.iter().copied())
}

/// The setting of that name, an older one too.
pub fn named(name: &str) -> Option<&'static About> {
    settings().find(|about| about.is_called(name))
}
