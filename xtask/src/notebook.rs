//! A kernel of Jupyter's, driven as a browser does it: by its HTTP API and a WebSocket.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use conformance::{Failure, Result};
use serde_json::{Value, json};
use tungstenite::client::IntoClientRequest as _;
use tungstenite::{Message, WebSocket};

use crate::ensure::contains;

/// How long a cell may take: a driver and two executors start first.
const PATIENCE: Duration = Duration::from_secs(300);

/// How long one message may be waited for before it is looked at the clock.
const PAUSE: Duration = Duration::from_secs(5);

/// Two stages on two Workers, and a function that needs pandas there.
const JOB: &str = include_str!("../python/notebook.py");

/// A kernel.
pub(crate) struct Notebook {
    address: String,
    token: String,
    id: String,
}

/// The status of the list of kernels, which needs a token.
pub(crate) fn status(address: &str, token: Option<&str>) -> Result<u16> {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut request = agent.get(format!("http://{address}/api/kernels"));
    if let Some(token) = token {
        request = request.header("authorization", format!("token {token}"));
    }
    let answer = request.call().map_err(|error| Failure::unexpected(format!("{address}: {error}")))?;
    Ok(answer.status().as_u16())
}

impl Notebook {
    /// Starts a kernel of that name.
    pub(crate) fn open(address: &str, token: &str, kernel: &str) -> Result<Self> {
        let request = ureq::post(format!("http://{address}/api/kernels"))
            .header("authorization", format!("token {token}"))
            .content_type("application/json");
        let answer = request.send(json!({ "name": kernel }).to_string());
        let mut answer = answer.map_err(|error| Failure::unexpected(format!("start {kernel}: {error}")))?;
        let text = answer.body_mut().read_to_string().unwrap_or_default();
        let id = read(&text)?["id"].as_str().map(str::to_owned);
        let id = id.ok_or_else(|| Failure::unexpected(format!("Jupyter names no kernel: {text}")))?;
        Ok(Self { address: address.to_owned(), token: token.to_owned(), id })
    }

    /// Runs a job on two Workers of the cluster of that master URL, which no one has said here.
    pub(crate) fn job(&self, master: &str) -> Result<()> {
        let said = self.execute(JOB)?;
        contains(&said, &format!("MASTER {master} SUM 4950 PANDAS 100 HOSTS 2"), "the notebook")
    }

    /// Runs a cell; all that it printed.
    pub(crate) fn execute(&self, code: &str) -> Result<String> {
        let mut socket = self.connect()?;
        let id = "cell-1";
        let request = json!({
            "header": {
                "msg_id": id, "msg_type": "execute_request", "session": "tests", "username": "tests", "version": "5.3",
                "date": "2026-01-01T00:00:00Z",
            },
            "parent_header": {},
            "metadata": {},
            "channel": "shell",
            "content": { "code": code, "silent": false, "store_history": false, "stop_on_error": true },
        });
        let sent = socket.send(Message::text(request.to_string()));
        sent.map_err(|error| Failure::unexpected(format!("write to a kernel: {error}")))?;
        let (mut said, started) = (String::new(), Instant::now());
        let (mut is_idle, mut is_answered) = (false, false);
        while !(is_idle && is_answered) {
            if started.elapsed() > PATIENCE {
                return Err(Failure::unexpected(format!("a cell does not end: {said}")));
            }
            let Some(message) = next(&mut socket)? else { continue };
            if message["parent_header"]["msg_id"] != id {
                continue;
            }
            let content = &message["content"];
            match message["msg_type"].as_str() {
                Some("stream") => said.push_str(content["text"].as_str().unwrap_or_default()),
                Some("error") => {
                    return Err(Failure::unexpected(format!("a cell failed: {content}\n{said}")));
                }
                Some("status") => is_idle = content["execution_state"] == "idle",
                Some("execute_reply") => is_answered = true,
                _ => {}
            }
        }
        Ok(said)
    }

    fn connect(&self) -> Result<WebSocket<TcpStream>> {
        let wrong = |error: tungstenite::Error| Failure::unexpected(format!("dial a kernel: {error}"));
        let url = format!("ws://{}/api/kernels/{}/channels?session_id=tests", self.address, self.id);
        let mut request = url.into_client_request().map_err(wrong)?;
        let token = format!("token {}", self.token).parse();
        request
            .headers_mut()
            .insert("authorization", token.map_err(|_| Failure::unexpected("a token of odd signs"))?);
        let stream = TcpStream::connect(&self.address).map_err(Failure::io("dial Jupyter"))?;
        stream.set_read_timeout(Some(PAUSE)).map_err(Failure::io("set a timeout"))?;
        let dialled = tungstenite::client(request, stream);
        dialled
            .map(|(socket, _)| socket)
            .map_err(|error| Failure::unexpected(format!("dial a kernel: {error}")))
    }

    /// Ends the kernel, and with it its driver.
    pub(crate) fn close(&self) -> Result<()> {
        let url = format!("http://{}/api/kernels/{}", self.address, self.id);
        let answer = ureq::delete(&url).header("authorization", format!("token {}", self.token)).call();
        answer.map(drop).map_err(|error| Failure::unexpected(format!("DELETE {url}: {error}")))
    }
}

/// The next message; none where it is waited for in vain for a while.
fn next(socket: &mut WebSocket<TcpStream>) -> Result<Option<Value>> {
    match socket.read() {
        Ok(Message::Text(text)) => read(text.as_str()).map(Some),
        Ok(_) => Ok(None),
        Err(tungstenite::Error::Io(error))
            if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) =>
        {
            Ok(None)
        }
        Err(error) => Err(Failure::unexpected(format!("read from a kernel: {error}"))),
    }
}

fn read(text: &str) -> Result<Value> {
    serde_json::from_str(text)
        .map_err(|error| Failure::unexpected(format!("Jupyter says no JSON ({error}): {text}")))
}
