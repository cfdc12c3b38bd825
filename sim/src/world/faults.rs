//! Bad weather, and its end.

use core_worker::{Event, MemoryKill, ProcessExit};

use super::{Happening, World};
use crate::network::{End, Node, Process};

impl World {
    pub(super) fn plan_fault(&mut self) {
        if let Some(mean_ms) = self.scenario.fault_every_ms {
            let delay_ms = self.rng.u64(0..2 * mean_ms);
            self.after(delay_ms, Happening::Fault);
        }
    }

    pub(super) fn fault(&mut self) {
        if self.calm {
            return;
        }
        self.faults += 1;
        match self.rng.u8(..14) {
            0 | 1 => self.break_something(),
            2 => self.hold_something(),
            3 => self.freeze_something(),
            4 => self.lose_worker(),
            5 if self.scenario.masters.remember() => self.lose_master(),
            5 if self.extras.use_application_name_as_id => {}
            5 => {
                let told_within_ms = if self.rng.bool() { 50 } else { 20_000 };
                self.kill_master(0, told_within_ms);
                let restart_after_ms =
                    if self.rng.bool() { self.rng.u64(50..1_000) } else { self.rng.u64(1_000..40_000) };
                let back_ms = self.mix.master_is_back_ms(self.now_ms, self.now_ms + restart_after_ms);
                self.queue.push(back_ms, Happening::Start(Node::Master(0)));
            }
            6 => {
                let drivers = self.living_drivers();
                if let Some(index) = self.choose(&drivers) {
                    self.driver_dies(Process { node: Node::Driver(index), incarnation: 0 });
                }
            }
            7..=9 => {
                let executors = self.running_executors();
                if let Some(child) = self.choose(&executors) {
                    let exit = if self.rng.bool() { ProcessExit::Status(52) } else { ProcessExit::Signal(9) };
                    let kill = MemoryKill { limit_mib: 1024, peak_mib: None, is_shared: false };
                    let of_memory = self.mix.is_mixed() && self.mix.chance(50);
                    self.child_ends(child, if of_memory { ProcessExit::OutOfMemory(kill) } else { exit });
                }
            }
            10 => self.end_an_application(),
            11 | 12 => self.cut_silently(),
            _ => {
                let index = self.rng.usize(..self.workers.len());
                if !self.is_frozen(Node::Worker(index)) {
                    self.trace.add(self.now_ms, format_args!("Worker {index} is told to stop"));
                    self.worker_event(index, Event::Stop);
                }
            }
        }
        self.plan_fault();
    }

