//! Several journals over one store that delays, fails, repeats and reorders, while journals freeze, crash and open again
//! with nobody to say whose turn it is.

use std::collections::BTreeMap;

use fastrand::Rng;
use model::{Change, DriverId, Memory, ObjectName};

use super::store::Store;
use super::{at, change, journal};
use crate::{Answer, Effect, End, Journal, Request};

const SEEDS: u64 = 20_000;
const EVENTS: u64 = 500;
/// Seeds that once failed, and why.
const PAST: &[u64] = &[];

enum Happening {
    /// A request reaches the store. With a writer, an answer goes back; a repetition has none.
    Reaches {
        asker: Option<(usize, u64)>,
        request: Request,
    },
    /// A list is complete that began with these names.
    Listed {
        asker: (usize, u64),
        before: Vec<ObjectName>,
    },
    Answered {
        asker: (usize, u64),
        answer: Answer,
    },
    Timeout {
        writer: usize,
    },
    Append {
        writer: usize,
    },
    Opens,
}

struct Process {
    journal: Journal,
    thaws_ms: u64,
    crashed: bool,
    opened: Option<u64>,
    appended: u32,
    durable: u32,
    ended: bool,
}

#[derive(Default, Debug, Clone, PartialEq, Eq)]
struct Tally {
    events: u64,
    opened: u64,
    opened_with_memory: u64,
    fenced: u64,
    fenced_leaders: u64,
    durable: u64,
    deleted: u64,
    repeated: u64,
    late_creations: u64,
    snapshots: u64,
    recovered: u64,
}

