//! Why a create request is refused.

/// In the words that Spark's answer begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The client's fault: 400, `Malformed request: ` in front.
    Malformed(String),
    /// A message of the protocol, but none that asks for something: 400.
    Unexpected(String),
    /// What Spark meets with an exception that nobody catches: a page with status 500.
    Exception(String),
}

impl Refusal {
    /// The body is no JSON, or a field is not of its type. Jackson's words are its own; these name field and place.
    pub(super) fn unreadable(what: impl std::fmt::Display) -> Self {
        Self::Malformed(format!("the body cannot be read: {what}"))
    }

    /// The JSON names no action.
    pub(super) fn no_action(body: &str) -> Self {
        Self::missing(&format!("Action field not found in JSON:\n{body}"))
    }

    /// Something that a driver cannot do without.
    pub(super) fn missing(what: &str) -> Self {
        Self::Malformed(format!("org.apache.spark.deploy.rest.SubmitRestMissingFieldException: {what}"))
    }

    /// A message whose fields are not as they have to be; where Spark goes on with a stack trace, the reason.
    pub(super) fn invalid(message: &str, reason: &str) -> Self {
        Self::Malformed(format!(
            "org.apache.spark.deploy.rest.SubmitRestProtocolException: Validation of message {message} failed!\n\t{reason}"
        ))
    }

    /// A number that is none.
    pub(super) fn not_a_number(text: &str) -> Self {
        let why = if text.trim().is_empty() {
            "empty String".to_owned()
        } else {
            format!("For input string: \"{text}\"")
        };
        Self::Exception(format!("java.lang.NumberFormatException: {why}"))
    }

    /// What Spark's own code throws.
    pub(super) fn spark(text: impl std::fmt::Display) -> Self {
        Self::Exception(format!("org.apache.spark.SparkException: {text}"))
    }
}
