//! `hearth kill`: ends a driver.

use clap::Args;
use edge_config::application_properties;

use crate::failure::Failure;
use crate::start::Surroundings;
use crate::submit::{Client, print};

/// Whom to tell, and whom to end.
#[derive(Debug, Args)]
pub(crate) struct KillArguments {
    /// Master to tell: spark://HOST:6066, or several [key spark.master]
    #[arg(long, value_name = "URL")]
    master: Option<String>,
    /// The driver's id, as `hearth submit` wrote it
    #[arg(value_name = "ID")]
    id: String,
}

/// Tells the Master; a driver that has ended already, or that nobody knows, is a failure.
pub(crate) fn run(arguments: &KillArguments) -> Result<(), Failure> {
    let defaults = application_properties(&Surroundings::look()?.environment, None)?;
    end(&crate::submit::client(arguments.master.as_deref(), &defaults)?, &arguments.id)
}

pub(crate) fn end(client: &Client, id: &str) -> Result<(), Failure> {
    print(&client.kill(id)?)
}
