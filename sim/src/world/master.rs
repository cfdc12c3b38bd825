//! The Masters' processes: they die and come back, with nothing remembered or with what a store holds.

use core_master::{Effect, Event, Master, MasterConfig, ToPeer};
use model::{Ask, IdPattern, Now, PeerId};

use super::ledger::Daemon;
use super::{Happening, World, address};
use crate::check::DEAD_WORKER_PERSISTENCE;
use crate::network::{End, Frame, Node, Process};

#[derive(Debug, Default)]
pub(crate) struct MasterNode {
    pub(super) core: Option<Master>,
    pub(super) incarnation: u32,
    pub(super) tick_ms: Option<u64>,
    /// What its daemon does between the core and the store.
    pub(super) daemon: Daemon,
}

impl World {
    pub(super) fn start_master(&mut self, index: usize) {
        if self.masters[index].core.is_some() {
            return;
        }
        let config = MasterConfig {
            address: address(Node::Master(index)),
            web_ui_url: format!("http://{}:8080", address(Node::Master(index)).host),
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
            remembers: self.scenario.masters.remember(),
            recovery_timeout_ms: self.scenario.worker_timeout_ms,
            dead_worker_persistence: DEAD_WORKER_PERSISTENCE.into(),
        };
        let seed = self.rng.u64(..);
        let node = &mut self.masters[index];
        node.incarnation += 1;
        node.core = Some(Master::new(config, seed));
        node.tick_ms = None;
        node.daemon = Daemon::default();
        let incarnation = node.incarnation;
        self.trace.add(self.now_ms, format_args!("Master {index} starts, incarnation {incarnation}"));
        self.checks.master_starts(self.now());
        self.start_daemon(index);
        self.drain_master(index);
    }

    pub(super) fn master_process(&self, index: usize) -> Process {
        Process { node: Node::Master(index), incarnation: self.masters[index].incarnation }
    }

    /// The Master that leads, if one does and knows it.
    pub(super) fn leader_index(&self) -> Option<usize> {
        let leads = |node: &MasterNode| node.core.is_some() && node.daemon.leads(&self.ledger);
        if self.scenario.masters.remember() {
            self.masters.iter().position(leads)
        } else {
            self.masters[0].core.is_some().then_some(0)
        }
    }

    pub(super) fn leader(&self) -> Option<&Master> {
        self.masters[self.leader_index()?].core.as_ref()
    }

    pub(super) fn kill_master(&mut self, index: usize, told_within_ms: u64) {
        if self.masters[index].core.take().is_some() {
            self.trace.add(self.now_ms, format_args!("Master {index} dies"));
            let process = self.master_process(index);
            self.break_all(process, told_within_ms);
        }
    }

    pub(super) fn master_receives(&mut self, index: usize, connection: usize, frame: Frame) {
        let peer = PeerId(connection as u64);
        let sender = Some(address(self.connections[connection].dialler.node));
        match frame {
            Frame::Verify => self.send(connection, End::Dialler, Frame::Verified),
            Frame::ToMaster(message) => {
                self.master_event(index, Event::Received { peer, sender, ask: None, message });
            }
            Frame::Ask(request, message) => {
                let ask = Some(Ask { peer, request });
                self.master_event(index, Event::Received { peer, sender, ask, message });
            }
            Frame::Verified | Frame::Reply(..) | Frame::ToWorker(_) | Frame::ToDriver(_) => {
                self.checks.fail(format!("a Master was sent {frame:?}"));
            }
        }
    }

    /// Clocks of several Masters differ by a minute.
    pub(super) fn master_now(&self, index: usize) -> Now {
        let now = self.now();
        let ahead_ms = (index as i64 * 37_000) % 60_000;
        Now { wall_ms: now.wall_ms - ahead_ms, ..now }
    }

