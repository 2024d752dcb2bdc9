//! The contract between Drawbridge and its connectors.
//!
//! A connector registers nodes: [`Read`], [`Write`], [`Trigger`], [`People`], [`Channel`] and [`Record`].
//! It sees a [`Reader`], a [`Ctx`] and its typed input; it never sees a workflow, a run or another
//! connector, and it cannot write: a [`Write`] returns the [`Change`] it wants and the runtime alone sends
//! it.
//!
//! This crate uses no other crate of the house.

mod secret;

mod effect;
mod person;

mod declares;

mod fault;
mod request;

mod change;
mod outcome;

mod ctx;
mod transport;

mod action;
mod channel;
mod people;
mod record;
mod trigger;

mod entry;
mod entry_calls;

mod catalog;

pub use action::{Read, Write};
pub use catalog::Catalog;
pub use change::{Change, Digest, FieldChange, Intent, Undo};
pub use channel::{Ask, Channel, Choice, Vote};
pub use ctx::{Ctx, IdempotencyKey};
pub use declares::Declares;
pub use effect::{Effect, EffectRefused, Permission, graph, record_table, servicenow_role};
pub use entry::{ChannelEntry, Entry, Kind, PeopleEntry, ReadEntry, RecordEntry, TriggerEntry, WriteEntry};
pub use fault::{Error, Fault};
pub use futures::future::BoxFuture;
pub use outcome::{Finished, Followed, Prepared, Settled};
pub use people::People;
pub use person::{Person, PersonKey};
pub use record::Record;
pub use request::{Answer, Body, Method, Request, Target};
pub use secret::Secret;
pub use transport::{Reader, System, Transport};
pub use trigger::{Known, KnownChange, Polled, Seen, Trigger};
