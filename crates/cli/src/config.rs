//! `hearth config`: what a daemon would be started with, and who says so.

mod text;

use std::io::Write as _;

use clap::{ArgAction, Args, Subcommand};
use edge_config::{Daemons, Flags, Report, table};

use crate::arguments::{MasterArguments, ShuffleServiceArguments, WorkerFlags};
use crate::failure::Failure;
use crate::start::Surroundings;

pub(crate) const ABOUT: &str = "\
Shows each setting of the Master and the Worker with its value here, and who says so: a flag, a variable, a -D option, \
a line of a file, or the default of a release of Spark. Below that stand keys that are set and not obeyed, and why. \
Secrets are hidden. Nothing is started.";

pub(crate) const EXAMPLES: &str = "\
Examples:
  hearth config                                  both daemons
  hearth config --set                            only what something sets
  hearth config worker --cores 4                 a Worker that is started so
  hearth config spark.worker.timeout             one setting: meaning, default, value here
  hearth config --markdown                       the reference of all settings

Exit status: 0 when what was asked for could start with these settings; 1 when not.";

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct ConfigArguments {
    #[command(subcommand)]
    daemon: Option<ConfigDaemon>,
    /// A key, flag or variable to explain
    #[arg(value_name = "SETTING", conflicts_with = "markdown")]
    setting: Option<String>,
    #[command(flatten)]
    form: Form,
    /// The reference of all settings, for a page
    #[arg(long)]
    markdown: bool,
    /// Print help
    #[arg(short, long, action = ArgAction::Help)]
    help: Option<bool>,
}

/// What is shown, and how.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Form {
    /// Only what a flag, a variable, an option or a file sets
    #[arg(long)]
    pub(crate) set: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum ConfigDaemon {
    /// A Master that is started with these flags
    #[command(disable_help_flag = true, allow_negative_numbers = true)]
    Master {
        #[command(flatten)]
        flags: MasterArguments,
        #[command(flatten)]
        form: Form,
    },
    /// A Worker that is started with these flags
    #[command(disable_help_flag = true, allow_negative_numbers = true)]
    Worker {
        #[arg(value_name = "MASTER_URL", help = table::MASTERS.about.help())]
        master_url: Option<String>,
        #[command(flatten)]
        flags: WorkerFlags,
        #[command(flatten)]
        form: Form,
    },
    /// A shuffle service that is started with these flags
    #[command(disable_help_flag = true, allow_negative_numbers = true)]
    ShuffleService {
        #[command(flatten)]
        flags: ShuffleServiceArguments,
        #[command(flatten)]
        form: Form,
    },
}

/// Prints what was asked for.
pub(crate) fn run(arguments: &ConfigArguments) -> Result<(), Failure> {
    if arguments.markdown {
        print(&edge_config::reference());
        return Ok(());
    }
    let surroundings = Surroundings::look()?;
    let look = |daemon: Daemons, flags: Flags| Report::new(&surroundings.sources(flags), daemon);
    let (form, reports) = match &arguments.daemon {
        Some(ConfigDaemon::Master { flags, form }) => {
            (*form, vec![(Daemons::Master, look(Daemons::Master, flags.flags())?)])
        }
        Some(ConfigDaemon::Worker { master_url, flags, form }) => {
            let flags = flags.flags().with(table::MASTERS.about.flag, master_url.as_deref());
            (*form, vec![(Daemons::Worker, look(Daemons::Worker, flags)?)])
        }
        Some(ConfigDaemon::ShuffleService { flags, form }) => {
            (*form, vec![(Daemons::Shuffle, look(Daemons::Shuffle, flags.flags())?)])
        }
        None => {
            let both = [Daemons::Master, Daemons::Worker].map(|one| Ok((one, look(one, Flags::default())?)));
            (arguments.form, both.into_iter().collect::<Result<Vec<_>, Failure>>()?)
        }
    };
    if let Some(name) = &arguments.setting {
        print(&text::explanation(name, &reports)?);
        return Ok(());
    }
    print(&if form.json { text::json(&reports, form) } else { text::tables(&reports, form) });
    for warning in surroundings.warnings.iter().chain(reports.iter().flat_map(|(_, report)| &report.warnings))
    {
        say(&format!("warning: {warning}"));
    }
    let failures: Vec<String> = reports
        .iter()
        .filter_map(|(daemon, report)| {
            Some(format!("the {daemon} would not start: {}", report.failure.as_ref()?))
        })
        .collect();
    if failures.is_empty() { Ok(()) } else { Err(Failure::Start(failures.join("\nhearth config: "))) }
}

/// A closed stdout, as of `hearth config | head`, is no failure.
fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// With stderr closed there is nobody left to tell.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
