//! Submit clients: hand a driver to the cluster and ask how it fares until it has ended.

use model::message::{Reply, ToMaster};
use model::{Command, DriverDescription, DriverId, DriverState};

use super::{Happening, World};
use crate::network::{End, Frame, Node, Process};

#[derive(Debug, Default)]
pub(crate) struct Client {
    started: bool,
    over: bool,
    connection: Option<usize>,
    /// To all Masters.
    connections: Vec<usize>,
    driver: Option<DriverId>,
    submitted_ms: u64,
    killed: bool,
    /// Nobody found out of which Spark its driver is.
    pub(super) in_vain: bool,
    next_request: i64,
}

impl Client {
    pub(super) fn is_over(&self) -> bool {
        self.over
    }
}

impl World {
    /// Whether no client waits and no driver runs that the cluster could end.
    pub(super) fn clients_done(&self) -> bool {
        if self.clients.iter().any(|client| !client.over)
            || self.children.values().any(super::processes::Child::is_driver)
        {
            return false;
        }
        if self.scenario.masters.remember() {
            return self.leader_index().is_some();
        }
        let Some(master) = self.leader() else { return false };
        let waits = master.snapshot(self.now()).active_drivers;
        !waits.iter().any(|driver| self.checks.could_run(&driver.main_class))
    }

    pub(super) fn start_client(&mut self, index: usize) {
        self.clients[index].started = true;
        let process = Process { node: Node::Client(index), incarnation: 0 };
        (0..self.masters.len()).for_each(|master| self.after(1, Happening::DialArrives(process, master)));
        if self.scenario.masters.remember() {
            // It asks all Masters; where none leads nobody answers it.
            self.after(30_000, Happening::ClientActs(process));
        }
    }

    pub(super) fn client_receives(&mut self, index: usize, connection: usize, frame: Frame) {
        let reply = match frame {
            // Another Master has taken it on already.
            Frame::Verified if self.clients[index].driver.is_some() => return,
            Frame::Verified => {
                self.clients[index].connection = Some(connection);
                self.clients[index].connections.push(connection);
                self.clients[index].submitted_ms = self.now_ms;
                let description = Box::new(self.driver_description(index));
                return self.client_asks(index, ToMaster::RequestSubmitDriver { description });
            }
            Frame::Reply(_, reply) => reply,
            other => return self.checks.fail(format!("a client was sent {other:?}")),
        };
        match reply {
            Reply::SubmitDriver { success: true, driver: Some(driver), .. } => {
                self.clients[index].driver = Some(driver);
                self.clients[index].connection = Some(connection);
            }
            Reply::DriverStatus { found, state, exception, .. } => {
                // Nothing is said of the driver by a Master that leads no longer, or not yet.
                let is_unsaid = !found && exception.is_some();
                let ended = !matches!(
                    state,
                    Some(DriverState::Submitted | DriverState::Running) // anything else is an end
                );
                self.clients[index].over = !is_unsaid && (!found || ended);
            }
            // Another Master leads, or will.
            Reply::SubmitDriver { success: false, ref message, .. }
                if message.starts_with("Current state is not alive") =>
            {
                return;
            }
            // It is refused, and its user is told why.
            Reply::SubmitDriver { success: false, .. } => self.clients[index].over = true,
            Reply::KillDriver { .. } => {}
            other => return self.checks.fail(format!("a client was answered {other:?}")),
        }
        if !self.clients[index].over {
            let process = Process { node: Node::Client(index), incarnation: 0 };
            self.after(5_000, Happening::ClientActs(process));
        }
    }

    fn driver_description(&self, index: usize) -> DriverDescription {
        let submission = &self.scenario.submissions[index];
        let origin = &self.mix.submissions[index];
        let named = origin.name().map(|name| format!("-Dspark.executorEnv.HEARTH_SPARK_VERSION={name}"));
        DriverDescription {
            // Over RPC nobody says it.
            spark: None,
            jar_url: "file:/app.jar".into(),
            memory_mib: submission.memory_mib,
            cores: submission.cores,
            supervise: submission.supervise,
            command: Command {
                main_class: format!("Submission{index}"),
                arguments: vec![submission.runs_ms.to_string(), submission.fails_percent.to_string()],
                java_options: named.into_iter().chain(origin.overhead.option()).collect(),
                ..Command::default()
            },
            resources: Vec::new(),
        }
    }

    fn client_asks(&mut self, index: usize, message: ToMaster) {
        let client = &mut self.clients[index];
        client.next_request += 1;
        let request = client.next_request;
        if let Some(connection) = client.connection {
            self.send(connection, End::Master, Frame::Ask(request, message));
        }
    }

    pub(super) fn client_acts(&mut self, process: Process) {
        let Node::Client(index) = process.node else { return };
        let (client, submission) = (&mut self.clients[index], &self.scenario.submissions[index]);
        if client.driver.is_none() && self.scenario.masters.remember() {
            client.over = true;
        }
        let Some(driver) = client.driver.clone().filter(|_| !client.over) else { return };
        let waited_ms = self.now_ms - client.submitted_ms;
        let can_run = submission.can_run && !client.in_vain;
        let patience_ms = if can_run { submission.killed_after_ms } else { Some(60_000) };
        if !client.killed && patience_ms.is_some_and(|patience_ms| waited_ms > patience_ms) {
            client.killed = true;
            self.client_asks(index, ToMaster::RequestKillDriver { driver });
        } else {
            self.client_asks(index, ToMaster::RequestDriverStatus { driver });
        }
    }

    /// The client gives up; what it handed over runs on.
    pub(super) fn client_disconnected(&mut self, index: usize, connection: Option<usize>) {
        let client = &mut self.clients[index];
        if !self.scenario.masters.remember() {
            client.over = true;
            return;
        }
        // Of several Masters another one may answer, or have answered.
        client.connections.retain(|one| Some(*one) != connection);
        let was_answered = client.driver.is_some();
        let is_alone =
            if was_answered { client.connection == connection } else { client.connections.is_empty() };
        client.over |= connection.is_some() && is_alone;
    }
}