    fn choose<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        (!from.is_empty()).then(|| from[self.rng.usize(..from.len())])
    }

    pub(super) fn is_frozen(&self, node: Node) -> bool {
        self.frozen_until_ms.get(&node).is_some_and(|until_ms| *until_ms > self.now_ms)
    }

    fn standing(&mut self) -> Option<usize> {
        let standing: Vec<usize> =
            (0..self.connections.len()).filter(|index| !self.connections[*index].broken).collect();
        self.choose(&standing)
    }

    /// Each end learns of it at once, late, or when it next says something.
    fn break_something(&mut self) {
        let Some(connection) = self.standing() else { return };
        let mut delay = || match self.rng.u8(..4) {
            0 | 1 => Some(self.rng.u64(0..50)),
            2 => Some(self.rng.u64(0..20_000)),
            _ => None,
        };
        let delays_ms = [delay(), delay()];
        self.trace.add(self.now_ms, format_args!("#{connection} breaks, ends know after {delays_ms:?} ms"));
        self.break_connection(connection, delays_ms);
    }

    /// Some machine between the two forgets the connection. Its dialler finds out, the Master does not.
    fn cut_silently(&mut self) {
        let Some(connection) = self.standing() else { return };
        let delays_ms = [Some(self.rng.u64(0..15_000)), None];
        self.trace
            .add(self.now_ms, format_args!("#{connection} is cut, its dialler knows after {delays_ms:?} ms"));
        self.break_connection(connection, delays_ms);
        self.connections[connection].silent = true;
    }

    fn hold_something(&mut self) {
        let Some(connection) = self.standing() else { return };
        let until_ms = self.now_ms + self.rng.u64(1_000..90_000);
        self.trace.add(self.now_ms, format_args!("#{connection} carries nothing until {until_ms} ms"));
        self.connections[connection].held_until_ms = until_ms;
    }

    fn freeze_something(&mut self) {
        let drivers = self.living_drivers();
        let node = match self.rng.u8(..4) {
            0 => Node::Master(self.leader_index().unwrap_or(0)),
            1 if !drivers.is_empty() => Node::Driver(drivers[self.rng.usize(..drivers.len())]),
            _ => Node::Worker(self.rng.usize(..self.workers.len())),
        };
        let until_ms = self.now_ms + self.rng.u64(1_000..90_000);
        self.trace.add(self.now_ms, format_args!("{node:?} freezes until {until_ms} ms"));
        self.frozen_until_ms.insert(node, until_ms);
        if let Node::Master(index) = node
            && self.scenario.masters.remember()
            && self.rng.bool()
        {
            self.masters[index].daemon.pause(self.now_ms);
        }
    }

    /// Mostly the one that leads: it dies, or the store is slow or fails for a while.
    fn lose_master(&mut self) {
        if self.rng.u8(..3) == 0 {
            return self.spoil_store();
        }
        let index = match self.leader_index() {
            Some(leader) if self.rng.u8(..4) > 0 => leader,
            _ => self.rng.usize(..self.masters.len()),
        };
        let told_within_ms = if self.rng.bool() { 50 } else { 20_000 };
        self.frozen_until_ms.remove(&Node::Master(index));
        self.kill_master(index, told_within_ms);
        let restart_after_ms =
            if self.rng.bool() { self.rng.u64(50..1_000) } else { self.rng.u64(1_000..40_000) };
        self.after(restart_after_ms, Happening::Start(Node::Master(index)));
        self.thaw(Node::Master(index));
    }

    /// In fair weather: whoever counted on it goes on with the next.
    pub(super) fn leader_dies(&mut self) {
        let Some(index) = self.leader_index() else { return };
        self.expect_to_go_on(index);
        self.kill_master(index, 50);
        let restart_after_ms = self.rng.u64(50..10_000);
        self.after(restart_after_ms, Happening::Start(Node::Master(index)));
    }

    fn lose_worker(&mut self) {
        let index = self.rng.usize(..self.workers.len());
        let restart_after_ms = self.rng.u64(100..20_000);
        let told_within_ms = if self.rng.bool() { 50 } else { 20_000 };
        self.frozen_until_ms.remove(&Node::Worker(index));
        self.kill_worker(index, told_within_ms, restart_after_ms);
        self.thaw(Node::Worker(index));
    }

    fn end_an_application(&mut self) {
        let drivers = self.living_drivers();
        let application = self.choose(&drivers).and_then(|index| self.application_of(index));
        let index = self.leader_index().unwrap_or(0);
        if let Some(application) = application.filter(|_| !self.is_frozen(Node::Master(index))) {
            self.trace.add(self.now_ms, format_args!("{application} is ended on the page"));
            self.master_event(index, core_master::Event::KillApplication { application });
        }
    }

    /// A frozen process will see this.
    pub(super) fn hold(&mut self, node: Node, what: Happening) {
        if !self.held.contains_key(&node) {
            let thaw_ms = self.frozen_until_ms.get(&node).copied().unwrap_or(self.now_ms);
            self.queue.push(thaw_ms, Happening::Thaw(node));
        }
        self.held.entry(node).or_default().push(what);
    }

    /// A process that was frozen sees what has come meanwhile, in order.
    pub(super) fn thaw(&mut self, node: Node) {
        if self.is_frozen(node) {
            let thaw_ms = self.frozen_until_ms.get(&node).copied().unwrap_or(self.now_ms);
            return self.queue.push(thaw_ms, Happening::Thaw(node));
        }
        for what in self.held.remove(&node).unwrap_or_default() {
            self.happen(what);
        }
    }

    /// Everything that is held up goes on, and nobody overlooks a break any longer.
    pub(super) fn calm_down(&mut self) {
        self.trace.add(self.now_ms, format_args!("the weather calms down"));
        self.calm = true;
        self.frozen_until_ms.clear();
        for node in self.held.keys().copied().collect::<Vec<_>>() {
            self.thaw(node);
        }
        self.put_sparks_right();
        if self.scenario.masters.remember() && self.chance(60) {
            let delay_ms = self.rng.u64(..20_000);
            self.after(delay_ms, Happening::LeaderDies);
        }
        for connection in 0..self.connections.len() {
            self.connections[connection].held_until_ms = self.now_ms;
            self.connections[connection].silent = false;
            for end in [End::Dialler, End::Master] {
                let one = &self.connections[connection];
                if one.broken && !one.told[end as usize] {
                    let delay_ms = self.rng.u64(0..1_000);
                    self.after(delay_ms, Happening::Told { connection, end });
                }
            }
        }
    }
}
