//! The submission protocol that a Master speaks over HTTP (port 6066): what is asked, what that means for the
//! Master, and the answer. Pure: the shell reads bodies, asks the Master and writes answers.
//!
//! ```text
//!   method, path ──► route ─┬─► Route::Answer(answer)
//!                           ├─► Route::Ask(question) ───────────────┐
//!                           └─► Route::Create ── body ──► create ───┤
//!                                                                   ▼
//!                    answer ◄── answer(asked, response) ◄── Master ◄── question.into_request()
//! ```
//!
//! The authorities are `RestSubmissionServer`, `StandaloneRestServer` and `SubmitRestProtocolMessage` of 3.4 to 4.3;
//! what differs between releases stands in one table, [`rules`].

mod amount;
mod answer;
mod create;
mod driver;
mod fields;
mod java_options;
mod module_options;
mod path;
mod refusal;
mod rules;

use core_master::{Request, Response};
use model::message::Reply;
use model::{DriverDescription, DriverId, RpcAddress};
use regex::Regex;

pub use answer::{Answer, Content};
pub use module_options::module_options;

use answer::{error, message};
use path::Path;
use refusal::Refusal;
use rules::Rules;

/// What answers depend on, besides the Master's state.
#[derive(Clone, Debug)]
pub struct SubmissionConfig {
    /// The release that this Master says it is, e.g. `4.3.0`: it decides which rules hold.
    pub spark_version: String,
    /// The Master's own address: where drivers register.
    pub master: RpcAddress,
    /// The port on which submissions are taken; in a driver's `spark.master` the Master's own takes its place.
    pub port: u16,
    /// What `{{NAME}}` stands for in properties and variables.
    pub environment: Vec<(String, String)>,
    /// Where the application's file may lie (`spark.master.rest.allowedAppResourcePatterns`), as patterns for the
    /// whole of it; anywhere when there is none.
    pub allowed_resources: Vec<Regex>,
    /// The longest body (`spark.master.rest.maxRequestBodySize`).
    pub max_body_bytes: usize,
}

/// Reads requests and writes answers.
#[derive(Clone, Debug)]
pub struct Submissions {
    config: SubmissionConfig,
    rules: &'static Rules,
}

/// Where a request leads.
#[derive(Debug)]
pub enum Route {
    /// To an answer at once.
    Answer(Answer),
    /// To the Master.
    Ask(Question),
    /// To [`Submissions::create`], with the body.
    Create,
}

/// What a request wants of the Master.
#[derive(Debug)]
pub enum Question {
    /// Run a driver.
    Create {
        /// Which.
        description: Box<DriverDescription>,
        /// What the request holds beyond what is understood.
        unknown_fields: Vec<String>,
    },
    /// End a driver.
    Kill(DriverId),
    /// End all drivers.
    KillAll,
    /// How a driver fares.
    Status(DriverId),
    /// Forget what has ended.
    Clear,
    /// Whether the Master leads.
    Readyz,
}

/// What is kept of a [`Question`] until its response comes.
#[derive(Debug)]
pub enum Asked {
    /// A driver is to run.
    Create {
        /// As in [`Question::Create`].
        unknown_fields: Vec<String>,
    },
    /// A driver is to end.
    Kill(DriverId),
    /// All drivers are to end.
    KillAll,
    /// How a driver fares.
    Status(DriverId),
    /// What has ended is to be forgotten.
    Clear,
    /// Whether the Master leads.
    Readyz,
}

impl Question {
    /// The question as the Master takes it, and what its answer needs.
    pub fn into_request(self) -> (Request, Asked) {
        match self {
            Self::Create { description, unknown_fields } => {
                (Request::SubmitDriver(description), Asked::Create { unknown_fields })
            }
            Self::Kill(driver) => (Request::KillDriver(driver.clone()), Asked::Kill(driver)),
            Self::KillAll => (Request::KillAllDrivers, Asked::KillAll),
            Self::Status(driver) => (Request::DriverStatus(driver.clone()), Asked::Status(driver)),
            Self::Clear => (Request::ClearCompleted, Asked::Clear),
            Self::Readyz => (Request::Readyz, Asked::Readyz),
        }
    }
}

impl Submissions {
    /// A reader for a Master of that release.
    pub fn new(config: SubmissionConfig) -> Self {
        let rules = rules::of(&config.spark_version);
        Self { config, rules }
    }

    /// Where a request leads. `path` is as it came, without the query.
    pub fn route(&self, method: &str, path: &str) -> Route {
        let Ok(path) = Path::read(path, self.rules) else {
            return Route::Answer(answer::page(400, "Bad Request", path));
        };
        let Some((action, rest)) = path.action(self.rules) else {
            return Route::Answer(self.no_action(&path));
        };
        match (action.method, method) {
            ("POST", "POST") | ("GET", "GET" | "HEAD") => {}
            (allowed, "OPTIONS") => return Route::Answer(answer::options(allowed)),
            (_, "GET" | "HEAD" | "POST") => {
                let text = format!("HTTP method {method} is not supported by this URL");
                return Route::Answer(answer::page(405, &text, path.as_str()));
            }
            (_, "PUT" | "DELETE" | "TRACE") => return Route::Answer(answer::empty(405)),
            _ => return Route::Answer(answer::empty(501)),
        }
        let with_id = |question: fn(DriverId) -> Question| match path::submission_id(rest) {
            Some(id) => Route::Ask(question(DriverId::new(id))),
            None => {
                let text = format!("Submission ID is missing in {} request.", action.name);
                Route::Answer(self.error(400, &text))
            }
        };
        match action.name {
            "create" => Route::Create,
            "kill" => with_id(Question::Kill),
            "status" => with_id(Question::Status),
            "killall" => Route::Ask(Question::KillAll),
            "clear" => Route::Ask(Question::Clear),
            _ => Route::Ask(Question::Readyz),
        }
    }

