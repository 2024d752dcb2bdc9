//! Channels: where a gate is shown to people and answered.

use std::future::Future;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Change, Ctx, Error, Permission, Person, Reader, System};

/// What people are asked, for one stage of a gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// One line: who asks for what.
    pub subject: String,
    /// What the approver should see besides, as lines of text.
    #[serde(default)]
    pub details: Vec<String>,
    /// The record that the question belongs to, where the channel hangs questions on records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    /// Who is asked, already joined to the channel's own identity.
    pub approvers: Vec<Person>,
}

/// What a person decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// Yes.
    Approved,
    /// No.
    Rejected,
}

/// One decision of one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// Who decided.
    pub by: Person,
    /// What they decided.
    pub choice: Choice,
    /// When, in UTC.
    pub at: Timestamp,
    /// What they wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// A node that shows a gate and learns its decisions. It opens and closes a gate by a list of
/// housekeeping changes that go out through the same door as every other change.
///
/// The changes must carry keys of their own (derived from [`Ctx::key`]), so that asking for them again
/// after a crash gives only those that are still missing, and sending one twice is refused by the platform.
pub trait Channel<S: System>: Send + Sync + 'static {
    /// What an author writes after `via`, such as `servicenow`.
    const NAME: &'static str;
    /// Where people decide, one line without a period.
    const SUMMARY: &'static str;
    /// What it needs from the platform.
    const PERMISSIONS: &'static [Permission];
    /// Whether its questions hang on a record, so that a gate must name one.
    const NEEDS_RECORD: bool = false;

    /// Completes a person with the identity that this channel knows them by.
    ///
    /// # Errors
    /// [`Error::Refused`] where nobody or more than one matches: nobody is guessed.
    fn join(
        reader: &Reader<'_, S>,
        ctx: &Ctx,
        person: &Person,
    ) -> impl Future<Output = Result<Person, Error>> + Send;

    /// The changes still missing until every approver is asked; empty when the gate is open.
    ///
    /// # Errors
    /// What the connection said.
    fn open(
        reader: &Reader<'_, S>,
        ctx: &Ctx,
        ask: &Ask,
    ) -> impl Future<Output = Result<Vec<Change>, Error>> + Send;

    /// The decisions so far of the people who were asked, each checked to be their own.
    ///
    /// # Errors
    /// What the connection said.
    fn votes(
        reader: &Reader<'_, S>,
        ctx: &Ctx,
        ask: &Ask,
    ) -> impl Future<Output = Result<Vec<Vote>, Error>> + Send;

    /// The changes still missing until nobody is asked any more; empty when the gate is closed.
    ///
    /// # Errors
    /// What the connection said.
    fn close(
        reader: &Reader<'_, S>,
        ctx: &Ctx,
        ask: &Ask,
    ) -> impl Future<Output = Result<Vec<Change>, Error>> + Send;
}
