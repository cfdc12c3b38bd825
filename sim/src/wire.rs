//! Messages as they cross a real wire: written as Java and read again.

use model::message::Reply;
use wire_deploy::{Family, Message, decode_message, decode_reply, encode_message, encode_reply};

use model::message::{ToDriver, ToWorker};

use crate::network::Frame;

/// A frame after a journey in a family's form.
///
/// # Errors
/// When what was written cannot be read, or reads as something else.
pub(crate) fn carry(frame: Frame, family: Family) -> Result<Frame, String> {
    match frame {
        Frame::ToMaster(message) => match carry_message(&Message::ToMaster(message), family)? {
            Message::ToMaster(message) => Ok(Frame::ToMaster(message)),
            other => Err(format!("a message to a Master reads as {other:?}")),
        },
        Frame::Ask(request, message) => match carry_message(&Message::ToMaster(message), family)? {
            Message::ToMaster(message) => Ok(Frame::Ask(request, message)),
            other => Err(format!("a question to a Master reads as {other:?}")),
        },
        Frame::ToWorker(message) => match carry_message(&Message::ToWorker(message), family)? {
            Message::ToWorker(message) => Ok(Frame::ToWorker(message)),
            // One class for both: the endpoint that it goes to tells them apart.
            Message::ToDriver(ToDriver::MasterChanged { master, master_web_ui_url }) => {
                Ok(Frame::ToWorker(ToWorker::MasterChanged { master, master_web_ui_url }))
            }
            other => Err(format!("a message to a Worker reads as {other:?}")),
        },
        Frame::ToDriver(message) => match carry_message(&Message::ToDriver(message), family)? {
            Message::ToDriver(message) => Ok(Frame::ToDriver(message)),
            Message::ToWorker(ToWorker::MasterChanged { master, master_web_ui_url }) => {
                Ok(Frame::ToDriver(ToDriver::MasterChanged { master, master_web_ui_url }))
            }
            other => Err(format!("a message to a driver reads as {other:?}")),
        },
        Frame::Reply(request, reply) => Ok(Frame::Reply(request, carry_reply(&reply, family)?)),
        Frame::Verify | Frame::Verified => Ok(frame),
    }
}

fn carry_message(message: &Message, family: Family) -> Result<Message, String> {
    let bytes = encode_message(message, family);
    let (read, _) =
        decode_message(&bytes).map_err(|error| format!("{message:?} cannot be read again: {error}"))?;
    Ok(read)
}

fn carry_reply(reply: &Reply, family: Family) -> Result<Reply, String> {
    let bytes = encode_reply(reply, family);
    decode_reply(&bytes).map_err(|error| format!("{reply:?} cannot be read again: {error}"))
}
