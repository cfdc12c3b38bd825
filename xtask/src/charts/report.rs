//! What was looked at, and what was wrong.

use conformance::Failure;

/// Well, or what is wrong.
pub(super) type Verdict = Result<(), String>;

/// Counts, and the sentences of what failed.
#[derive(Debug, Default)]
pub(super) struct Report {
    passed: usize,
    failed: Vec<String>,
}

impl Report {
    /// One thing that must be true.
    pub(super) fn check(&mut self, what: &str, outcome: Result<(), impl Into<Wrong>>) {
        match outcome {
            Ok(()) => self.passed += 1,
            Err(wrong) => self.failed.push(format!("{what}: {}", wrong.into().0)),
        }
    }

    /// Prints what failed, and the sums; an error where anything did.
    pub(super) fn end(self) -> Verdict {
        for failed in &self.failed {
            println!("FAILED {failed}");
        }
        println!("{} passed, {} failed", self.passed, self.failed.len());
        match self.failed.len() {
            0 => Ok(()),
            1 => Err("one thing is wrong with the chart, see above".to_owned()),
            number => Err(format!("{number} things are wrong with the chart, see above")),
        }
    }
}

/// What was wrong, in words.
#[derive(Debug)]
pub(super) struct Wrong(String);

impl From<String> for Wrong {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<Failure> for Wrong {
    fn from(failure: Failure) -> Self {
        Self(failure.to_string())
    }
}
