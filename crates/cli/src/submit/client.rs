//! Talks to submission servers: each Master in turn, until one answers that leads.

use serde::Deserialize;
use serde_json::Value;
use ureq::Agent;

use super::masters::Masters;
use crate::failure::Failure;
use crate::http::{agent, in_path, said};

/// The longest answer that is read.
const LONGEST_ANSWER: u64 = 4 * 1024 * 1024;

/// A client of one cluster.
#[derive(Debug)]
pub(crate) struct Client {
    masters: Masters,
    agent: Agent,
}

/// What a Master answers; which fields there are depends on what was asked.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Answer {
    action: String,
    message: Option<String>,
    success: bool,
    submission_id: Option<String>,
    driver_state: Option<String>,
    worker_id: Option<String>,
    worker_host_port: Option<String>,
    unknown_fields: Vec<String>,
}

/// How a driver fares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Status {
    /// Its id.
    pub(crate) id: String,
    /// `SUBMITTED`, `RUNNING`, `FINISHED`, ...
    pub(crate) state: String,
    /// The Worker that runs or ran it, with its address.
    pub(crate) worker: Option<(String, String)>,
    /// What went wrong.
    pub(crate) message: Option<String>,
}

/// Why there is no answer to go by.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ClientError {
    /// No Master could be asked: one may be again in a while.
    #[error("{0}")]
    Unreachable(String),
    /// The answer is that it will not be done.
    #[error("{0}")]
    Refused(String),
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        Self::Start(error.to_string())
    }
}

impl Client {
    pub(super) fn new(masters: Masters) -> Self {
        Self { masters, agent: agent() }
    }

    pub(super) fn masters(&self) -> &Masters {
        &self.masters
    }

    /// Submits: the driver's id, and the Master that took it.
    pub(super) fn create(&self, request: &Value) -> Result<(String, String), ClientError> {
        let (answer, master) = self.first_of_all("create", Some(request))?;
        if !answer.unknown_fields.is_empty() {
            super::tell(&format!("{master} does not know the fields {}", answer.unknown_fields.join(", ")));
        }
        match answer.submission_id {
            Some(id) if answer.success => Ok((id, master)),
            _ => Err(refused(&master, answer.message)),
        }
    }

    /// How a driver fares.
    pub(crate) fn status(&self, id: &str) -> Result<Status, ClientError> {
        let (answer, master) = self.first_of_all(&format!("status/{}", in_path(id)), None)?;
        if !answer.success {
            let message = answer.message.unwrap_or_else(|| {
                format!(
                    "there is no driver '{id}': its id is wrong, or it ended so long ago that it is forgotten"
                )
            });
            return Err(refused(&master, Some(message)));
        }
        Ok(Status {
            id: id.to_owned(),
            state: answer.driver_state.unwrap_or_default(),
            worker: answer.worker_id.zip(answer.worker_host_port),
            message: answer.message,
        })
    }

    /// Ends a driver: what the Master says to that.
    pub(crate) fn kill(&self, id: &str) -> Result<String, ClientError> {
        let (answer, master) = self.first_of_all(&format!("kill/{}", in_path(id)), Some(&Value::Null))?;
        if answer.success {
            Ok(answer.message.unwrap_or_default())
        } else {
            Err(refused(&master, answer.message))
        }
    }

    /// The answer of the first Master that leads, or of the last one that answered at all. Asks by POST where there is
    /// something to send, if only nothing.
    fn first_of_all(&self, action: &str, body: Option<&Value>) -> Result<(Answer, String), ClientError> {
        let mut unreachable = Vec::new();
        let mut last = None;
        for master in &self.masters.rest {
            let url = format!("http://{master}/v1/submissions/{action}");
            match self.ask(&url, body) {
                Ok(answer) => {
                    let leads = !answer.message.as_deref().is_some_and(is_of_standby);
                    last = Some((answer, master.spark_url()));
                    if leads {
                        break;
                    }
                }
                Err(ClientError::Unreachable(why)) => unreachable.push(format!("{master} {why}")),
                Err(error) => return Err(error),
            }
        }
        last.ok_or_else(|| {
            ClientError::Unreachable(format!(
                "{}; look whether the Master runs, and whether it takes submissions (spark.master.rest.enabled)",
                unreachable.join("; ")
            ))
        })
    }

    fn ask(&self, url: &str, body: Option<&Value>) -> Result<Answer, ClientError> {
        let sent = match body {
            None => self.agent.get(url).call(),
            Some(Value::Null) => self.agent.post(url).send_empty(),
            Some(body) => {
                self.agent.post(url).content_type("application/json;charset=utf-8").send(body.to_string())
            }
        };
        let mut response = sent.map_err(|error| ClientError::Unreachable(said(&error)))?;
        let status = response.status().as_u16();
        let text = response.body_mut().with_config().limit(LONGEST_ANSWER).read_to_string();
        let text = text.map_err(|error| ClientError::Unreachable(said(&error)))?;
        let answer: Answer = serde_json::from_str(&text).map_err(|_| {
            ClientError::Refused(format!(
                "{url} answers {status}, but not as a submission server does: is this the Master's port for submissions?"
            ))
        })?;
        if answer.action == "ErrorResponse" {
            let message = answer.message.unwrap_or_default();
            // Behind the first line a JVM goes on with the places in its code.
            let reason: Vec<&str> =
                message.split("\n\tat ").flat_map(|part| part.split("\n\torg.")).take(1).collect();
            return Err(ClientError::Refused(format!("{url} answers {status}: {}", reason.concat())));
        }
        Ok(answer)
    }
}

/// What a Master says that waits for another one to fall out (`Utils.BACKUP_STANDALONE_MASTER_PREFIX`, 3.5).
fn is_of_standby(message: &str) -> bool {
    message.starts_with("Current state is not alive")
}

fn refused(master: &str, message: Option<String>) -> ClientError {
    ClientError::Refused(format!("{master} says: {}", message.unwrap_or_else(|| "no".to_owned())))
}
