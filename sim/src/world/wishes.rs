//! Whoever asks something of the Master over HTTP, and Workers that leave with care.

use core_master::{Event, Request, Response};
use model::{Command, DriverDescription, DriverId};

use super::{Happening, World, address};
use crate::extras::{Order, Wish};
use crate::mix::{Origin, Telling};
use crate::network::{Node, Process};

impl World {
    pub(super) fn plan_extras(&mut self) {
        for (at_ms, wish) in self.extras.wishes.clone() {
            self.queue.push(at_ms, Happening::Wish(wish));
        }
        for (at_ms, index) in self.extras.leaves.clone() {
            self.queue.push(at_ms, Happening::Leave(index));
        }
    }

    /// A wish comes to the Master's HTTP server; nobody is there while its process is not, or sleeps.
    pub(super) fn wish(&mut self, wish: Wish) {
        let index = self.leader_index().unwrap_or(0);
        let Some(master) = &self.masters[index].core else { return };
        if self.is_frozen(Node::Master(index)) {
            return;
        }
        let snapshot = master.snapshot(self.now());
        let mut drivers: Vec<DriverId> =
            snapshot.active_drivers.into_iter().map(|driver| driver.id).collect();
        drivers.extend(snapshot.completed_drivers.into_iter().map(|driver| driver.id));
        drivers.push(DriverId::new("driver-of-nobody"));
        let driver = drivers[self.wishes as usize % drivers.len()].clone();
        let what = match wish {
            Wish::Submit(order) => {
                let origin = &self.mix.orders[self.wishes as usize % self.mix.orders.len()];
                Request::SubmitDriver(Box::new(description(&order, origin, self.wishes)))
            }
            Wish::KillADriver => Request::KillDriver(driver),
            Wish::KillAllDrivers => Request::KillAllDrivers,
            Wish::Status => Request::DriverStatus(driver),
            Wish::Clear => Request::ClearCompleted,
            Wish::Readyz => Request::Readyz,
            Wish::Decommission(workers) => {
                workers.iter().for_each(|index| self.replace_later(*index));
                let host = |index: &usize| address(Node::Worker(*index)).host;
                Request::DecommissionHosts(workers.iter().map(host).collect())
            }
        };
        self.wishes += 1;
        self.trace.add(self.now_ms, format_args!("over HTTP: {what:?}"));
        self.master_event(index, Event::Request { request: self.wishes, what });
    }

    pub(super) fn master_responds(&mut self, index: usize, request: u64, response: &Response) {
        self.checks.master_responds(request, response);
        if let (Response::Cleared { success: true, .. }, Some(master)) = (response, &self.masters[index].core)
            && !self.scenario.masters.remember()
        {
            let snapshot = master.snapshot(self.now());
            if !snapshot.completed_applications.is_empty() || !snapshot.completed_drivers.is_empty() {
                self.checks.fail("what had ended was cleared and is still there".into());
            }
        }
    }

    /// A Worker's machine tells it to leave.
    pub(super) fn worker_leaves(&mut self, index: usize) {
        if self.workers[index].core.is_some() && !self.is_frozen(Node::Worker(index)) {
            self.trace.add(self.now_ms, format_args!("Worker {index} is told to leave"));
            self.worker_event(index, core_worker::Event::Decommission);
            self.replace_later(index);
        }
    }

    /// A Worker that leaves is stopped some time later, and another comes in its place.
    fn replace_later(&mut self, index: usize) {
        let process = self.worker_process(index);
        let delay_ms = self.rng.u64(1_000..40_000);
        self.after(delay_ms, Happening::Replace(process));
    }

    pub(super) fn replace(&mut self, process: Process) {
        if let Node::Worker(index) = process.node
            && self.lives(process)
        {
            self.frozen_until_ms.remove(&process.node);
            let restart_after_ms = self.rng.u64(100..5_000);
            self.kill_worker(index, 50, restart_after_ms);
            self.thaw(process.node);
        }
    }
}

/// Over HTTP, `clientSparkVersion` says of which Spark whoever submits is; what names itself goes before.
fn description(order: &Order, origin: &Origin, number: u64) -> DriverDescription {
    let mut java_options = vec!["-Dspark.app.name=mine".to_owned()];
    let name = origin.name().map(|name| format!("-Dspark.executorEnv.HEARTH_SPARK_VERSION={name}"));
    java_options.extend(name);
    java_options.extend(origin.overhead.option());
    let command = Command {
        main_class: format!("Order{number}"),
        arguments: vec![order.runs_ms.to_string(), order.fails_percent.to_string()],
        java_options,
        ..Command::default()
    };
    DriverDescription {
        spark: (origin.telling != Telling::Nothing).then(|| origin.spark.clone()),
        jar_url: "file:/app.jar".into(),
        memory_mib: order.memory_mib,
        cores: order.cores,
        supervise: order.supervise,
        command,
        resources: if order.gpus > 0 { vec![("gpu".into(), order.gpus)] } else { Vec::new() },
    }
}
