//! Who is of which Spark, as far as anybody has heard; and that everybody is asked who does not say.

use core_master::Speaker;
use model::message::RegisterWorker;
use model::{
    ApplicationId, Command, DriverDescription, PeerId, SparkMatching, SparkVersion, Terms, WorkerId,
};

use super::book::Book;
use super::pages::{ApplicationPage, Claim, Size, SubmissionPage, WorkerPage};
use crate::matching::{Installed, Line, Told, may_run, may_run_any, only_line};

/// What the event that is looked at has brought to light.
#[derive(Debug, Default)]
pub(super) struct Inquiries {
    heard: Heard,
    /// What the connection of this application says does not settle of which Spark it is, and its page was not asked.
    unsettled: Option<ApplicationId>,
}

/// Of whom a question can be that the event brings.
#[derive(Debug, Default)]
enum Heard {
    #[default]
    Nobody,
    Worker(PeerId),
    Application(PeerId),
    Driver(PeerId, String),
}

impl Inquiries {
    pub(super) fn worker_registers(&mut self, peer: PeerId) {
        self.heard = Heard::Worker(peer);
    }

    pub(super) fn application_registers(&mut self, peer: PeerId) {
        self.heard = Heard::Application(peer);
    }

    pub(super) fn driver_comes(&mut self, peer: PeerId, name: &str) {
        self.heard = Heard::Driver(peer, name.to_owned());
    }

    /// A page that should have been asked was not.
    pub(super) fn left_open(&self) -> Option<String> {
        self.unsettled.as_ref().map(|id| format!("{id} may be of several Sparks, and its page was not asked"))
    }
}

impl Book {
    /// What somebody says of its Spark unasked.
    pub(super) fn said_in(&self, command: &Command) -> Claim {
        let start = "-Dspark.executorEnv.HEARTH_SPARK_VERSION=";
        let option = command.java_options.iter().find_map(|option| option.strip_prefix(start));
        let variable = command.environment.iter().find(|(name, _)| name == "HEARTH_SPARK_VERSION");
        let name = option.or(variable.map(|(_, value)| value.as_str()));
        match name.and_then(SparkVersion::parse) {
            Some(version) => Claim::OneOf(vec![version]),
            None if self.matching == SparkMatching::Any => Claim::OneOf(Vec::new()),
            None => Claim::Unasked,
        }
    }

    /// What a Worker says of its Sparks unasked.
    pub(super) fn installed(&self, offer: &RegisterWorker) -> Installed {
        match self.matching {
            _ if !offer.sparks.is_empty() => Installed::Each(offer.sparks.clone()),
            SparkMatching::Any => Installed::Anything,
            SparkMatching::Exact | SparkMatching::Line => Installed::NotYet,
        }
    }

    /// A driver was submitted; over HTTP nobody can be asked.
    pub(super) fn driver_submitted(&mut self, description: &DriverDescription, over_http: bool) {
        let spark = match (self.said_in(&description.command), &description.spark) {
            (Claim::OneOf(named), _) if !named.is_empty() => Claim::OneOf(named),
            (_, Some(said)) => Claim::Said(said.clone()),
            (Claim::Unasked, None) if over_http => Claim::OneOf(Vec::new()),
            (other, None) => other,
        };
        let page = SubmissionPage { description: description.clone(), spark };
        self.submissions.insert(description.command.main_class.clone(), page);
    }

    pub(super) fn only_line(&self) -> Option<Line> {
        only_line(self.workers.values().map(|worker| &worker.installed))
    }

    /// What a Worker is told with a process of somebody; none where it cannot run it.
    pub(super) fn told(&self, spark: &Claim, worker: &WorkerPage) -> Option<Told> {
        match spark {
            _ if self.matching == SparkMatching::Any => Some(Told::Nothing),
            Claim::OneOf(known) => may_run(self.matching, known, &worker.installed, self.only_line()),
            Claim::Said(version) => {
                let only = self.only_line().filter(|_| self.matching == SparkMatching::Line);
                let is_passed_over = only.is_some_and(|line| line != version.line());
                let known = if is_passed_over { &[][..] } else { std::slice::from_ref(version) };
                may_run(self.matching, known, &worker.installed, only)
            }
            Claim::AnyOf(known) => may_run_any(known, &worker.installed),
            Claim::Unasked | Claim::Asked(..) => None,
        }
    }

    /// What is wrong with what a Worker is told of a process.
    pub(super) fn wrong_terms(
        &self,
        peer: PeerId,
        key: &str,
        spark: &Claim,
        size: &Size,
        terms: &Terms,
    ) -> Vec<String> {
        let Some((id, worker)) = self.worker_at(peer) else { return Vec::new() };
        let mut found = Vec::new();
        match (self.told(spark, worker), &terms.spark) {
            (None, _) => found.push(format!(
                "{key} was launched on {id}: it is {spark:?}, and there is {:?}",
                worker.installed
            )),
            (Some(Told::Nothing), None) => {}
            (Some(Told::Spark(right)), Some(told)) if right == *told => {}
            (Some(right), told) => {
                found.push(format!("{key} was launched on {id} with Spark {told:?}, not {right:?}"));
            }
        }
        let limit_mib = worker.offer.memory_limit_mib.map(|_| size.total_mib);
        if terms.memory_limit_mib != limit_mib {
            let told = terms.memory_limit_mib;
            found.push(format!("{key} was launched on {id} with a limit of {told:?} MiB, not {limit_mib:?}"));
        }
        found
    }

