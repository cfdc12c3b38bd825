//! The state machine.

use std::collections::VecDeque;

use model::Lease;

use crate::config::{Config, right_ms};
use crate::event::{Effect, Event, Outcome, Told, Why};
use crate::tries::Tries;

/// One contestant.
#[derive(Debug)]
pub struct Election {
    config: Config,
    random: fastrand::Rng,
    effects: VecDeque<Effect>,
    tickets: u64,
    request: Option<Request>,
    seen: Seen,
    /// Whether the register may hold something else than we saw by our own doing: look before writing.
    unsure: bool,
    reign: Option<Reign>,
    last_term: u64,
    renewals: u64,
    tries: Tries,
    next_ms: u64,
    trouble: Option<String>,
    stop: Stop,
}

/// The request that is under way; there is one at a time.
#[derive(Debug)]
struct Request {
    ticket: u64,
    begun_ms: u64,
    /// What it writes; none when it reads.
    lease: Option<Lease>,
}

/// What we last knew of the register.
#[derive(Debug, Default)]
struct Seen {
    lease: Option<Lease>,
    version: Option<String>,
    /// When we knew this version for the first time; none before the first look.
    since_ms: Option<u64>,
    /// How long to wait when there is no lease: somebody may have removed one that still holds.
    vacant_ms: u64,
    highest_term: u64,
}

/// The time in which we lead.
#[derive(Debug)]
struct Reign {
    term: u64,
    until_ms: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    No,
    Wanted,
    Done,
}

impl Election {
    /// A contestant that stands by. Call [`handle_timeout`](Self::handle_timeout) to begin.
    pub fn new(config: Config, now_ms: u64) -> Self {
        Self {
            random: fastrand::Rng::with_seed(config.seed),
            config,
            effects: VecDeque::new(),
            tickets: 0,
            request: None,
            seen: Seen::default(),
            unsure: true,
            reign: None,
            last_term: 0,
            renewals: 0,
            tries: Tries::default(),
            next_ms: now_ms,
            trouble: None,
            stop: Stop::No,
        }
    }

    /// Whether we lead at this moment. Ask at any time, before anything is said in the leader's name: it is false as soon
    /// as the right ran out, also when nothing was handled since.
    pub fn is_leader(&self, now_ms: u64) -> bool {
        self.reign.as_ref().is_some_and(|reign| now_ms < reign.until_ms)
    }

    /// Until when we lead if no renewal works; none when we stand by.
    pub fn leads_until(&self) -> Option<u64> {
        self.reign.as_ref().map(|reign| reign.until_ms)
    }

    /// The lease as we last saw it, ours or another's.
    pub fn lease(&self) -> Option<&Lease> {
        self.seen.lease.as_ref()
    }