struct World {
    rng: Rng,
    now: u64,
    sequence: u64,
    agenda: BTreeMap<(u64, u64), Happening>,
    store: Store,
    processes: Vec<Process>,
    /// What each epoch's owner was told when it was opened.
    memories: BTreeMap<u64, Memory>,
    faults: bool,
    tally: Tally,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut world = Self {
            rng: Rng::with_seed(seed),
            now: 0,
            sequence: 0,
            agenda: BTreeMap::new(),
            store: Store::default(),
            processes: Vec::new(),
            memories: BTreeMap::new(),
            faults: true,
            tally: Tally::default(),
        };
        world.plan(0, Happening::Opens);
        world
    }

    fn plan(&mut self, in_ms: u64, happening: Happening) {
        self.sequence += 1;
        self.agenda.insert((self.now + in_ms, self.sequence), happening);
    }

    /// Mostly short, sometimes long, rarely so long that everything else has changed.
    fn delay(&mut self) -> u64 {
        match self.rng.u32(0..100) {
            _ if !self.faults => 1,
            0..80 => self.rng.u64(1..10),
            80..97 => self.rng.u64(1..300),
            _ => self.rng.u64(1..20_000),
        }
    }

    fn chance(&mut self, percent: u32) -> bool {
        self.faults && self.rng.u32(0..100) < percent
    }

    fn open(&mut self) -> usize {
        let writer = self.processes.len();
        let entry_bytes = self.rng.usize(100..3_000);
        let journal = journal(&format!("w{writer}"), entry_bytes, self.rng.u64(1..6));
        self.processes.push(Process {
            journal,
            thaws_ms: 0,
            crashed: false,
            opened: None,
            appended: 0,
            durable: 0,
            ended: false,
        });
        self.drain(writer);
        writer
    }

    /// Runs until nothing is left to do or so many things happened.
    fn run(&mut self, events: u64) {
        for _ in 0..events {
            let Some(((when, _), happening)) = self.agenda.pop_first() else { return };
            self.now = self.now.max(when);
            self.tally.events += 1;
            self.happen(happening);
        }
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Reaches { asker, request } => self.reaches(asker, &request),
            Happening::Listed { asker, before } => {
                let answer = Answer::Names(self.store.list_since(&before, &mut self.rng));
                self.reply(asker, answer);
            }
            Happening::Opens => {
                self.open();
                let pause = self.rng.u64(1..2_000);
                self.plan(pause, Happening::Opens);
            }
            Happening::Answered { asker: (writer, _), .. }
            | Happening::Timeout { writer }
            | Happening::Append { writer } => self.wakes(writer, happening),
        }
    }

    fn wakes(&mut self, writer: usize, happening: Happening) {
        let process = &mut self.processes[writer];
        if process.crashed {
            return;
        }
        if process.thaws_ms > self.now && self.faults {
            let wait = process.thaws_ms - self.now;
            return self.plan(wait, happening);
        }
        let now = at(self.now);
        match happening {
            Happening::Answered { asker: (_, id), answer } => process.journal.answer(now, id, answer),
            Happening::Timeout { .. } => process.journal.handle_timeout(now),
            Happening::Append { .. } => {
                let number = process.appended;
                process.appended += 1;
                let changes = vec![
                    change(&format!("w{writer}-{number}"), 0),
                    change(&format!("w{writer}"), number + 1),
                ];
                process.journal.append(now, changes, u64::from(number));
                let pause = self.rng.u64(1..60);
                self.plan(pause, Happening::Append { writer });
            }
            _ => {}
        }
        self.drain(writer);
        if self.chance(1) {
            self.processes[writer].thaws_ms = self.now + self.rng.u64(1..6_000);
        } else if self.rng.u32(0..400) == 0 && self.faults {
            self.processes[writer].crashed = true;
        }
    }

    fn reaches(&mut self, asker: Option<(usize, u64)>, request: &Request) {
        if let (Some(asker), Request::List) = (asker, request) {
            let (before, wait) = (self.store.names(), self.delay());
            return self.plan(wait, Happening::Listed { asker, before });
        }
        let answer = self.store.apply(request);
        match (asker, &answer) {
            (None, Answer::Created) => self.tally.late_creations += 1,
            (_, Answer::Deleted) => self.tally.deleted += 1,
            _ => {}
        }
        if self.chance(4) {
            let later = self.delay() * 5;
            self.tally.repeated += 1;
            self.plan(later, Happening::Reaches { asker: None, request: request.clone() });
        }
        if let Some(asker) = asker {
            self.reply(asker, answer);
        }
    }

    fn reply(&mut self, asker: (usize, u64), answer: Answer) {
        let answer = if self.chance(5) { Answer::Failed("no answer".into()) } else { answer };
        let wait = self.delay();
        self.plan(wait, Happening::Answered { asker, answer });
    }

    fn drain(&mut self, writer: usize) {
        while let Some(effect) = self.processes[writer].journal.poll_effect() {
            assert!(!self.processes[writer].ended, "w{writer} goes on after its end: {effect:?}");
            self.effect(writer, effect);
        }
        if let Some(due) = self.processes[writer].journal.poll_timeout() {
            self.plan(due.saturating_sub(self.now), Happening::Timeout { writer });
        }
    }

    fn effect(&mut self, writer: usize, effect: Effect) {
        match effect {
            Effect::Ask { id, request } => {
                let asker = (writer, id);
                let wait = self.delay();
                if self.chance(5) {
                    // It fails for the asker now, and is perhaps carried out all the same, whenever.
                    if self.rng.bool() {
                        self.plan(wait * 5, Happening::Reaches { asker: None, request });
                    }
                    self.plan(1, Happening::Answered { asker, answer: Answer::Failed("cut off".into()) });
                } else {
                    self.plan(wait, Happening::Reaches { asker: Some(asker), request });
                }
            }
            Effect::Opened { epoch, memory } => self.opened(writer, epoch, *memory),
            Effect::Durable { token } => self.durable(writer, token),
            Effect::Trouble { .. } => {}
            Effect::Recovered => self.tally.recovered += 1,
            Effect::Ended(End::Fenced { .. }) => {
                let process = &mut self.processes[writer];
                process.ended = true;
                self.tally.fenced += 1;
                self.tally.fenced_leaders += u64::from(process.opened.is_some());
            }
            Effect::Ended(end) => panic!("w{writer}: {end}"),
        }
    }

    fn opened(&mut self, writer: usize, epoch: u64, memory: Memory) {
        self.tally.opened += 1;
        self.tally.opened_with_memory += u64::from(!memory.drivers.is_empty());
        assert_eq!(self.processes[writer].opened.replace(epoch), None, "w{writer} opened twice");
        for other in 0..self.processes.len() {
            let process = &self.processes[other];
            let held = held(&memory, other);
            assert!(held <= process.appended, "w{other} never appended what is remembered of it");
            if process.opened.is_some_and(|before| before < epoch) {
                let durable = process.durable;
                assert!(
                    held >= durable,
                    "epoch {epoch} lost w{other}: {durable} are durable, {held} remembered"
                );
            }
        }
        assert!(self.memories.insert(epoch, memory).is_none(), "epoch {epoch} has two owners");
        self.plan(1, Happening::Append { writer });
    }

    fn durable(&mut self, writer: usize, token: u64) {
        self.tally.durable += 1;
        let process = &mut self.processes[writer];
        assert_eq!(u64::from(process.durable), token, "w{writer}: durable out of order");
        process.durable += 1;
        let (epoch, durable) = (process.opened.expect("opened before anything is durable"), process.durable);
        for (later, memory) in self.memories.range(epoch + 1..) {
            let held = held(memory, writer);
            assert!(
                held >= durable,
                "epoch {epoch} goes on behind the back of {later}: {durable}, {held} known"
            );
        }
    }

    /// All faults end, also what was under way; whoever comes now gets the log and finds all.
    fn heals(&mut self) {
        self.faults = false;
        self.agenda.retain(|_, happening| matches!(happening, Happening::Reaches { asker: None, .. }));
        self.processes.iter_mut().for_each(|process| process.crashed = true);
        for _ in 0..40 {
            let writer = self.open();
            self.run(2_000);
            if self.processes[writer].opened.is_some() {
                assert!(self.processes[writer].durable > 10, "w{writer} cannot append");
                return;
            }
        }
        panic!("nobody can open the log any more");
    }
}