    /// The Master asks which Spark speaks on a connection.
    pub(super) fn is_asked(
        &mut self,
        peer: PeerId,
        speaker: Speaker,
        token: u64,
        inquiries: &Inquiries,
    ) -> Result<(), String> {
        if self.matching == SparkMatching::Any {
            return Err(format!("{peer:?} was asked for its Spark, and nobody looks at it"));
        }
        if self.questions.insert(token, false).is_some() {
            return Err(format!("two questions have number {token}"));
        }
        // Workers and drivers are asked once they are told that they are in.
        let claim = match (&inquiries.heard, speaker) {
            (Heard::Worker(one), Speaker::Worker) if *one == peer => {
                return match self.worker_at_mut(peer) {
                    Some(page) if page.offer.sparks.is_empty() && page.question.is_none() => {
                        page.question = Some(token);
                        Ok(())
                    }
                    page => Err(format!("{peer:?} was asked, of {page:?}")),
                };
            }
            (Heard::Application(one), Speaker::Driver) if *one == peer => {
                let mut there = self.applications.iter_mut().filter(|page| page.active);
                there.rfind(|page| page.peer == peer).map(|page| &mut page.spark)
            }
            (Heard::Driver(one, name), Speaker::Submitter) if *one == peer => {
                self.submissions.get_mut(name).map(|page| &mut page.spark)
            }
            _ => None,
        };
        match claim {
            Some(claim @ Claim::Unasked) => *claim = Claim::Asked(token, Vec::new()),
            Some(claim) => return Err(format!("{peer:?} was asked, and is {claim:?}")),
            None => return Err(format!("{peer:?} was asked as {speaker:?} out of nothing")),
        }
        Ok(())
    }

    /// The Master asks a driver's page.
    pub(super) fn page_is_asked(
        &mut self,
        url: &str,
        token: u64,
        inquiries: &mut Inquiries,
    ) -> Result<(), String> {
        if self.questions.insert(token, true).is_some() {
            return Err(format!("two questions have number {token}"));
        }
        let id = inquiries.unsettled.take();
        let page = id.and_then(|id| self.applications.iter_mut().rfind(|one| one.active && one.id == id));
        match page {
            Some(ApplicationPage { page_url, spark: spark @ Claim::OneOf(_), .. }) if page_url == url => {
                if let Claim::OneOf(known) = spark {
                    *spark = Claim::Asked(token, std::mem::take(known));
                }
                Ok(())
            }
            other => Err(format!("{url} was asked for its Spark, of {other:?}")),
        }
    }

    /// An answer came, if somebody is still there whom it is about.
    pub(super) fn spark_found(
        &mut self,
        token: u64,
        candidates: &[SparkVersion],
        inquiries: &mut Inquiries,
    ) -> Result<(), String> {
        let Some(of_page) = self.questions.remove(&token) else {
            return Err(format!("the simulation answers question {token}, which nobody asked"));
        };
        for worker in self.workers.values_mut().filter(|worker| worker.question == Some(token)) {
            let is_known = matches!(&worker.installed, Installed::OneOf(known) if !known.is_empty());
            if !candidates.is_empty() || !is_known {
                worker.installed = Installed::OneOf(candidates.to_vec());
            }
        }
        let submissions = self.submissions.values_mut().map(|page| &mut page.spark);
        for spark in submissions.filter(|spark| spark.is_asked(token)) {
            spark.learn(candidates);
            if self.matching == SparkMatching::Line {
                spark.leave_the_choice();
            }
        }
        let enough = self.is_enough(candidates);
        for page in self.applications.iter_mut().filter(|page| page.spark.is_asked(token)) {
            page.spark.learn(candidates);
            if page.active && !of_page && !enough && !page.page_url.is_empty() {
                inquiries.unsettled = Some(page.id.clone());
            }
        }
        Ok(())
    }

    /// Whether it makes no difference to any Worker which of these it is.
    fn is_enough(&self, candidates: &[SparkVersion]) -> bool {
        let Some(first) = candidates.first() else { return false };
        let of_line = |one: &&SparkVersion| one.line() == first.line();
        let has_choice = |worker: &WorkerPage| matches!(&worker.installed, Installed::Each(there) if there.iter().filter(of_line).count() > 1);
        candidates.len() == 1
            || self.matching == SparkMatching::Line
                && candidates.iter().all(|one| of_line(&one))
                && !self.workers.values().any(has_choice)
    }

    /// Somebody who does not say of which Spark it is, and whom nobody has asked.
    pub(super) fn unasked(&self) -> Option<String> {
        let silent = |(_, worker): &(&WorkerId, &WorkerPage)| {
            !matches!(worker.installed, Installed::Each(_) | Installed::Anything) && worker.question.is_none()
        };
        let worker = self.workers.iter().find(silent).map(|(id, _)| id.to_string());
        let mut active = self.applications.iter().filter(|page| page.active);
        let application = active.find(|page| page.spark == Claim::Unasked).map(|page| page.id.to_string());
        let mut submissions = self.submissions.iter();
        let driver = submissions.find(|(_, page)| page.spark == Claim::Unasked).map(|(name, _)| name.clone());
        let who = worker.or(application).or(driver)?;
        Some(format!("{who} does not say of which Spark it is, and was not asked"))
    }
}
