//! `hearth submit`: an application for a cluster that runs its driver too, without a Java on this machine.
//!
//! ```text
//!   flags, spark-defaults.conf ──► Application ──► Client ── HTTP ──► a Master's submission server
//!                                                     └── --wait: asks how it fares until it has ended
//! ```

mod application;
mod arguments;
mod client;
mod environment;
mod masters;
mod wait;

use std::collections::BTreeMap;
use std::io::Write as _;

pub(crate) use arguments::{ABOUT, EXAMPLES, SubmitArguments};
pub(crate) use client::Client;

use crate::failure::Failure;
use crate::start::Surroundings;
use application::Application;

/// Submits an application, or does for one what `--status` or `--kill` asks for.
pub(crate) fn run(arguments: &SubmitArguments) -> Result<(), Failure> {
    let Surroundings { environment, warnings } = Surroundings::look()?;
    for warning in warnings {
        tell(&warning.to_string());
    }
    let defaults = arguments.properties(&environment)?;
    let client = client(arguments.master(), &defaults)?;
    if let Some(id) = &arguments.status {
        return crate::status::show(&client, id, false);
    }
    if let Some(id) = &arguments.kill {
        return crate::kill::end(&client, id);
    }
    let application = Application::new(arguments, defaults, client.masters())?;
    let request = application.request(&environment);
    if arguments.verbose {
        tell(&application.shown(&request));
    }
    let (id, master) = client.create(&request)?;
    print(&id)?;
    tell(&format!(
        "{} is with {master}; 'hearth status --master {master} {id}' tells how it fares",
        application.name()
    ));
    if application.waits() {
        wait::until_it_ends(&client, &id)?;
    }
    Ok(())
}

/// A client for the Masters that a flag or a key names.
pub(crate) fn client(master: Option<&str>, defaults: &BTreeMap<String, String>) -> Result<Client, Failure> {
    let (named, origin) = match (master, defaults.get("spark.master")) {
        (Some(master), _) => (master, "--master"),
        (None, Some(master)) => (master.as_str(), "spark.master"),
        (None, None) => {
            let text = "no Master is named; add --master spark://HOST:6066, or set spark.master in spark-defaults.conf";
            return Err(Failure::Usage(text.to_owned()));
        }
    };
    let masters =
        masters::read(named).map_err(|reason| Failure::Usage(format!("{origin} is '{named}': {reason}")))?;
    if let Some(note) = masters.note() {
        tell(&note);
    }
    Ok(Client::new(masters))
}

/// Says something to the person at the terminal; what scripts read is on stdout.
pub(crate) fn tell(text: &str) {
    // With stderr closed there is nobody left to tell.
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// A line for whoever reads the output.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    writeln!(std::io::stdout(), "{text}")
        .map_err(|error| Failure::Start(format!("stdout cannot be written: {error}")))
}
