//! Frames on their way, connections that break, and questions that wait.

use core_worker::Event as WorkerEvent;
use model::PeerId;

use super::{Happening, World};
use crate::network::{Connection, End, Frame, Node, Process};
use crate::wire::carry;

/// `spark.rpc.askTimeout`.
const ASK_TIMEOUT_MS: u64 = 120_000;

impl World {
    /// A new connection from a process to the Master that runs there now.
    pub(super) fn connect(&mut self, dialler: Process, master: usize) -> usize {
        let master = self.master_process(master);
        self.connections.push(Connection::new(dialler, master));
        self.connections.len() - 1
    }

    /// The connection that a process has to a Master, as far as it knows.
    pub(super) fn standing_connection(&self, dialler: Process, master: usize) -> Option<usize> {
        let to_it = |one: &Connection| one.master.node == Node::Master(master) && !one.by_master;
        self.connections
            .iter()
            .rposition(|one| one.dialler == dialler && to_it(one) && !one.told[End::Dialler as usize])
    }

    pub(super) fn send(&mut self, connection: usize, to: End, frame: Frame) {
        let slow = !self.calm && self.scenario.slow_percent > 0 && self.chance(self.scenario.slow_percent);
        let delay_ms = if slow { self.rng.u64(10..4_000) } else { self.rng.u64(0..4) };
        let now_ms = self.now_ms;
        let one = &mut self.connections[connection];
        if let Frame::Ask(request, _) = &frame {
            one.asks.insert(*request);
            self.queue.push(now_ms + ASK_TIMEOUT_MS, Happening::AskTimeout { connection, request: *request });
        }
        let one = &mut self.connections[connection];
        if one.broken && one.silent {
            return;
        }
        if one.broken {
            // The other end answers with a reset.
            let end = to.other();
            return self.after(delay_ms, Happening::Told { connection, end });
        }
        let at_ms = one.arrival_ms(to, now_ms, delay_ms);
        let carried = match self.family {
            Some(family) => carry(frame, family),
            None => Ok(frame),
        };
        let frame = match carried {
            Ok(frame) => frame,
            Err(sentence) => return self.checks.fail(sentence),
        };
        self.queue.push(at_ms, Happening::Deliver { connection, to, frame });
    }

    pub(super) fn deliver(&mut self, connection: usize, to: End, frame: Frame) {
        let one = &mut self.connections[connection];
        let process = one.process(to);
        if one.broken || one.told[to as usize] {
            return;
        }
        if let Frame::Reply(request, _) = &frame
            && !one.asks.remove(request)
        {
            return;
        }
        if !self.lives(process) {
            return;
        }
        self.trace.add(self.now_ms, format_args!("#{connection} to {:?}: {frame:?}", process.node));
        match process.node {
            Node::Master(index) => self.master_receives(index, connection, frame),
            Node::Worker(index) => self.worker_receives(index, connection, frame),
            Node::Driver(index) => self.driver_receives(index, connection, frame),
            Node::Client(index) => self.client_receives(index, connection, frame),
        }
    }

    /// Breaks a connection. Each end learns of it after its own delay; none means that it must find out by itself.
    pub(super) fn break_connection(&mut self, connection: usize, delays_ms: [Option<u64>; 2]) {
        let one = &mut self.connections[connection];
        if one.broken {
            return;
        }
        one.broken = true;
        for end in [End::Dialler, End::Master] {
            if let Some(delay_ms) = delays_ms[end as usize] {
                self.after(delay_ms, Happening::Told { connection, end });
            }
        }
    }

    /// A process is gone: its connections break, and the other ends learn of it within `told_within_ms`.
    pub(super) fn break_all(&mut self, process: Process, told_within_ms: u64) {
        for connection in 0..self.connections.len() {
            let one = &mut self.connections[connection];
            for end in [End::Dialler, End::Master] {
                if one.process(end) == process && !one.broken {
                    one.told[end as usize] = true;
                    one.broken = true;
                    let delay_ms = self.rng.u64(0..=told_within_ms);
                    self.queue.push(self.now_ms + delay_ms, Happening::Told { connection, end: end.other() });
                    break;
                }
            }
        }
    }

    /// An end closes a connection by itself, and hears no more of it.
    pub(super) fn close(&mut self, connection: usize, end: End) {
        self.connections[connection].told[end as usize] = true;
        let other = end.other();
        if !self.connections[connection].broken {
            // What was sent before arrives before.
            let on_the_way_ms =
                self.connections[connection].last_ms[other as usize].saturating_sub(self.now_ms);
            let delay_ms = on_the_way_ms + self.rng.u64(1..20);
            self.after(delay_ms, Happening::Told { connection, end: other });
        }
    }

    /// A process ends with care: all its connections close, also those to Masters that do not lead.
    pub(super) fn close_all(&mut self, process: Process) {
        for connection in 0..self.connections.len() {
            let one = &self.connections[connection];
            let open = |end: &End| one.process(*end) == process && !one.told[*end as usize];
            if let Some(end) = [End::Dialler, End::Master].into_iter().find(open) {
                self.close(connection, end);
            }
        }
    }

    pub(super) fn tell(&mut self, connection: usize, end: End) {
        let one = &mut self.connections[connection];
        one.broken = true;
        if std::mem::replace(&mut one.told[end as usize], true) {
            return;
        }
        let process = one.process(end);
        let asks = match end {
            End::Dialler => std::mem::take(&mut one.asks),
            End::Master => Default::default(),
        };
        if !self.lives(process) {
            return;
        }
        self.trace.add(self.now_ms, format_args!("#{connection} is gone for {:?}", process.node));
        let peer = PeerId(connection as u64);
        match process.node {
            Node::Master(index) => self.master_event(index, core_master::Event::Disconnected { peer }),
            Node::Worker(index) => {
                for token in asks {
                    let reply = Err("the connection is gone".to_owned());
                    self.worker_event(index, WorkerEvent::Answered { token: token as u64, reply });
                }
                self.worker_loses_dial(index, connection);
                self.worker_event(index, WorkerEvent::Disconnected { peer });
            }
            Node::Driver(index) => self.driver_disconnected(index, connection),
            Node::Client(index) => self.client_disconnected(index, Some(connection)),
        }
    }

    pub(super) fn ask_timeout(&mut self, connection: usize, request: i64) {
        let one = &mut self.connections[connection];
        let dialler = one.dialler;
        if !one.asks.remove(&request) || !self.lives(dialler) {
            return;
        }
        match dialler.node {
            Node::Worker(index) => {
                let reply = Err("no answer within 120 s".to_owned());
                self.worker_event(index, WorkerEvent::Answered { token: request as u64, reply });
            }
            Node::Client(index) => self.client_disconnected(index, Some(connection)),
            Node::Driver(_) | Node::Master(_) => {}
        }
    }
}
