//! Contestants of `core-election` over a real carrier, as a daemon drives them. One of them is frozen.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use core_election::{Config, Effect, Election, Event, Outcome, Timing, Told};
use edge_store::{Swap, Version};
use tokio::sync::{Notify, mpsc, watch};

use crate::contract::Carrier;

/// Longer than in earnest: the machine may be busy, and the stores under test are slow then.
const TIMING: Timing = Timing { length_ms: 4000, renew_every_ms: 700, poll_every_ms: 300, request_ms: 2500 };

const PATIENCE: Duration = Duration::from_secs(90);

struct Contestant {
    frozen: Arc<AtomicBool>,
    thaw: Arc<Notify>,
    state: watch::Receiver<State>,
    writes: Arc<AtomicU64>,
    task: tokio::task::JoinHandle<()>,
    stop: mpsc::UnboundedSender<Event>,
}

#[derive(Clone, Debug, Default)]
struct State {
    leads: bool,
    terms: Vec<u64>,
    losses: u64,
    spoke_after_right: bool,
    knows: Option<String>,
    stopped: bool,
}

impl Contestant {
    fn start(id: &str, carrier: Carrier, zero: Instant) -> Self {
        let config = Config {
            id: format!("{id}-{}", fastrand::u64(..)),
            address: format!("spark://{id}:7077"),
            page: format!("http://{id}:8080"),
            timing: TIMING,
            seed: fastrand::u64(..),
        };
        config.timing.check().unwrap();
        let (sender, state) = watch::channel(State::default());
        let (stop, events) = mpsc::unbounded_channel();
        let (frozen, thaw) = (Arc::<AtomicBool>::default(), Arc::<Notify>::default());
        let writes = Arc::<AtomicU64>::default();
        let driver = Driver {
            election: Election::new(config, ms(zero)),
            carrier,
            zero,
            frozen: frozen.clone(),
            thaw: thaw.clone(),
            state: sender,
            writes: writes.clone(),
            answers: stop.clone(),
        };
        Self { frozen, thaw, state, writes, task: tokio::spawn(driver.run(events)), stop }
    }

    fn freeze(&self) {
        self.frozen.store(true, Ordering::SeqCst);
    }

    fn go_on(&self) {
        self.frozen.store(false, Ordering::SeqCst);
        self.thaw.notify_one();
    }

    async fn until(&mut self, what: &str, condition: impl FnMut(&State) -> bool) -> State {
        let waited = tokio::time::timeout(PATIENCE, self.state.wait_for(condition)).await;
        waited.unwrap_or_else(|_| panic!("in vain: {what}")).unwrap().clone()
    }
}

fn ms(zero: Instant) -> u64 {
    u64::try_from(zero.elapsed().as_millis()).unwrap()
}

struct Driver {
    election: Election,
    carrier: Carrier,
    zero: Instant,
    frozen: Arc<AtomicBool>,
    thaw: Arc<Notify>,
    state: watch::Sender<State>,
    writes: Arc<AtomicU64>,
    answers: mpsc::UnboundedSender<Event>,
}

impl Driver {
    async fn run(mut self, mut events: mpsc::UnboundedReceiver<Event>) {
        self.election.handle_timeout(ms(self.zero));
        while !self.state.borrow().stopped {
            while let Some(effect) = self.election.poll_effect() {
                self.carry_out(effect);
            }
            let now = ms(self.zero);
            let pause = self.election.poll_timeout().unwrap_or(now).saturating_sub(now);
            let event = tokio::select! {
                event = events.recv() => event,
                () = tokio::time::sleep(Duration::from_millis(pause)) => None,
            };
            // As after SIGSTOP: whatever was about to be done is done later, with what was known before.
            while self.frozen.load(Ordering::SeqCst) {
                self.thaw.notified().await;
            }
            let now = ms(self.zero);
            if self.state.borrow().leads && !self.election.is_leader(now) {
                // What a daemon asks before it says anything.
                self.state.send_modify(|state| state.leads = false);
            }
            match event {
                Some(event) => self.election.handle(now, event),
                None => self.election.handle_timeout(now),
            }
        }
    }