/// How many appends of a writer a memory holds: the first ones, without a gap, and the newest of what they set.
fn held(memory: &Memory, writer: usize) -> u32 {
    let has = |number: u32| memory.drivers.contains_key(&DriverId::new(format!("w{writer}-{number}")));
    let held = (0..).find(|number| !has(*number)).unwrap_or(0);
    let mine = format!("w{writer}-");
    let all = memory.drivers.keys().filter(|id| id.as_str().starts_with(&mine)).count();
    assert_eq!(all, held as usize, "w{writer}: there is a gap in what is remembered");
    let last = memory.drivers.get(&DriverId::new(format!("w{writer}"))).map(|one| one.description.memory_mib);
    let last = last.unwrap_or(0);
    assert!(last == held || last + 1 == held, "w{writer}: {last} was set last, {held} are held");
    last
}

fn history(seed: u64) -> Tally {
    let mut world = World::new(seed);
    world.run(EVENTS);
    world.heals();
    let markers = world.store.objects.values();
    world.tally.snapshots = markers.filter(|one| one.name.part.is_some()).count() as u64;
    world.tally
}

#[test]
fn nothing_durable_is_lost_and_nobody_goes_on_behind_a_back() {
    let mut sum = Tally::default();
    for seed in PAST.iter().copied().chain(0..SEEDS) {
        let tally = std::panic::catch_unwind(|| history(seed)).unwrap_or_else(|_| panic!("seed {seed}"));
        sum.events += tally.events;
        sum.opened += tally.opened;
        sum.opened_with_memory += tally.opened_with_memory;
        sum.fenced += tally.fenced;
        sum.fenced_leaders += tally.fenced_leaders;
        sum.durable += tally.durable;
        sum.deleted += tally.deleted;
        sum.repeated += tally.repeated;
        sum.late_creations += tally.late_creations;
        sum.snapshots += tally.snapshots;
        sum.recovered += tally.recovered;
    }
    println!("{sum:?}");
    for count in [sum.opened_with_memory, sum.fenced_leaders, sum.deleted, sum.late_creations, sum.recovered]
    {
        assert!(count > SEEDS, "too little happened: {sum:?}");
    }
}

#[test]
fn one_seed_is_one_history() {
    assert_eq!(history(7), history(7));
    assert!(matches!(change("a", 1), Change::Driver(_)));
}
