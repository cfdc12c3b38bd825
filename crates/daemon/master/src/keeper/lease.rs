//! The lease: the core asks, whatever carries it answers.

use std::sync::Arc;
use std::time::Duration;

use core_election::{Config, Effect, Election, Event, Outcome, Told};
use edge_election::LeaseCarrier;
use edge_store::{StoreError, Swap, Version};
use edge_telemetry::Clock;
use model::Lease;
use tokio::task::JoinSet;
use tracing::warn;

use super::next_of;

/// How long giving the lease back may take: who stands by takes it all the same when it has run out.
const FAREWELL: Duration = Duration::from_secs(1);

/// The part that a Master takes in the election.
pub(super) struct Tenure {
    election: Election,
    carrier: Arc<dyn LeaseCarrier>,
    asked: JoinSet<(u64, Result<Outcome, StoreError>)>,
    /// It has worked: what fails now may work again.
    worked: bool,
    /// The log has heard that it fails.
    in_trouble: bool,
}

impl Tenure {
    pub(super) fn new(carrier: Arc<dyn LeaseCarrier>, config: Config, clock: &Clock) -> Self {
        let election = Election::new(config, clock.now().monotonic_ms);
        Self { election, carrier, asked: JoinSet::new(), worked: false, in_trouble: false }
    }

    /// The next answer of the carrier; never while nothing is asked.
    pub(super) async fn answered(&mut self) -> (u64, Result<Outcome, StoreError>) {
        next_of(&mut self.asked).await
    }

    /// Takes an answer in.
    ///
    /// # Errors
    /// With a sentence, where it never worked and will not before somebody changes something.
    pub(super) fn answer(
        &mut self,
        now_ms: u64,
        ticket: u64,
        outcome: Result<Outcome, StoreError>,
    ) -> Result<(), String> {
        let outcome = match outcome {
            Ok(outcome) => {
                (self.worked, self.in_trouble) = (true, false);
                outcome
            }
            Err(error) if !self.worked && !error.is_transient() => return Err(error.to_string()),
            Err(error) => {
                if !std::mem::replace(&mut self.in_trouble, true) {
                    warn!(target: "Master", "{error}");
                }
                Outcome::Failed(error.to_string())
            }
        };
        self.election.handle(now_ms, Event::Answer { ticket, outcome });
        Ok(())
    }

    pub(super) fn poll_timeout(&self) -> Option<u64> {
        self.election.poll_timeout()
    }

    pub(super) fn handle_timeout(&mut self, now_ms: u64) {
        if self.election.poll_timeout().is_some_and(|due_ms| due_ms <= now_ms) {
            self.election.handle_timeout(now_ms);
        }
    }

    pub(super) fn leads_until(&self) -> Option<u64> {
        self.election.leads_until()
    }

    /// What there is to know, in its order; requests go to the carrier.
    pub(super) fn poll_told(&mut self) -> Option<Told> {
        loop {
            let carrier = self.carrier.clone();
            match self.election.poll_effect()? {
                Effect::Tell(told) => return Some(told),
                Effect::Get { ticket } => {
                    self.asked.spawn(async move { (ticket, get(&*carrier).await) });
                }
                Effect::Swap { ticket, expected, lease } => {
                    let expected = expected.map(Into::into);
                    self.asked.spawn(async move { (ticket, swap(&*carrier, expected, lease).await) });
                }
            }
        }
    }

    /// Lets the next one lead at once.
    pub(super) async fn give_back(&mut self, clock: &Clock) {
        self.election.handle(clock.now().monotonic_ms, Event::Stop);
        let given = async {
            loop {
                while let Some(told) = self.poll_told() {
                    if told == Told::Stopped {
                        return;
                    }
                }
                let due_ms = self.election.poll_timeout();
                tokio::select! {
                    (ticket, outcome) = self.answered() => {
                        let outcome = outcome.unwrap_or_else(|error| Outcome::Failed(error.to_string()));
                        let answer = Event::Answer { ticket, outcome };
                        self.election.handle(clock.now().monotonic_ms, answer);
                    }
                    () = clock.sleep_until(due_ms) => {
                        self.election.handle_timeout(clock.now().monotonic_ms);
                    }
                }
            }
        };
        // Then it runs out by itself.
        let _ = tokio::time::timeout(FAREWELL, given).await;
    }
}

async fn get(carrier: &dyn LeaseCarrier) -> Result<Outcome, StoreError> {
    let held = carrier.get().await?;
    Ok(Outcome::Held(held.map(|(lease, version)| (lease, version.as_str().to_owned()))))
}

async fn swap(
    carrier: &dyn LeaseCarrier,
    expected: Option<Version>,
    lease: Lease,
) -> Result<Outcome, StoreError> {
    Ok(match carrier.swap(expected.as_ref(), &lease).await? {
        Swap::Swapped(version) => Outcome::Swapped(version.as_str().to_owned()),
        Swap::Conflict => Outcome::Conflict,
    })
}
