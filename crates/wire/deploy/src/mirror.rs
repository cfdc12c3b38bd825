//! Questions that a peer says back to whoever asks: classes of Spark in a message that it forwards without a look.
//!
//! A class that stands in a stream by itself, with a descriptor that does not call it serializable, is taken by a reader
//! whatever its serialVersionUID (`ObjectStreamClass.initNonProxy`, JDK 17). When the reader writes it again it does so
//! with the serialVersionUID that the class has at home. So what comes back tells releases apart which send the same
//! messages otherwise.
//!
//! The classes are those of which every task is made, so that a driver has to have them and executors that read its tasks
//! have to agree with it on them; and one that changed in releases in which those did not.

use wire_java::Limits;

use crate::Origin;
use crate::decode::DEPLOY_MESSAGES;

/// Who is to say classes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mirror {
    /// A driver's `AppClient`, which asks its Master to kill what it is asked to kill
    /// (`StandaloneAppClient.askAndReplyAsync`, 3.4 to 4.3). To be asked once it has got its
    /// [`RegisteredApplication`](model::message::ToDriver::RegisteredApplication); before that it warns in its log.
    Driver,
    /// A Worker, which asks its Master to take note of the state of an executor that it is told
    /// (`Worker.syncExecutorStateWithMaster`, 3.4 to 4.3). It is told by a one-way message, after its
    /// [`RegisteredWorker`](model::message::ToWorker::RegisteredWorker).
    Worker,
}

/// Stands where an application's id belongs, so that nobody takes the message for what it looks like.
pub(crate) const MARK: &str = "hearth-which-spark-are-you";

/// The classes that are said back.
pub(crate) const CLASSES: [&str; 4] = [
    "org.apache.spark.rdd.RDD",
    "org.apache.spark.scheduler.Task",
    "org.apache.spark.util.AccumulatorV2",
    "org.apache.spark.deploy.history.CompactionResultCode$",
];

/// What a peer tells that says our classes back; none where the stream is anything else.
///
/// Such a message is always answered with [`Reply::Boolean`](model::message::Reply::Boolean), however late it comes: a
/// Worker says it until it has an answer.
pub fn decode_mirror(stream: &[u8]) -> Option<Origin> {
    let graph = wire_java::read(stream, &Limits::default()).ok()?;
    let message = graph.object(graph.root()?)?;
    let class = message.class().name.to_str();
    let is_asked_back =
        matches!(class.strip_prefix(DEPLOY_MESSAGES), Some("KillExecutors" | "ExecutorStateChanged"));
    let wire_java::Value::Node(application) = message.field("appId")? else { return None };
    (is_asked_back && *graph.text(application)? == *MARK).then(|| Origin::of(&graph))
}

#[cfg(test)]
mod tests;
