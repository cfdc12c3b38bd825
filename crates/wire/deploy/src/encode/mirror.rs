//! Classes in messages that a peer forwards.

use model::ExecutorState;
use wire_java::{NodeId, Value};

use super::encoder::{Encoder, deploy};
use crate::mirror::{CLASSES, MARK, Mirror};

impl Encoder<'_> {
    pub(super) fn mirror(&mut self, mirror: Mirror) -> NodeId {
        let classes = CLASSES.iter().map(|class| self.class_of_any_release(class)).collect();
        let classes = self.sequence(classes);
        let mark = self.string(MARK);
        match mirror {
            Mirror::Driver => {
                self.object(deploy!("KillExecutors"), [("appId", mark), ("executorIds", classes)])
            }
            Mirror::Worker => {
                // A state in which the Worker has nothing else to do.
                let fields = [
                    ("appId", mark),
                    ("execId", Value::Int(0)),
                    ("state", self.executor_state(ExecutorState::Running)),
                    ("message", self.option(Some(classes))),
                    ("exitStatus", self.optional_int(None)),
                ];
                self.object(deploy!("ExecutorStateChanged"), fields)
            }
        }
    }
}
