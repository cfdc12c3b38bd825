//! The reference page, drawn from the table.

use std::fmt::Write as _;

use crate::NEWEST_SPARK;
use crate::table::{About, Daemons, THEMES, Theme};
use crate::unhonoured::{Answer, UNHONOURED};

const HEAD: &str = "\
# Configuration

<!-- Drawn from the table in crates/edge/config/src/table/. To change this page, change the table, then run
     UPDATE_EXPECT=1 cargo test -p edge-config. -->

Hearth reads what Spark's own daemons read, from the same places and with the same precedence. For each setting
the first of these that names it wins:

1. its key in a `-D` option: `SPARK_MASTER_OPTS`, `SPARK_WORKER_OPTS` or `SPARK_SHUFFLE_OPTS`, then `SPARK_DAEMON_JAVA_OPTS`, then the
   lines of `java-opts` in the configuration folder;
2. its key in the file of `--properties-file`, else in `spark-defaults.conf` of the configuration folder;
3. its flag;
4. its environment variable, from the process or from `spark-env.sh` of the configuration folder;
5. its default.

That a key wins over a flag (`spark.master.ui.port` over `--webui-port`) is Spark's rule. The configuration folder
is `SPARK_CONF_DIR`, else `SPARK_HOME/conf`. An empty variable counts as not set. A value may refer to others:
`${spark.other.key}`, `${env:NAME}`.

**When a setting does not work**, `hearth config master`, `hearth config worker` and `hearth config shuffle-service` show each one with its value and
who says so, and below them the keys that are set and have no effect. `hearth config KEY` explains one.

**Defaults differ between releases of Spark.** Those of the Spark in `SPARK_HOME` count, else those of the newest
release known here, SPARK_NEWEST. Keys that are newer than that Spark are obeyed all the same.

Memory is written as `512m` or `2g`; a number without a unit counts bytes, as in Spark. Times are seconds, or carry
a unit: `90s`, `2min`; where the kind is milliseconds, a bare number counts those. A key below `spark.deploy.`,
`spark.master.`, `spark.worker.`, `spark.dead.`, `spark.executor.logs.rolling.` or `spark.hearth.` that no daemon knows
gets a warning that names the nearest known one. Keys below `spark.hearth.` are Hearth's own; Spark passes them over.
";

const UNHONOURED_HEAD: &str = "\
## Keys of Spark's that are not obeyed

Where a cluster would be less safe than its operator believes, the daemon does not start; elsewhere it warns, or
has nothing to say.

| key | of | when set |
|---|---|---|
";

/// The whole page in Markdown.
pub fn reference() -> String {
    let mut page = HEAD.replace("SPARK_NEWEST", NEWEST_SPARK);
    for theme in THEMES {
        section(&mut page, theme);
    }
    page.push('\n');
    page.push_str(UNHONOURED_HEAD);
    for row in UNHONOURED {
        let unless = row.harmless.map(|value| format!(", unless it is {}", quoted(value)));
        let answer = match row.answer {
            Answer::Pass => "nothing",
            Answer::Warn => "a warning",
            Answer::Refuse => "no start",
        };
        let unless = unless.unwrap_or_default();
        let (of, why) = (of(row.daemons), row.why);
        let _ = writeln!(page, "| `{}` | {of} | {answer}{unless}: {why} |", row.key);
    }
    page
}

fn section(page: &mut String, theme: &Theme) {
    let _ = write!(
        page,
        "\n## {}\n\n| key, flag, variable | of | kind | default | meaning |\n|---|---|---|---|---|\n",
        theme.title
    );
    for about in theme.settings {
        let meaning = about.meaning.replace('|', "\\|");
        let (of, kind, default) = (of(about.daemons), about.kind, default(about));
        let _ = writeln!(page, "| {} | {of} | {kind} | {default} | {meaning} |", names(about));
    }
}

fn default(about: &About) -> String {
    let mut text = match about.default {
        "" => String::new(),
        text => match text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
            Some(what) => what.to_owned(),
            None => quoted(text),
        },
    };
    for (release, default) in about.before {
        let _ = write!(text, "<br>before {release}: {}", quoted(default));
    }
    text.replace('|', "\\|")
}

fn names(about: &About) -> String {
    let names = [about.key, about.flag, about.variable].into_iter().filter(|name| !name.is_empty());
    let mut text = names.map(quoted).collect::<Vec<_>>().join("<br>");
    if !about.older.is_empty() {
        let _ = write!(text, "<br>once {}", quoted(about.older));
    }
    if !about.since.is_empty() {
        let _ = write!(text, "<br>since Spark {}", about.since);
    }
    text
}

fn quoted(text: &str) -> String {
    if text.is_empty() { "empty".into() } else { format!("`{text}`") }
}

fn of(daemons: Daemons) -> &'static str {
    match daemons {
        Daemons::Master => "Master",
        Daemons::Worker => "Worker",
        Daemons::Both => "both",
        Daemons::Shuffle => "shuffle service",
        Daemons::Serving => "Worker, shuffle service",
        Daemons::All => "all",
    }
}

#[cfg(test)]
mod tests;
