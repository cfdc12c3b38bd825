//! The Master's process: dies and comes back with nothing remembered.

use core_master::{Effect, Event, Master, MasterConfig, ToPeer};
use model::{Ask, IdPattern, PeerId};

use super::{Happening, World, address};
use crate::check::DEAD_WORKER_PERSISTENCE;
use crate::network::{End, Frame, Node, Process};

#[derive(Debug, Default)]
pub(crate) struct MasterNode {
    pub(super) core: Option<Master>,
    pub(super) incarnation: u32,
    tick_ms: Option<u64>,
}

impl World {
    pub(super) fn start_master(&mut self) {
        if self.master.core.is_some() {
            return;
        }
        let config = MasterConfig {
            address: address(Node::Master),
            web_ui_url: "http://10.0.0.1:8080".into(),
            spread_out: self.scenario.spread_out,
            worker_selection_policy: self.extras.worker_selection_policy,
            spread_out_drivers: self.extras.spread_out_drivers,
            max_drivers: self.extras.max_drivers,
            application_id_pattern: pattern(self.extras.application_id_pattern),
            application_number_modulo: self.extras.application_number_modulo,
            driver_id_pattern: pattern(self.extras.driver_id_pattern),
            use_application_name_as_id: self.extras.use_application_name_as_id,
            use_driver_id_as_application_name: self.extras.use_driver_id_as_application_name,
            default_cores: self.scenario.default_cores,
            worker_timeout_ms: self.scenario.worker_timeout_ms,
            max_executor_retries: self.scenario.max_executor_retries,
            retained_applications: 5,
            retained_drivers: 5,
            spark_matching: self.mix.matching,
            refuse_what_never_fits: self.mix.refuse_what_never_fits,
            remembers: false,
            recovery_timeout_ms: 60_000,
            dead_worker_persistence: DEAD_WORKER_PERSISTENCE.into(),
        };
        self.master.incarnation += 1;
        self.master.core = Some(Master::new(config, self.rng.u64(..)));
        self.master.tick_ms = None;
        self.trace.add(self.now_ms, format_args!("Master starts, incarnation {}", self.master.incarnation));
        self.checks.master_starts(self.now());
        self.drain_master();
    }

    pub(super) fn kill_master(&mut self, told_within_ms: u64) {
        if self.master.core.take().is_some() {
            self.trace.add(self.now_ms, format_args!("Master dies"));
            let process = Process { node: Node::Master, incarnation: self.master.incarnation };
            self.break_all(process, told_within_ms);
        }
    }

    pub(super) fn master_receives(&mut self, connection: usize, frame: Frame) {
        let peer = PeerId(connection as u64);
        let sender = Some(address(self.connections[connection].dialler.node));
        match frame {
            Frame::Verify => self.send(connection, End::Dialler, Frame::Verified),
            Frame::ToMaster(message) => {
                self.master_event(Event::Received { peer, sender, ask: None, message });
            }
            Frame::Ask(request, message) => {
                let ask = Some(Ask { peer, request });
                self.master_event(Event::Received { peer, sender, ask, message });
            }
            Frame::Verified | Frame::Reply(..) | Frame::ToWorker(_) | Frame::ToDriver(_) => {
                self.checks.fail(format!("a Master was sent {frame:?}"));
            }
        }
    }

    pub(super) fn master_event(&mut self, event: Event) {
        let now = self.now();
        self.checks.master_hears(now, &event);
        let Some(core) = &mut self.master.core else { return };
        core.handle(now, event);
        self.drain_master();
    }

    pub(super) fn master_tick(&mut self, process: Process) {
        let (now_ms, now) = (self.now_ms, self.now());
        if !self.lives(process) {
            return;
        }
        self.master.tick_ms = None;
        if let Some(core) = &mut self.master.core
            && core.poll_timeout().is_some_and(|due_ms| due_ms <= now_ms)
        {
            self.checks.master_wakes(now);
            core.handle_timeout(now);
        }
        self.drain_master();
    }

    fn master_sends(&mut self, peer: PeerId, message: ToPeer) {
        let frame = match message {
            ToPeer::Worker(message) => {
                self.checks.master_tells_worker(peer, &message);
                Frame::ToWorker(message)
            }
            ToPeer::Driver(message) => {
                self.checks.master_tells_driver(peer, &message);
                Frame::ToDriver(message)
            }
        };
        self.send(peer.0 as usize, End::Dialler, frame);
    }

    fn drain_master(&mut self) {
        while let Some(effect) = self.master.core.as_mut().and_then(Master::poll_effect) {
            self.trace.add(self.now_ms, format_args!("Master: {effect:?}"));
            match effect {
                Effect::Send { peer, message } => self.master_sends(peer, message),
                Effect::SendAll { peers, message } => {
                    for peer in peers.iter() {
                        self.master_sends(*peer, message.clone());
                    }
                }
                Effect::Answer { ask, reply } => {
                    self.checks.master_answers(ask, &reply);
                    self.send(ask.peer.0 as usize, End::Dialler, Frame::Reply(ask.request, reply));
                }
                Effect::Respond { request, response } => self.master_responds(request, &response),
                Effect::FindSpark { peer, speaker, token } => self.find_spark(peer, speaker, token),
                Effect::ReadVersion { url, token } => self.read_version(&url, token),
                Effect::Log(note) => self.checks.master_notes(&note.text),
            }
        }
        self.checks.master_is_done();
        let Some(core) = &self.master.core else { return };
        // The core's own rules are checked now and then: they are not what this simulation is for. What pages show is
        // looked at as often.
        let is_time = self.now_ms.is_multiple_of(16);
        if is_time || self.checks.log_heard_of_those_who_wait() {
            self.checks.master_shows(&core.snapshot(self.now()));
        }
        if is_time {
            for sentence in core.broken_invariants() {
                self.checks.fail(sentence);
            }
        }
        if let Some(due_ms) = core.poll_timeout()
            && self.master.tick_ms.is_none_or(|tick_ms| due_ms < tick_ms)
        {
            self.master.tick_ms = Some(due_ms);
            let process = Process { node: Node::Master, incarnation: self.master.incarnation };
            self.queue.push(due_ms.max(self.now_ms), Happening::Tick(process));
        }
    }
}

#[expect(clippy::expect_used, reason = "the patterns stand in this crate")]
pub(super) fn pattern(text: &str) -> IdPattern {
    text.parse().expect("a pattern")
}
