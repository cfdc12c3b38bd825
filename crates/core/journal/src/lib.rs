//! The recovery log, over any store that can create if absent, read, list and delete: who leads, what is durable, and
//! when a snapshot takes the place of what is before it.
//!
//! ```text
//!   Journal::open ──► Ask{list, read, create} ◄──► answer ──► Opened{memory}
//!        append(changes, token) ──► Ask{create} ◄──► answer ──► Durable{token}
//!                                                          └──► Ended: another leads, or the log is damaged
//!   poll_effect()      what to ask and what to know, in order       poll_timeout(), handle_timeout(now)
//! ```
//!
//! # What stands in the store
//!
//! ```text
//!   1/0 claim   1/1 complete(1)   1/2 batch ...   1/9 seal(2)          epoch 1, which is over
//!   2/0 claim   2/1.0 2/1.1 parts   2/1 complete(1)   2/2 batch   2/3 batch ...
//! ```
//!
//! Entries are numbered within an epoch. `complete(Q)` says that the parts `Q.0, Q.1, ...` hold the memory that all
//! entries before `Q` make: who reads begins with the last `complete` and applies the entries from its `Q` on. An epoch's
//! first `complete` stands at 1, before any batch, and holds what all older epochs made.
//!
//! # The protocol
//!
//! *To open.*
//! 1. **Look.** List and read, without writing: a log that cannot be read is left to whoever has it.
//! 2. **Claim.** Create `X/0`, where `X - 1` is the last epoch. If another's stands there, it was faster: end.
//! 3. **List again.** If there is an epoch above `X`: end.
//! 4. **Seal** the epochs below, the last one first, each at its first free position, down to the first that has a
//!    `complete`; if the position is taken, take in what stands there and go to the next. What that epoch holds up to its
//!    seal is the memory. If no epoch has a `complete`, it is empty.
//! 5. **Begin.** Create the parts of a snapshot, then `X/1 complete(1)`. Created: `Opened`. Taken: end.
//!
//! *To append.* Create the next position, one at a time, with the same content until it is known what became of it.
//! Created, or what stands there is ours: durable. Something else stands there: it is a seal; end.
//!
//! *To delete* what a `complete` that is durable replaces (entries and parts of the epoch before its `Q`; of older epochs
//! all but claims and seals): first read `X + 1/0`. If it is there: end. Claims and seals are never deleted.
//!
//! # Why one leads, and nothing durable is lost
//!
//! Requests may be late, repeated, carried out though they failed; a list may miss what comes or goes while it is made;
//! a process may stand still between any two steps.
//!
//! 1. *One owner.* `X/0` is never deleted, so only one creates it. Nobody else writes `X/1` and on but seals.
//! 2. *What a claimer sees does not go away.* Say that the owner of `Y < X` deletes a round. It read `Y + 1/0` absent, and
//!    epochs are claimed one after the other, so `X/0` was created later than that; and its `complete(Q)` was durable before it
//!    read. The list of step 3 is later than the claim: it shows that `complete` or a later one. The next round's look
//!    at `Y + 1/0` finds the claim. So from step 3 on nothing at or behind the `Q` of the last `complete` that the list
//!    shows is deleted by an older epoch's owner, however late its deletions arrive.
//! 3. *A seal is at the end.* By 2 the position that step 4 tries, behind one that is there, was never deleted, so
//!    that the create is a true compare-and-swap against the owner's next append: one of the two succeeds. Behind the
//!    seal nothing is ever created, for the owner and every other sealer go one by one and read what they find.
//! 4. *Nothing is lost.* All that was durable in `Y` is before its seal, so step 4 reads it. An owner that wakes later tries
//!    the seal's position, or once more the one before it, whose content was its own and has been taken in.
//! 5. *A later owner may delete what 2 protects* while a claimer still reads or seals: then the claimer may seal in a
//!    hole, or miss something. But that later owner has opened, so it has sealed `X`, and the seal never goes: step 5
//!    finds `X/1` taken. A claimer that misses something looks for `X + 1/0` and says `Fenced`, not `Missing`.
//! 6. *A crash at any point* leaves a claim, perhaps seals, perhaps parts without their `complete`. The next one claims
//!    `X + 1`, seals `X` at 1, and goes down to the same `complete`. Nothing of it was deleted, for 5 was not reached.
//! 7. *Late repetitions* of creates find their object, or what replaced it: they can land only where something was
//!    deleted, before a `Q` or in an epoch that is over, where nobody reads. A store may so keep some rubbish, which the next
//!    takeover deletes.
//!
//! The owner of an epoch that finds the next one claimed leaves before it is sealed: who claims has the lease. Two who
//! claim at the same time can so both lose; the lease makes that rare, and opening again is all that it takes.

mod desk;
mod end;
mod journal;
mod leader;
mod means;
mod message;
mod opening;
mod queue;
mod reading;
mod survey;

pub use end::End;
pub use journal::{Config, Journal, Writer};
pub use message::{Answer, Effect, Request};
pub use reading::memory_of;

#[cfg(test)]
mod tests;