    /// What the last request that failed said, if none worked since.
    pub fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }

    /// The next deed, in order.
    pub fn poll_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// When to call [`handle_timeout`](Self::handle_timeout) at the latest; none after the end.
    pub fn poll_timeout(&self) -> Option<u64> {
        if self.stop == Stop::Done {
            return None;
        }
        let act = match &self.request {
            Some(request) => request.begun_ms + self.config.timing.request_ms,
            None if self.reign.is_none() => self.next_ms.min(self.free_at().unwrap_or(u64::MAX)),
            None => self.next_ms,
        };
        Some(act.min(self.leads_until().unwrap_or(u64::MAX)))
    }

    /// The moment came.
    pub fn handle_timeout(&mut self, now_ms: u64) {
        self.expire(now_ms);
        let late = |request: &Request| now_ms >= request.begun_ms + self.config.timing.request_ms;
        if self.request.as_ref().is_some_and(late) {
            let why = format!("no answer within {} ms", self.config.timing.request_ms);
            self.ended(now_ms, Outcome::Failed(why));
        }
        self.act(now_ms);
    }

    /// Something happened.
    pub fn handle(&mut self, now_ms: u64, event: Event) {
        self.expire(now_ms);
        match event {
            Event::Answer { ticket, outcome } => {
                if self.request.as_ref().is_some_and(|request| request.ticket == ticket) {
                    self.ended(now_ms, outcome);
                }
            }
            Event::Stop => {
                if self.stop == Stop::No {
                    self.stop = Stop::Wanted;
                    self.lose(Why::Stopped);
                }
            }
        }
        self.act(now_ms);
    }

    fn tell(&mut self, told: Told) {
        self.effects.push_back(Effect::Tell(told));
    }

    fn expire(&mut self, now_ms: u64) {
        if self.reign.as_ref().is_some_and(|reign| now_ms >= reign.until_ms) {
            let trouble = self.trouble.clone();
            self.lose(Why::RanOut { trouble });
        }
    }

    fn lose(&mut self, why: Why) {
        if self.reign.take().is_some() {
            self.tell(Told::Lost { why });
        }
    }

    /// The request that is under way came to its end.
    fn ended(&mut self, now_ms: u64, outcome: Outcome) {
        let Some(request) = self.request.take() else { return };
        if !matches!(outcome, Outcome::Failed(_)) {
            self.trouble = None;
        }
        match (outcome, request.lease) {
            (Outcome::Held(held), None) => self.looked(now_ms, held),
            (Outcome::Swapped(version), Some(lease)) => self.wrote(now_ms, request.begun_ms, &lease, version),
            (Outcome::Failed(why), None) => {
                self.trouble = Some(why);
                self.next_ms = now_ms + self.pause();
            }
            (other, _) => {
                if let Outcome::Failed(why) = other {
                    self.trouble = Some(why);
                }
                self.unsure = true;
                self.next_ms = now_ms;
            }
        }
    }

    /// From one look to the next, for who does not lead or could not look.
    fn pause(&mut self) -> u64 {
        let every = self.config.timing.poll_every_ms;
        if self.reign.is_some() { every.div_ceil(4) } else { self.random.u64(every - every / 4..=every) }
    }

    fn looked(&mut self, now_ms: u64, held: Option<(Lease, String)>) {
        let (lease, version) = held.unzip();
        self.unsure = false;
        if self.seen.since_ms.is_none() || version != self.seen.version {
            self.saw(now_ms, lease, version);
        }
        let lease = self.seen.lease.clone();
        let ours = lease.as_ref().filter(|lease| lease.holder == self.config.id);
        if self.reign.is_some() {
            self.next_ms = now_ms;
            match ours {
                Some(lease) => self.confirm(now_ms, lease),
                None => self.lose(Why::Taken(lease)),
            }
            return;
        }
        self.next_ms = now_ms + self.pause();
        if let Some(lease) = ours {
            self.confirm(now_ms, lease);
        }
    }

    /// The register holds something that we did not know.
    fn saw(&mut self, now_ms: u64, lease: Option<Lease>, version: Option<String>) {
        let who =
            |lease: &Option<Lease>| lease.as_ref().map(|lease| lease.holder.clone()).unwrap_or_default();
        let changed = self.seen.since_ms.is_none() || who(&self.seen.lease) != who(&lease);
        let vacant_ms = self.seen.lease.as_ref().map_or(self.seen.vacant_ms, |lease| lease.length_ms);
        let highest_term = self.seen.highest_term.max(lease.as_ref().map_or(0, |lease| lease.term));
        self.seen = Seen { lease, version, since_ms: Some(now_ms), vacant_ms, highest_term };
        if changed && who(&self.seen.lease) != self.config.id && self.stop == Stop::No {
            let leads = self.seen.lease.clone().filter(|lease| !lease.is_free());
            self.tell(Told::Leads(leads));
        }
    }

    fn wrote(&mut self, now_ms: u64, begun_ms: u64, lease: &Lease, version: String) {
        self.unsure = false;
        self.saw(now_ms, Some(lease.clone()), Some(version));
        self.next_ms = begun_ms + self.config.timing.renew_every_ms;
        if !lease.is_free() {
            self.confirm(now_ms, lease);
        }
    }

    /// The register holds what we wrote: it gives us the right from when that write began.
    fn confirm(&mut self, now_ms: u64, lease: &Lease) {
        let Some(begun_ms) = self.tries.begun(lease) else { return };
        let until_ms = begun_ms + right_ms(lease.length_ms);
        match &mut self.reign {
            Some(reign) if reign.term == lease.term => reign.until_ms = reign.until_ms.max(until_ms),
            Some(_) => {}
            None => {
                if now_ms < until_ms && lease.term > self.last_term && self.stop == Stop::No {
                    self.last_term = lease.term;
                    self.reign = Some(Reign { term: lease.term, until_ms });
                    self.next_ms = begun_ms + self.config.timing.renew_every_ms;
                    self.tell(Told::Won { term: lease.term });
                }
            }
        }
    }

    /// When the lease may be taken; none while we have to look first.
    fn free_at(&self) -> Option<u64> {
        let since_ms = self.seen.since_ms.filter(|_| !self.unsure)?;
        Some(match &self.seen.lease {
            None => since_ms + self.seen.vacant_ms,
            // What is ours while we do not lead is a right that ran out, or one that we could not use.
            Some(lease) if lease.is_free() || lease.holder == self.config.id => since_ms,
            Some(lease) => since_ms.saturating_add(lease.length_ms),
        })
    }

    /// Begins the next request, if it is time and none is under way.
    fn act(&mut self, now_ms: u64) {
        if self.request.is_some() || self.stop == Stop::Done {
            return;
        }
        if self.stop == Stop::Wanted {
            self.give_back(now_ms);
        } else if self.reign.is_some() && !self.unsure {
            if now_ms >= self.next_ms {
                let term = self.reign.as_ref().map_or(0, |reign| reign.term);
                self.write(now_ms, Some(term));
            }
        } else if self.reign.is_none() && self.free_at().is_some_and(|free_ms| now_ms >= free_ms) {
            self.write(now_ms, Some(self.seen.highest_term + 1));
        } else if now_ms >= self.next_ms {
            let ticket = self.begin(now_ms, None);
            self.effects.push_back(Effect::Get { ticket });
        }
    }

    /// Frees the lease if it is ours, with one try: who stands by waits no longer than for a death.
    fn give_back(&mut self, now_ms: u64) {
        let ours = self.seen.lease.as_ref().is_some_and(|lease| lease.holder == self.config.id);
        if ours && !self.unsure {
            self.write(now_ms, None);
        } else {
            self.stop = Stop::Done;
            self.tell(Told::Stopped);
        }
    }

    /// Writes the lease with our name, or with none.
    fn write(&mut self, now_ms: u64, term: Option<u64>) {
        self.renewals += 1;
        let mut lease = Lease {
            length_ms: self.config.timing.length_ms,
            term: term.unwrap_or(self.seen.highest_term),
            renewals: self.renewals,
            ..Lease::default()
        };
        if term.is_some() {
            lease.holder.clone_from(&self.config.id);
            lease.address.clone_from(&self.config.address);
            lease.page.clone_from(&self.config.page);
            self.tries.begin(&lease, now_ms);
        }
        let ticket = self.begin(now_ms, Some(lease.clone()));
        self.effects.push_back(Effect::Swap { ticket, expected: self.seen.version.clone(), lease });
    }

    fn begin(&mut self, now_ms: u64, lease: Option<Lease>) -> u64 {
        self.tickets += 1;
        self.request = Some(Request { ticket: self.tickets, begun_ms: now_ms, lease });
        self.tickets
    }
}

#[cfg(test)]
mod tests;
