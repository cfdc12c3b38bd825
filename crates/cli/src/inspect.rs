//! `hearth inspect`: what a Master has written down.

use std::io::Write as _;

use clap::{ArgAction, Args};
use edge_config::{Flags, RecoveryPlace};

use crate::failure::Failure;
use crate::start::{self, Surroundings};

pub(crate) const ABOUT: &str = "\
Shows what a Master has written down for the Master after it: Workers, applications and drivers. It only reads, and may be \
asked while Masters run. Environments are shown by their names, without values.";

pub(crate) const EXAMPLES: &str = "\
Examples:
  hearth inspect                                 where this machine's Master keeps it
  hearth inspect /var/lib/hearth                 a directory
  hearth inspect s3a://BUCKET/PREFIX             a bucket, with the keys spark.hadoop.fs.s3a.*
  hearth inspect zk://HOST:2181/spark            ZooKeeper
  hearth inspect --entries                       every entry of the log

Exit status: 0 when all of it could be read; 1 when not, the damaged objects by their names; 2 when the command line is wrong.";

#[derive(Debug, Args)]
pub(crate) struct InspectArguments {
    /// A directory, s3a://BUCKET/PREFIX or zk://HOST:PORT/DIR
    #[arg(value_name = "PLACE")]
    place: Option<String>,
    /// Every entry of the log, not only what they come to
    #[arg(long)]
    entries: bool,
    /// Print help
    #[arg(short, long, action = ArgAction::Help)]
    help: Option<bool>,
}

/// Prints it.
pub(crate) fn run(arguments: &InspectArguments) -> Result<(), Failure> {
    let surroundings = Surroundings::look()?;
    let place = RecoveryPlace::find(&surroundings.sources(Flags::default()), arguments.place.as_deref())?;
    start::run(async |_signals| {
        let text = daemon_master::inspect(&place, arguments.entries).await?;
        // With stdout closed nobody wants to know.
        let _ = std::io::stdout().write_all(text.as_bytes());
        Ok(())
    })
}
