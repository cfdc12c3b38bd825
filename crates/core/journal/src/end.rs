//! Why a journal is over.

use model::ObjectName;

/// Why a journal is over. What was appended and is not durable by now may be in the log or not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum End {
    /// Another process took the log over, or was faster: this one must not lead.
    #[error("the recovery log belongs to {by} since epoch {epoch}: this process does not lead any more")]
    Fenced {
        /// The epoch that is the other's, or a lower bound of it.
        epoch: u64,
        /// The other's id.
        by: String,
    },
    /// An object cannot be understood.
    #[error(
        "the recovery log is damaged in {object}: {text}. Nothing was overwritten or deleted. Look at the log with \
         'hearth inspect URL', then put the object back from a copy; or begin with an empty log elsewhere"
    )]
    Damaged {
        /// Which object.
        object: ObjectName,
        /// What is wrong with it.
        text: String,
    },
    /// An object that must be there is not.
    #[error(
        "the recovery log lacks {object}, without which it cannot be read. Nothing was overwritten or deleted. Look at \
         the log with 'hearth inspect URL', then put the object back from a copy; or begin with an empty log elsewhere"
    )]
    Missing {
        /// Which object.
        object: ObjectName,
    },
}
