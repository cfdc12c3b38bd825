//! The requests of a journal: so many at a time, each asked again until it is answered.

use std::collections::{BTreeMap, VecDeque};

use model::Now;

use crate::{Answer, Request};

/// How long the first pause is after a failure; each further one is twice as long.
const FIRST_PAUSE_MS: u64 = 100;
/// No pause is longer.
const LONGEST_PAUSE_MS: u64 = 10_000;

/// What became of an answer.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// A request was answered.
    Done(Request, Answer),
    /// It will be asked again.
    Again(String),
    /// Nobody waits for it.
    Unknown,
}

#[derive(Clone, Debug)]
struct Task {
    request: Request,
    failures: u32,
}

/// What is to be asked, what is being asked, and what rests after a failure.
#[derive(Clone, Debug)]
pub(crate) struct Desk {
    most: usize,
    next_id: u64,
    waiting: VecDeque<Task>,
    /// Deletions and parts of snapshots: they leave half of the places to the log, which somebody waits for.
    patient: VecDeque<Task>,
    asked: BTreeMap<u64, Task>,
    resting: Vec<(u64, Task)>,
}

impl Desk {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            most: most.max(1),
            next_id: 0,
            waiting: VecDeque::new(),
            patient: VecDeque::new(),
            asked: BTreeMap::new(),
            resting: Vec::new(),
        }
    }

    pub(crate) fn ask(&mut self, request: Request) {
        let task = Task { request, failures: 0 };
        let is_patient = match &task.request {
            Request::Create(entry) => entry.name.part.is_some(),
            Request::Delete(_) => true,
            Request::Read(_) | Request::List => false,
        };
        if is_patient {
            self.patient.push_back(task);
        } else {
            self.waiting.push_back(task);
        }
    }

    /// Asks again later what was answered in a way that can only be passing.
    pub(crate) fn ask_later(&mut self, now: Now, request: Request) {
        self.resting.push((now.monotonic_ms + FIRST_PAUSE_MS, Task { request, failures: 0 }));
    }

    /// The next request for the store, if one may go.
    pub(crate) fn next(&mut self) -> Option<(u64, Request)> {
        let asked = self.asked.len();
        let task = if asked < self.most { self.waiting.pop_front() } else { None };
        let task = task.or_else(|| if asked * 2 < self.most { self.patient.pop_front() } else { None })?;
        let id = self.next_id;
        self.next_id += 1;
        let request = task.request.clone();
        self.asked.insert(id, task);
        Some((id, request))
    }

    pub(crate) fn answered(&mut self, now: Now, id: u64, answer: Answer) -> Outcome {
        let Some(mut task) = self.asked.remove(&id) else { return Outcome::Unknown };
        let text = match answer {
            Answer::Failed(text) => text,
            answer if fits(&task.request, &answer) => return Outcome::Done(task.request, answer),
            _ => "the store answered something else than was asked".to_owned(),
        };
        if matches!(task.request, Request::Delete(_)) {
            return Outcome::Done(task.request, Answer::Failed(text));
        }
        let pause = FIRST_PAUSE_MS.saturating_mul(1 << task.failures.min(16)).min(LONGEST_PAUSE_MS);
        task.failures += 1;
        self.resting.push((now.monotonic_ms + pause, task));
        Outcome::Again(text)
    }

    /// Whether something failed and was not answered since.
    pub(crate) fn is_in_trouble(&self) -> bool {
        let all = self.resting.iter().map(|(_, task)| task).chain(&self.waiting).chain(self.asked.values());
        all.into_iter().any(|task| task.failures > 0)
    }

    pub(crate) fn due_ms(&self) -> Option<u64> {
        self.resting.iter().map(|(due_ms, _)| *due_ms).min()
    }

    pub(crate) fn wake(&mut self, now: Now) {
        let (due, resting) = std::mem::take(&mut self.resting)
            .into_iter()
            .partition(|(due_ms, _)| *due_ms <= now.monotonic_ms);
        self.resting = resting;
        let due: Vec<(u64, Task)> = due;
        self.waiting.extend(due.into_iter().map(|(_, task)| task));
    }

    pub(crate) fn clear(&mut self) {
        *self = Self { next_id: self.next_id, ..Self::new(self.most) };
    }
}

fn fits(request: &Request, answer: &Answer) -> bool {
    match request {
        Request::Create(_) => matches!(answer, Answer::Created | Answer::Exists),
        Request::Read(_) => matches!(answer, Answer::Entry(_) | Answer::Absent | Answer::Damaged(_)),
        Request::List => matches!(answer, Answer::Names(_)),
        Request::Delete(_) => matches!(answer, Answer::Deleted),
    }
}
