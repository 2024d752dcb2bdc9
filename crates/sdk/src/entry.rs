//! Nodes with their types erased, as the catalogue and the runtime hold them. Built in const context,
//! so registering a node costs nothing at start-up.

use futures::future::BoxFuture;
use jiff::SignedDuration;
use schemars::Schema;
use serde_json::Value;

use crate::entry_calls as calls;
use crate::{
    Answer, Ask, Change, Channel, Ctx, Effect, EffectRefused, Error, Finished, Followed, Intent, Known,
    People, Permission, Person, Polled, Prepared, Read, Record, Settled, System, Transport, Trigger, Vote,
    Write,
};

type Call<'a, O> = BoxFuture<'a, Result<O, Error>>;

/// One registered node.
#[derive(Debug)]
pub struct Entry {
    /// Full name, as written in a workflow.
    pub name: &'static str,
    /// One line about it.
    pub summary: &'static str,
    /// An example of its input in YAML; empty for a channel and a record.
    pub example: &'static str,
    /// Name of the system it belongs to.
    pub system: &'static str,
    /// Whether it needs a configured connection.
    pub connected: bool,
    /// What it needs from the platform.
    pub permissions: &'static [Permission],
    /// JSON Schema of its input.
    pub input: fn() -> Schema,
    /// What it is and how it is called.
    pub kind: Kind,
}

/// What a node is.
#[derive(Debug)]
pub enum Kind {
    /// An action that changes nothing.
    Read(ReadEntry),
    /// An action that makes one change.
    Write(WriteEntry),
    /// What starts a run.
    Trigger(TriggerEntry),
    /// Who decides.
    People(PeopleEntry),
    /// Where they decide.
    Channel(ChannelEntry),
    /// What a thing looks like.
    Record(RecordEntry),
}

impl Kind {
    /// The word for it.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Read(_) => "read",
            Self::Write(_) => "write",
            Self::Trigger(_) => "trigger",
            Self::People(_) => "people",
            Self::Channel(_) => "channel",
            Self::Record(_) => "record",
        }
    }
}

/// How a [`Read`] is called.
#[derive(Debug)]
pub struct ReadEntry {
    /// JSON Schema of the output.
    pub output: fn() -> Schema,
    /// [`Read::run`].
    pub run: for<'a> fn(&'a dyn Transport, &'a Ctx, &'a Value) -> Call<'a, Value>,
}

/// How a [`Write`] is called.
#[derive(Debug)]
pub struct WriteEntry {
    /// JSON Schema of the output.
    pub output: fn() -> Schema,
    /// [`Write::EFFECT`].
    pub widest: Effect,
    /// [`Write::LITERAL`].
    pub literal: &'static [&'static str],
    /// [`Write::WEIGHT`].
    pub weight: u32,
    /// [`Write::effect`].
    pub effect: fn(&Value) -> Result<Effect, EffectRefused>,
    /// [`Write::prepare`].
    pub prepare: for<'a> fn(&'a dyn Transport, &'a Ctx, &'a Value) -> Call<'a, Prepared<Value>>,
    /// [`Write::finish`].
    pub finish: fn(&Ctx, &Value, &Answer) -> Result<Finished<Value>, Error>,
    /// [`Write::follow`].
    pub follow: for<'a> fn(&'a dyn Transport, &'a Ctx, &'a Value, &'a Value) -> Call<'a, Followed<Value>>,
    /// [`Write::settle`].
    pub settle: for<'a> fn(&'a dyn Transport, &'a Ctx, &'a Value, &'a Intent) -> Call<'a, Settled<Value>>,
}

/// How a [`Trigger`] is called.
#[derive(Debug)]
pub struct TriggerEntry {
    /// JSON Schema of the event.
    pub event: fn() -> Schema,
    /// [`Trigger::EVERY`].
    pub every: SignedDuration,
    /// [`Trigger::poll`].
    pub poll: for<'a> fn(&'a dyn Transport, &'a Ctx, &'a Value, &'a Known) -> Call<'a, Polled<Value>>,
}

/// How a [`People`] source is called.
#[derive(Debug)]
pub struct PeopleEntry {
    /// [`People::resolve`].
    pub resolve: for<'a> fn(&'a dyn Transport, &'a Ctx, &'a Value) -> Call<'a, Vec<Person>>,
}

/// How a [`Channel`] is called.
#[derive(Debug)]
pub struct ChannelEntry {
    /// [`Channel::NEEDS_RECORD`].
    pub needs_record: bool,
    /// [`Channel::join`].
    pub join: for<'a> fn(&'a dyn Transport, &'a Ctx, &'a Person) -> Call<'a, Person>,
    /// [`Channel::open`].
    pub open: for<'a> fn(&'a dyn Transport, &'a Ctx, &'a Ask) -> Call<'a, Vec<Change>>,
    /// [`Channel::votes`].
    pub votes: for<'a> fn(&'a dyn Transport, &'a Ctx, &'a Ask) -> Call<'a, Vec<Vote>>,
    /// [`Channel::close`].
    pub close: for<'a> fn(&'a dyn Transport, &'a Ctx, &'a Ask) -> Call<'a, Vec<Change>>,
}

