//! Finding out which Spark somebody is of: what it names itself, then what it says, then its page.
//!
//! ```text
//!   named by itself ─────────────────────────────────────────────► known
//!   else FindSpark ──SparkFound──► one, or all alike to every Worker ─► known
//!                                  else its page: ReadVersion ──SparkFound──► known, or as well as can be
//! ```
//!
//! Until then nothing is launched: executors of another Spark than their driver's fail, or compute what is wrong.

use std::collections::BTreeMap;

use model::message::RegisterWorker;
use model::{
    ApplicationDescription, ApplicationId, Command, DriverDescription, DriverId, Now, PeerId, SparkMatching,
    SparkVersion, WorkerId,
};

use super::Master;
use crate::registry::drivers::Driver;
use crate::registry::needs::Needs;
use crate::registry::sparks::{Claim, EXPLICIT, Installed};
use crate::{Effect, Speaker};

/// Questions that are not answered yet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Questions {
    open: BTreeMap<u64, Question>,
    last: u64,
}

#[derive(Clone, Debug)]
enum Question {
    Worker(WorkerId),
    /// One of which it is known is on this connection now.
    WorkerAgain(WorkerId, PeerId),
    Application(ApplicationId),
    /// Its page is asked; this is what was known before.
    Page(ApplicationId, Vec<SparkVersion>),
    Driver(DriverId),
}

impl Question {
    fn speaker(&self) -> Speaker {
        match self {
            Self::Worker(_) | Self::WorkerAgain(..) => Speaker::Worker,
            Self::Application(_) | Self::Page(..) => Speaker::Driver,
            Self::Driver(_) => Speaker::Submitter,
        }
    }
}

impl Questions {
    fn open(&mut self, question: Question) -> u64 {
        self.last += 1;
        self.open.insert(self.last, question);
        self.last
    }
}

impl Master {
    /// What an application says of its Spark, or a question to its driver.
    pub(super) fn claim_of_application(
        &mut self,
        id: &ApplicationId,
        peer: PeerId,
        description: &ApplicationDescription,
    ) -> Claim {
        match self.named_in(&description.command) {
            Some(version) => Claim::named(version),
            None => self.ask_for_claim(peer, Question::Application(id.clone())),
        }
    }

    /// What a submission says of its driver's Spark, or a question to whoever submitted it over RPC.
    pub(super) fn claim_of_driver(
        &mut self,
        id: &DriverId,
        submitter: Option<PeerId>,
        description: &DriverDescription,
    ) -> Claim {
        let named = self.named_in(&description.command).map(Claim::named);
        let said = || description.spark.clone().map(|version| Claim::Said([version]));
        match (named.or_else(said), submitter) {
            (Some(claim), _) => claim,
            (None, Some(peer)) => self.ask_for_claim(peer, Question::Driver(id.clone())),
            (None, None) => Claim::OneOf([].into()),
        }
    }

    /// What a Worker says of its Sparks, or a question to one that does not say.
    pub(super) fn sparks_of_worker(
        &mut self,
        id: &WorkerId,
        peer: PeerId,
        said: &[SparkVersion],
    ) -> Installed {
        if !said.is_empty() {
            return Installed::Each(said.into());
        }
        if self.config.spark_matching == SparkMatching::Any {
            return Installed::Any;
        }
        Installed::Asked(self.ask(peer, Question::Worker(id.clone())))
    }

    /// A live Worker registers again. Where that is another connection, nobody will answer on the old one; and it may be
    /// another process, with other Sparks: ids tell no more than a second, and by another pattern nothing of the time.
    /// Whether anything has changed.
    pub(super) fn relearn_sparks(&mut self, peer: PeerId, message: &RegisterWorker) -> bool {
        let Some(worker) = self.workers.get(&message.id) else { return false };
        let is_settled = match &worker.sparks {
            Installed::Each(known) => **known == *message.sparks,
            Installed::OneOf(known) if !known.is_empty() && message.sparks.is_empty() => {
                // Most likely it is the same process: what is known of it holds until something else is heard.
                if worker.peer != peer {
                    self.ask(peer, Question::WorkerAgain(message.id.clone(), peer));
                }
                true
            }
            Installed::OneOf(_) | Installed::Asked(_) => message.sparks.is_empty() && worker.peer == peer,
            Installed::Any => message.sparks.is_empty(),
        };
        if !is_settled {
            let sparks = self.sparks_of_worker(&message.id, peer, &message.sparks);
            self.workers.set_sparks(&message.id, sparks);
        }
        !is_settled
    }

    fn ask_for_claim(&mut self, peer: PeerId, question: Question) -> Claim {
        if self.config.spark_matching == SparkMatching::Any {
            return Claim::OneOf([].into());
        }
        Claim::Asked(self.ask(peer, question))
    }

    fn ask(&mut self, peer: PeerId, question: Question) -> u64 {
        let speaker = question.speaker();
        let token = self.questions.open(question);
        self.effects.push_back(Effect::FindSpark { peer, speaker, token });
        token
    }