    pub(super) fn master_event(&mut self, index: usize, event: Event) {
        let now = self.master_now(index);
        self.checks.master_hears(now, &event);
        let Some(core) = &mut self.masters[index].core else { return };
        core.handle(now, event);
        self.drain_master(index);
    }

    pub(super) fn master_tick(&mut self, index: usize, process: Process) {
        let (now_ms, now) = (self.now_ms, self.master_now(index));
        if !self.lives(process) {
            return;
        }
        self.masters[index].tick_ms = None;
        if let Some(core) = &mut self.masters[index].core
            && core.poll_timeout().is_some_and(|due_ms| due_ms <= now_ms)
        {
            self.checks.master_wakes(now);
            core.handle_timeout(now);
        }
        self.drain_master(index);
    }

    fn master_sends(&mut self, peer: PeerId, message: ToPeer) {
        let frame = match message {
            ToPeer::Worker(message) => {
                self.check_promise_to_worker(&message);
                self.checks.master_tells_worker(peer, &message);
                Frame::ToWorker(message)
            }
            ToPeer::Driver(message) => {
                self.check_promise_to_driver(&message);
                self.checks.master_tells_driver(peer, &message);
                Frame::ToDriver(message)
            }
        };
        self.send(peer.0 as usize, End::Dialler, frame);
    }

    pub(super) fn drain_master(&mut self, index: usize) {
        while let Some(effect) = self.masters[index].core.as_mut().and_then(Master::poll_effect) {
            self.trace.add(self.now_ms, format_args!("Master {index}: {effect:?}"));
            match effect {
                // Who looks at what is said there and then looks at Masters that write nothing down.
                effect if self.scenario.masters.remember() => self.masters[index].daemon.queue(effect),
                effect => self.master_does(index, effect),
            }
        }
        self.carry_out_what_may_be(index);
        self.checks.master_is_done();
        let Some(core) = &self.masters[index].core else { return };
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
            && self.masters[index].tick_ms.is_none_or(|tick_ms| due_ms < tick_ms)
        {
            self.masters[index].tick_ms = Some(due_ms);
            let process = self.master_process(index);
            self.queue.push(due_ms.max(self.now_ms), Happening::Tick(process));
        }
    }

    /// What a Master wants done is done.
    pub(super) fn master_does(&mut self, index: usize, effect: Effect) {
        match effect {
            Effect::Send { peer, message } => self.master_sends(peer, message),
            Effect::SendAll { peers, message } => {
                for peer in peers.iter() {
                    self.master_sends(*peer, message.clone());
                }
            }
            Effect::Answer { ask, reply } => {
                self.check_promise_of_answer(&reply);
                self.checks.master_answers(ask, &reply);
                self.send(ask.peer.0 as usize, End::Dialler, Frame::Reply(ask.request, reply));
            }
            Effect::Respond { request, response } => self.master_responds(index, request, &response),
            Effect::FindSpark { peer, speaker, token } => self.find_spark(index, peer, speaker, token),
            Effect::ReadVersion { url, token } => self.read_version(index, &url, token),
            Effect::Contact { address, token, .. } => {
                let (delay_ms, master) = (self.rng.u64(1..5), self.master_process(index));
                self.after(delay_ms, Happening::Contacts { master, token, address });
            }
            Effect::StepDown { .. } => {
                self.kill_master(index, 50);
                let restart_after_ms = self.rng.u64(500..5_000);
                self.after(restart_after_ms, Happening::Start(Node::Master(index)));
            }
            Effect::Persist { .. } => {
                self.checks.fail("a Master without a store writes something down".into());
            }
            Effect::Log(note) => {
                if note.text.starts_with("Recovery complete") {
                    self.count_taken_over(index);
                }
                self.checks.master_notes(&note.text);
            }
        }
    }
}

#[expect(clippy::expect_used, reason = "the patterns stand in this crate")]
pub(super) fn pattern(text: &str) -> IdPattern {
    text.parse().expect("a pattern")
}