/// What is known of a [`Record`].
#[derive(Debug)]
pub struct RecordEntry {
    /// JSON Schema of its fields.
    pub fields: fn() -> Schema,
    /// [`Record::KEY`].
    pub key: &'static str,
    /// [`Record::NEEDED`].
    pub needed: &'static [&'static str],
    /// [`Record::READ_ONLY`].
    pub read_only: &'static [&'static str],
    /// [`Record::CUSTOM`].
    pub custom: &'static [&'static str],
    /// [`Record::READS_TEXT`].
    pub reads_text: bool,
}

impl Entry {
    /// The entry of a read.
    #[must_use]
    pub const fn read<S: System, N: Read<S>>() -> Self {
        Self {
            name: N::NAME,
            summary: N::SUMMARY,
            example: N::EXAMPLE,
            system: S::NAME,
            connected: S::CONNECTED,
            permissions: N::PERMISSIONS,
            input: calls::schema::<N::Input>,
            kind: Kind::Read(ReadEntry { output: calls::schema::<N::Output>, run: calls::run::<S, N> }),
        }
    }

    /// The entry of a write.
    #[must_use]
    pub const fn write<S: System, N: Write<S>>() -> Self {
        Self {
            name: N::NAME,
            summary: N::SUMMARY,
            example: N::EXAMPLE,
            system: S::NAME,
            connected: S::CONNECTED,
            permissions: N::PERMISSIONS,
            input: calls::schema::<N::Input>,
            kind: Kind::Write(WriteEntry {
                output: calls::schema::<N::Output>,
                widest: N::EFFECT,
                literal: N::LITERAL,
                weight: N::WEIGHT,
                effect: N::effect,
                prepare: calls::prepare::<S, N>,
                finish: calls::finish::<S, N>,
                follow: calls::follow::<S, N>,
                settle: calls::settle::<S, N>,
            }),
        }
    }

    /// The entry of a trigger.
    #[must_use]
    pub const fn trigger<S: System, N: Trigger<S>>() -> Self {
        Self {
            name: N::NAME,
            summary: N::SUMMARY,
            example: N::EXAMPLE,
            system: S::NAME,
            connected: S::CONNECTED,
            permissions: N::PERMISSIONS,
            input: calls::schema::<N::Input>,
            kind: Kind::Trigger(TriggerEntry {
                event: calls::schema::<N::Event>,
                every: N::EVERY,
                poll: calls::poll::<S, N>,
            }),
        }
    }

    /// The entry of a people source.
    #[must_use]
    pub const fn people<S: System, N: People<S>>() -> Self {
        Self {
            name: N::NAME,
            summary: N::SUMMARY,
            example: N::EXAMPLE,
            system: S::NAME,
            connected: S::CONNECTED,
            permissions: N::PERMISSIONS,
            input: calls::schema::<N::Input>,
            kind: Kind::People(PeopleEntry { resolve: calls::resolve::<S, N> }),
        }
    }

    /// The entry of a channel.
    #[must_use]
    pub const fn channel<S: System, N: Channel<S>>() -> Self {
        Self {
            name: N::NAME,
            summary: N::SUMMARY,
            example: "",
            system: S::NAME,
            connected: S::CONNECTED,
            permissions: N::PERMISSIONS,
            input: calls::schema::<()>,
            kind: Kind::Channel(ChannelEntry {
                needs_record: N::NEEDS_RECORD,
                join: calls::join::<S, N>,
                open: calls::open::<S, N>,
                votes: calls::votes::<S, N>,
                close: calls::close::<S, N>,
            }),
        }
    }

    /// The entry of a record.
    #[must_use]
    pub const fn record<S: System, N: Record<S>>() -> Self {
        Self {
            name: N::NAME,
            summary: N::SUMMARY,
            example: "",
            system: S::NAME,
            connected: S::CONNECTED,
            permissions: &[],
            input: calls::schema::<()>,
            kind: Kind::Record(RecordEntry {
                fields: calls::schema::<N::Fields>,
                key: N::KEY,
                needed: N::NEEDED,
                read_only: N::READ_ONLY,
                custom: N::CUSTOM,
                reads_text: N::READS_TEXT,
            }),
        }
    }
}

/// Lists the nodes of one system as `pub const NODES`. Keep the `mod` lines outside, or formatting
/// skips the files.
///
/// ```
/// # use drawbridge_sdk::System;
/// struct Directory;
/// # impl System for Directory {
/// #     const NAME: &'static str = "directory";
/// #     const TITLE: &'static str = "Directory";
/// #     const READ_POSTS: &'static [&'static str] = &[];
/// # }
/// drawbridge_sdk::nodes! { Directory; }
/// assert!(NODES.is_empty());
/// ```
#[macro_export]
macro_rules! nodes {
    ($system:ty; $($kind:ident $node:ty),* $(,)?) => {
        /// The nodes of this folder.
        pub const NODES: &[$crate::Entry] = &[$($crate::Entry::$kind::<$system, $node>()),*];
    };
}