    /// `spark.executorEnv.HEARTH_SPARK_VERSION`: variables of executors, options of a driver; or a driver's variable.
    fn named_in(&mut self, command: &Command) -> Option<SparkVersion> {
        let option = format!("-Dspark.executorEnv.{EXPLICIT}=");
        let options = command.java_options.iter().filter_map(|one| one.strip_prefix(option.as_str()));
        let variables = command.environment.iter().filter(|(name, _)| name == EXPLICIT);
        let text = options.chain(variables.map(|(_, value)| value.as_str())).find(|text| !text.is_empty())?;
        let version = SparkVersion::parse(text);
        if version.is_none() {
            self.warn(format!(
                "{EXPLICIT} is '{text}', which is no release of Spark such as 3.5.7; it is passed over"
            ));
        }
        version
    }

    /// An answer. Whoever it is about may have gone, or been asked again.
    pub(super) fn spark_found(&mut self, now: Now, token: u64, mut candidates: Vec<SparkVersion>) {
        candidates.sort_unstable();
        candidates.dedup();
        match self.questions.open.remove(&token) {
            None => {}
            Some(Question::Worker(id)) => {
                self.workers.learn_sparks(&id, token, Installed::OneOf(candidates.into()));
                self.persist_worker(&id);
                let found = self.workers.get(&id).map(|worker| Claim::OneOf(worker.sparks.versions().into()));
                self.say_what_was_found("Worker", id.as_str(), found.as_ref());
            }
            Some(Question::WorkerAgain(id, peer)) => self.learn_again_of_worker(&id, peer, candidates),
            Some(Question::Application(id)) => self.learn_of_application(&id, token, candidates, true),
            Some(Question::Page(id, before)) => {
                let known = if candidates.is_empty() { before } else { candidates };
                self.learn_of_application(&id, token, known, false);
            }
            Some(Question::Driver(id)) => {
                let claim = Claim::OneOf(candidates.into());
                let Some(driver) = self.drivers.get_mut(&id).filter(|one| one.claim == Claim::Asked(token))
                else {
                    return;
                };
                driver.claim = claim.clone();
                self.drivers.changed = true;
                self.say_what_was_found("Driver", id.as_str(), Some(&claim));
            }
        }
        self.schedule(now);
    }

    /// Silence changes nothing.
    fn learn_again_of_worker(&mut self, id: &WorkerId, peer: PeerId, candidates: Vec<SparkVersion>) {
        let Some(worker) = self.workers.get(id).filter(|worker| worker.peer == peer) else { return };
        let is_news = matches!(&worker.sparks, Installed::OneOf(known) if **known != *candidates);
        if is_news && !candidates.is_empty() {
            self.workers.set_sparks(id, Installed::OneOf(candidates.clone().into()));
            self.say_what_was_found("Worker", id.as_str(), Some(&Claim::OneOf(candidates.into())));
        }
    }

    fn learn_of_application(
        &mut self,
        id: &ApplicationId,
        token: u64,
        candidates: Vec<SparkVersion>,
        ask_page: bool,
    ) {
        let application = self.applications.get(id).filter(|one| one.claim == Claim::Asked(token));
        let Some(url) = application.map(|one| one.description.app_ui_url.clone()) else { return };
        if ask_page && !url.is_empty() && !self.is_enough(&candidates) {
            let token = self.questions.open(Question::Page(id.clone(), candidates));
            self.effects.push_back(Effect::ReadVersion { url, token });
            if let Some(application) = self.applications.get_mut(id) {
                application.claim = Claim::Asked(token);
            }
            return;
        }
        let claim = Claim::OneOf(candidates.into());
        if let Some(application) = self.applications.change(id) {
            application.claim = claim.clone();
        }
        self.persist_application(id);
        self.say_what_was_found("App", id.as_str(), Some(&claim));
    }

    /// Whether it makes no difference to any Worker which of these it is.
    fn is_enough(&self, candidates: &[SparkVersion]) -> bool {
        match (self.config.spark_matching, candidates) {
            (_, [_]) => true,
            (SparkMatching::Exact, _) | (_, []) => false,
            (_, [first, .., last]) => {
                let line = first.line();
                line == last.line() && !self.workers.live().any(|one| one.sparks.has_choice_within(line))
            }
        }
    }

    fn say_what_was_found(&mut self, what: &str, id: &str, claim: Option<&Claim>) {
        let Some(claim) = claim else { return };
        match claim.text().as_str() {
            "" => self.warn(format!("{what} {id} does not tell which Spark it is of")),
            text => self.note(format!("{what} {id} is of Spark {text}")),
        }
    }

    /// What a process needs, its Spark included.
    pub(crate) fn needs_with(&self, claim: &Claim, needs: &Needs) -> Needs {
        let spark = claim.wanted(self.config.spark_matching, self.workers.only_line());
        Needs { spark, ..needs.clone() }
    }

    /// The same of a driver.
    pub(crate) fn needs_of_driver(&self, driver: &Driver) -> Needs {
        let spark = driver.claim.wanted_of_driver(self.config.spark_matching, self.workers.only_line());
        Needs { spark, ..driver.needs.clone() }
    }

    /// Where the only line of all Workers has changed, that may settle what those are of whose line is in doubt.
    pub(super) fn reconsider_doubts(&mut self) {
        let only = self.workers.only_line();
        if std::mem::replace(&mut self.only_line, only) == only
            || self.config.spark_matching == SparkMatching::Any
        {
            return;
        }
        self.applications.change_where(|one| one.claim.candidates().len() != 1);
        self.drivers.changed = true;
    }
}