    /// What the body of a create request asks for, or why it is refused.
    ///
    /// # Errors
    /// With the answer that says what is wrong with it.
    pub fn create(&self, body: &[u8]) -> Result<Question, Answer> {
        self.read_create(body).map_err(|refusal| match refusal {
            Refusal::Malformed(text) => self.error(400, &format!("Malformed request: {text}")),
            Refusal::Unexpected(text) => self.error(400, &text),
            Refusal::Exception(text) => answer::page(500, &text, "/v1/submissions/create"),
        })
    }

    fn read_create(&self, body: &[u8]) -> Result<Question, Refusal> {
        let (request, unknown_fields) = create::read(body, self.rules)?;
        let description = Box::new(driver::describe(request, &self.config, self.rules)?);
        Ok(Question::Create { description, unknown_fields })
    }

    /// The answer, once the Master has spoken.
    pub fn answer(&self, asked: Asked, response: Response) -> Answer {
        match (asked, response) {
            (
                Asked::Create { unknown_fields },
                Response::Driver(Reply::SubmitDriver { success, driver, message: text, .. }),
            ) => {
                let unknown = (!unknown_fields.is_empty()).then_some(unknown_fields);
                let driver = driver.as_ref().map(DriverId::as_str);
                let fields = [
                    ("message", text.into()),
                    ("submissionId", driver.into()),
                    ("success", success.into()),
                    ("unknownFields", unknown.into()),
                ];
                self.message("CreateSubmissionResponse", fields)
            }
            (Asked::Kill(id), Response::Driver(Reply::KillDriver { success, message: text, .. })) => {
                let fields = [
                    ("message", text.into()),
                    ("submissionId", id.as_str().into()),
                    ("success", success.into()),
                ];
                self.message("KillSubmissionResponse", fields)
            }
            (
                Asked::Status(id),
                Response::Driver(Reply::DriverStatus { found, state, worker, worker_host_port, exception }),
            ) => {
                let text = exception.map(|text| format!("Exception from the cluster:\n{text}"));
                let fields = [
                    ("driverState", state.map(model::DriverState::name).into()),
                    ("message", text.into()),
                    ("submissionId", id.as_str().into()),
                    ("success", found.into()),
                    ("workerHostPort", worker_host_port.into()),
                    ("workerId", worker.as_ref().map(model::WorkerId::as_str).into()),
                ];
                self.message("SubmissionStatusResponse", fields)
            }
            (Asked::KillAll, Response::KillAllDrivers { success, message: text }) => self.message(
                "KillAllSubmissionResponse",
                [("message", text.into()), ("success", success.into())],
            ),
            (Asked::Clear, Response::Cleared { success, .. }) => {
                self.message("ClearResponse", [("message", "".into()), ("success", success.into())])
            }
            (Asked::Readyz, Response::Ready(true)) => {
                self.message("ReadyzResponse", [("message", "".into()), ("success", true.into())])
            }
            (Asked::Readyz, Response::Ready(false)) => self.error(503, "Master is not ready."),
            (_, Response::Driver(Reply::Failure { message: text })) => self.error(500, &text),
            (asked, response) => {
                self.error(500, &format!("The Master answered {asked:?} with {response:?}."))
            }
        }
    }

    /// The answer to a body that is longer than may be (413).
    pub fn too_large(&self) -> Answer {
        let text = format!(
            "The request body exceeds the maximum allowed size ({} bytes). Adjust \
             spark.master.rest.maxRequestBodySize to change the limit.",
            self.config.max_body_bytes
        );
        self.error(413, &text)
    }

    /// The answer when the Master or its machine cannot serve now (503).
    pub fn unavailable(&self, why: &str) -> Answer {
        self.error(503, why)
    }

    /// For what is no action of this protocol (`ErrorServlet.service`).
    fn no_action(&self, path: &Path) -> Answer {
        let parts: Vec<&str> = path.as_str().split('/').filter(|part| !part.is_empty()).collect();
        let (what, unknown_version) = match parts.as_slice() {
            [] => ("Missing protocol version.".to_owned(), false),
            ["v1"] => ("Missing the /submissions prefix.".to_owned(), false),
            ["v1", "submissions", ..] => {
                (format!("Missing an action: please specify one of {}.", self.rules.actions_text), false)
            }
            [version, ..] => (format!("Unknown protocol version '{version}'."), true),
        };
        let text = format!("{what} Please submit requests through http://[host]:[port]/v1/submissions/...");
        if unknown_version {
            let fields = [("highestProtocolVersion", "v1".into()), ("message", text.into())];
            self.message("ErrorResponse", fields).with_status(468)
        } else {
            self.error(400, &text)
        }
    }

    fn message<const N: usize>(&self, action: &str, fields: [(&str, serde_json::Value); N]) -> Answer {
        message(action, &self.config.spark_version, fields)
    }

    fn error(&self, status: u16, text: &str) -> Answer {
        error(status, &self.config.spark_version, text)
    }
}

#[cfg(test)]
mod tests;
