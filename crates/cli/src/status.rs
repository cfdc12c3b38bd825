//! `hearth status`: how a driver fares.

use clap::Args;
use edge_config::application_properties;
use serde_json::json;

use crate::failure::Failure;
use crate::start::Surroundings;
use crate::submit::{Client, print};

/// Whom to ask, and after whom.
#[derive(Debug, Args)]
pub(crate) struct StatusArguments {
    /// Master to ask: spark://HOST:6066, or several [key spark.master]
    #[arg(long, value_name = "URL")]
    master: Option<String>,
    /// Write it as JSON
    #[arg(long)]
    json: bool,
    /// The driver's id, as `hearth submit` wrote it
    #[arg(value_name = "ID")]
    id: String,
}

/// Asks and shows; a driver that nobody knows is a failure.
pub(crate) fn run(arguments: &StatusArguments) -> Result<(), Failure> {
    let defaults = application_properties(&Surroundings::look()?.environment, None)?;
    let client = crate::submit::client(arguments.master.as_deref(), &defaults)?;
    show(&client, &arguments.id, arguments.json)
}

pub(crate) fn show(client: &Client, id: &str, as_json: bool) -> Result<(), Failure> {
    let status = client.status(id)?;
    let (worker, address) = status.worker.unzip();
    if as_json {
        return print(
            &json!({
                "id": status.id, "state": status.state, "worker": worker, "address": address, "message": status.message,
            })
            .to_string(),
        );
    }
    print(&format!("driver   {}\nstate    {}", status.id, status.state))?;
    if let (Some(worker), Some(address)) = (worker, address) {
        print(&format!("worker   {worker} at {address}"))?;
    }
    match status.message {
        Some(message) => print(&format!("message  {}", message.trim_end())),
        None => Ok(()),
    }
}
