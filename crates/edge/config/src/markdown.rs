//! The reference page, drawn from the table.

use std::fmt::Write as _;

use crate::table::{self, About, Daemons};
use crate::unhonoured::{Answer, UNHONOURED};

const HEAD: &str = "\
# Configuration

<!-- Drawn from the table in crates/edge/config/src/table.rs. To change this page, change the table, then run
     UPDATE_EXPECT=1 cargo test -p edge-config. -->

Hearth reads what Spark's own daemons read, from the same places and with the same precedence. For each setting
the first of these that names it wins:

1. its key in a `-D` option: `SPARK_MASTER_OPTS` or `SPARK_WORKER_OPTS`, then `SPARK_DAEMON_JAVA_OPTS`, then the
   lines of `java-opts` in the configuration folder;
2. its key in the file of `--properties-file`, else in `spark-defaults.conf` of the configuration folder;
3. its flag;
4. its environment variable, from the process or from `spark-env.sh` of the configuration folder;
5. its default.

That a key wins over a flag (`spark.master.ui.port` over `--webui-port`) is Spark's rule. The configuration folder
is `SPARK_CONF_DIR`, else `SPARK_HOME/conf`. An empty variable counts as not set. A value may refer to others:
`${spark.other.key}`, `${env:NAME}`.

Memory is written as `512m` or `2g`; a number without a unit counts bytes, as in Spark. Times are seconds, or carry
a unit: `90s`, `2min`. A key below `spark.deploy.`, `spark.master.` or `spark.worker.` that no Spark daemon knows gets
a warning that names the nearest known one.
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
    let mut page = HEAD.to_owned();
    section(&mut page, "The Master", Daemons::Master);
    section(&mut page, "The Worker", Daemons::Worker);
    section(&mut page, "Both", Daemons::Both);
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

fn section(page: &mut String, title: &str, daemons: Daemons) {
    let _ = write!(
        page,
        "\n## {title}\n\n| key, flag, variable | kind | default | meaning |\n|---|---|---|---|\n"
    );
    for about in table::settings().filter(|about| about.daemons == daemons) {
        let default = match about.default {
            "" => String::new(),
            text if text.starts_with('(') => text.trim_matches(['(', ')']).to_owned(),
            text => quoted(text),
        };
        let meaning = about.meaning.replace('|', "\\|");
        let _ = writeln!(page, "| {} | {} | {default} | {meaning} |", names(about), about.kind);
    }
}

fn names(about: &About) -> String {
    let names = [about.key, about.flag, about.variable].into_iter().filter(|name| !name.is_empty());
    let mut text = names.map(quoted).collect::<Vec<_>>().join("<br>");
    if !about.older.is_empty() {
        let _ = write!(text, "<br>once {}", quoted(about.older));
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
    }
}

#[cfg(test)]
mod tests;