    fn carry_out(&self, effect: Effect) {
        let (carrier, answers, writes) = (self.carrier.clone(), self.answers.clone(), self.writes.clone());
        match effect {
            Effect::Tell(told) => self.state.send_modify(|state| match told {
                Told::Won { term } => {
                    state.leads = true;
                    state.terms.push(term);
                }
                Told::Lost { .. } => {
                    state.spoke_after_right |= self.election.is_leader(ms(self.zero));
                    state.leads = false;
                    state.losses += 1;
                }
                Told::Leads(lease) => state.knows = lease.map(|lease| lease.address),
                Told::Stopped => state.stopped = true,
            }),
            Effect::Get { ticket } => {
                tokio::spawn(async move {
                    let outcome = match carrier.get().await {
                        Ok(held) => {
                            Outcome::Held(held.map(|(lease, version)| (lease, version.as_str().to_owned())))
                        }
                        Err(error) => Outcome::Failed(error.to_string()),
                    };
                    let _ = answers.send(Event::Answer { ticket, outcome });
                });
            }
            Effect::Swap { ticket, expected, lease } => {
                tokio::spawn(async move {
                    let expected = expected.map(Version::from);
                    let outcome = match carrier.swap(expected.as_ref(), &lease).await {
                        Ok(Swap::Swapped(version)) => {
                            writes.fetch_add(1, Ordering::SeqCst);
                            Outcome::Swapped(version.as_str().to_owned())
                        }
                        Ok(Swap::Conflict) => Outcome::Conflict,
                        Err(error) => Outcome::Failed(error.to_string()),
                    };
                    let _ = answers.send(Event::Answer { ticket, outcome });
                });
            }
        }
    }
}

/// Three contestants: one leads; it is frozen, and another one leads; it comes back and stands by.
pub(crate) async fn one_leads_and_a_frozen_one_is_replaced(again: &impl Fn() -> Carrier) {
    let zero = Instant::now();
    let mut contestants: Vec<Contestant> =
        ["a", "b", "c"].iter().map(|id| Contestant::start(id, again(), zero)).collect();
    let first = wait_for_leader(&mut contestants, usize::MAX).await;
    contestants[first].freeze();
    let writes = contestants[first].writes.load(Ordering::SeqCst);
    let second = wait_for_leader(&mut contestants, first).await;
    let new = contestants[second].state.borrow().terms.last().copied();
    let old = contestants[first].state.borrow().terms.last().copied();
    assert!(new > old, "{new:?} after {old:?}");
    contestants[first].go_on();
    let address = format!("spark://{}:7077", ["a", "b", "c"][second]);
    let knows = |state: &State| state.knows.as_ref() == Some(&address);
    let state = contestants[first].until("the frozen one to know better", knows).await;
    assert!(!state.leads && state.losses == 1 && !state.spoke_after_right, "{state:?}");
    // One renewal may have been under way when it froze; nothing was written after that.
    assert!(contestants[first].writes.load(Ordering::SeqCst) <= writes + 1);
    for contestant in &mut contestants {
        contestant.stop.send(Event::Stop).unwrap();
        contestant.until("the end", |state| state.stopped).await;
    }
    for contestant in contestants {
        contestant.task.await.unwrap();
    }
    let (lease, _) = again().get().await.unwrap().unwrap();
    assert!(lease.is_free(), "{lease:?}");
}

async fn wait_for_leader(contestants: &mut [Contestant], not: usize) -> usize {
    let started = Instant::now();
    loop {
        let leader =
            contestants.iter().position(|one| one.state.borrow().leads && !one.frozen.load(Ordering::SeqCst));
        if let Some(leader) = leader.filter(|leader| *leader != not) {
            return leader;
        }
        assert!(started.elapsed() < PATIENCE, "nobody leads");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
