//! Our Master in the place of the captured one.

use std::collections::BTreeMap;

use core_master::{Effect, Event, Master, MasterConfig, Request, ToPeer};
use model::message::{Reply, ToMaster, ToWorker};
use model::{ApplicationId, Ask, ExecutorKey, Now, PeerId};

use crate::conversation::{Channel, Conversation, Direction, Row, Said, Which, text_of};

struct Replay<'a> {
    master: Master,
    now: Now,
    connections: Vec<&'a str>,
    said: BTreeMap<Channel<'a>, Vec<Said<String>>>,
    answers: BTreeMap<(usize, i64), Said<String>>,
    /// Executors on each connection: what was said of them last.
    launched: Vec<(usize, ExecutorKey, &'static str)>,
    applications: Vec<ApplicationId>,
}

/// What ours says on each connection, in order; answers by the asker's number.
pub(crate) fn replay(
    conversation: &Conversation,
    config: MasterConfig,
) -> BTreeMap<Channel<'_>, Vec<Said<String>>> {
    // 2026-11-20 12:00:00 UTC.
    let now = Now { monotonic_ms: 0, wall_ms: 1_795_176_000_000, utc_offset_s: 0 };
    let mut replay = Replay {
        master: Master::new(config, 1),
        now,
        connections: Vec::new(),
        said: BTreeMap::new(),
        answers: BTreeMap::new(),
        launched: Vec::new(),
        applications: Vec::new(),
    };
    for row in &conversation.rows {
        replay.until(row.time_ms);
        replay.play(conversation, row);
    }
    for ((connection, _), answer) in replay.answers {
        let channel = Channel::Answers(replay.connections[connection]);
        replay.said.entry(channel).or_default().push(answer);
    }
    replay.said
}

impl<'a> Replay<'a> {
    /// Lets the clock run up to a moment.
    fn until(&mut self, time_ms: u64) {
        while let Some(due_ms) = self.master.poll_timeout().filter(|due_ms| *due_ms <= time_ms) {
            self.at(due_ms);
            self.master.handle_timeout(self.now);
            self.drain();
        }
        self.at(time_ms);
    }

    fn at(&mut self, time_ms: u64) {
        self.now.wall_ms += (time_ms - self.now.monotonic_ms) as i64;
        self.now.monotonic_ms = time_ms;
    }

    fn play(&mut self, conversation: &Conversation, row: &'a Row) {
        match row.direction {
            Direction::FromMaster | Direction::CutShort => {}
            Direction::ToMaster => {
                let connection = self.connection(&row.connection);
                let peer = PeerId(connection as u64);
                let (sender, mut message) = conversation.to_master(row);
                self.translate(connection, row, &mut message);
                let ask = row.request.map(|request| Ask { peer, request });
                self.event(Event::Received { peer, sender, ask, message });
            }
            Direction::Closed => {
                let peer = PeerId(self.connection(&row.connection) as u64);
                self.event(Event::Disconnected { peer });
            }
            Direction::OnPage if row.message == "workers/kill" => {
                let what = Request::DecommissionHosts(vec![row.field("host").into()]);
                self.event(Event::Request { request: 1, what });
            }
            Direction::OnPage => {
                let application = self.ours(row.field("id"));
                self.event(Event::KillApplication { application });
            }
        }
    }

    fn connection(&mut self, name: &'a str) -> usize {
        self.connections.iter().position(|one| *one == name).unwrap_or_else(|| {
            self.connections.push(name);
            self.connections.len() - 1
        })
    }

    /// Our name of an application or driver: the moment of its start is another.
    fn ours(&self, id: &str) -> ApplicationId {
        let number = id.rsplit('-').next().unwrap();
        let same = |one: &&ApplicationId| one.as_str().rsplit('-').next() == Some(number);
        self.applications.iter().find(same).cloned().unwrap_or_else(|| ApplicationId::new(id))
    }

    /// Puts our ids in the place of the captured ones.
    fn translate(&mut self, connection: usize, row: &Row, message: &mut ToMaster) {
        match message {
            ToMaster::UnregisterApplication { application }
            | ToMaster::RequestExecutors { application, .. }
            | ToMaster::KillExecutors { application, .. } => *application = self.ours(application.as_str()),
            ToMaster::RequestKillDriver { driver }
            | ToMaster::RequestDriverStatus { driver }
            | ToMaster::DriverStateChanged { driver, .. } => {
                let number = driver.as_str().rsplit('-').next().unwrap().to_owned();
                let known = self.master.snapshot(self.now);
                let mut all = known.active_drivers.iter().chain(&known.completed_drivers);
                let same = all.find(|one| one.id.as_str().rsplit('-').next() == Some(number.as_str()));
                // One that the captured Master never gave out is as unknown to ours.
                let old = driver.as_str().contains("20200101");
                *driver = same.filter(|_| !old).map_or_else(|| driver.clone(), |one| one.id.clone());
            }
            ToMaster::ExecutorStateChanged { executor, state, .. } => {
                let before = if state.is_finished() { "runs" } else { "launched" };
                let key = ExecutorKey {
                    application: self.ours(executor.application.as_str()),
                    executor: executor.executor,
                };
                let known = self.launched.iter_mut().find(|(there, one, said)| match row.which {
                    None => *one == key,
                    Some(Which::Next) => *there == connection && *said == before,
                    Some(Which::Executor(number)) => {
                        *there == connection && *said == before && one.executor == number
                    }
                });
                if let Some((_, key, said)) = known {
                    *said = if state.is_finished() { "ended" } else { "runs" };
                    *executor = key.clone();
                }
            }
            ToMaster::WorkerLatestState { executors, .. } => {
                for one in executors {
                    one.executor.application = self.ours(one.executor.application.as_str());
                }
            }
            _ => {}
        }
    }

    fn event(&mut self, event: Event) {
        self.master.handle(self.now, event);
        self.drain();
    }

    fn drain(&mut self) {
        while let Some(effect) = self.master.poll_effect() {
            match effect {
                Effect::Send { peer, message } => self.say(peer, &message),
                Effect::SendAll { peers, message } => {
                    for peer in peers.iter() {
                        self.say(*peer, &message);
                    }
                }
                Effect::Answer { ask, reply } => self.answer(ask, &reply),
                // Spark does not ask: its peers are of its own release.
                Effect::FindSpark { .. }
                | Effect::ReadVersion { .. }
                | Effect::Respond { .. }
                | Effect::Persist { .. }
                | Effect::Contact { .. }
                | Effect::StepDown { .. }
                | Effect::Log(_) => {}
            }
        }
        let all = self.master.snapshot(self.now).active_applications;
        self.applications.extend(all.into_iter().map(|one| one.id));
        self.applications.sort();
        self.applications.dedup();
    }

    fn say(&mut self, peer: PeerId, message: &ToPeer) {
        let connection = peer.0 as usize;
        if let ToPeer::Worker(ToWorker::LaunchExecutor(launch)) = message {
            self.launched.push((connection, launch.executor.clone(), "launched"));
        }
        let name = match message {
            ToPeer::Worker(message) => first_word(message),
            ToPeer::Driver(message) => first_word(message),
        };
        let said = Said { name, text: text_of(message) };
        self.said.entry(Channel::Messages(self.connections[connection])).or_default().push(said);
    }

    fn answer(&mut self, ask: Ask, reply: &Reply) {
        let said = Said { name: "answer".into(), text: text_of(reply) };
        self.answers.insert((ask.peer.0 as usize, ask.request), said);
    }
}

fn first_word(message: &impl std::fmt::Debug) -> String {
    let text = format!("{message:?}");
    text.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default().to_owned()
}
