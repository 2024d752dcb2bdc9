//! A small catalogue: a read, a change and a grant of one pretend system. Its nodes are never called.

use drawbridge_sdk::{
    Answer, Ask, Catalog, Change, Channel, Ctx, Effect, Entry, Error, Finished, Intent, People, Permission,
    Person, Prepared, Read, Reader, Record, Settled, System, Vote, Write,
};
use serde_json::{Map, Value};

struct Pretend;

impl System for Pretend {
    const NAME: &'static str = "test";
    const TITLE: &'static str = "Test";
    const READ_POSTS: &'static [&'static str] = &[];
}

fn nothing<T>() -> Result<T, Error> {
    Err(Error::refused("CN000", "this catalogue only has schemas"))
}

struct Get;

impl Read<Pretend> for Get {
    const NAME: &'static str = "test.item.get";
    const SUMMARY: &'static str = "Reads";
    const EXAMPLE: &'static str = "";
    const PERMISSIONS: &'static [Permission] = &[];
    type Input = Map<String, Value>;
    type Output = Map<String, Value>;
    async fn run(_: &Reader<'_, Pretend>, _: &Ctx, _: &Self::Input) -> Result<Self::Output, Error> {
        nothing()
    }
}

macro_rules! write {
    ($node:ident, $name:literal, $effect:expr) => {
        struct $node;
        impl Write<Pretend> for $node {
            const NAME: &'static str = $name;
            const SUMMARY: &'static str = "Changes";
            const EXAMPLE: &'static str = "";
            const EFFECT: Effect = $effect;
            const PERMISSIONS: &'static [Permission] = &[];
            type Input = Map<String, Value>;
            type Output = Map<String, Value>;
            async fn prepare(
                _: &Reader<'_, Pretend>,
                _: &Ctx,
                _: &Self::Input,
            ) -> Result<Prepared<Self::Output>, Error> {
                nothing()
            }
            fn finish(_: &Ctx, _: &Self::Input, _: &Answer) -> Result<Finished<Self::Output>, Error> {
                nothing()
            }
            async fn settle(
                _: &Reader<'_, Pretend>,
                _: &Ctx,
                _: &Self::Input,
                _: &Intent,
            ) -> Result<Settled<Self::Output>, Error> {
                nothing()
            }
        }
    };
}

write!(Alter, "test.item.change", Effect::Ticket);
write!(Grant, "test.item.grant", Effect::Grant);

struct Boss;

impl People<Pretend> for Boss {
    const NAME: &'static str = "test.boss_of";
    const SUMMARY: &'static str = "The boss";
    const EXAMPLE: &'static str = "";
    const PERMISSIONS: &'static [Permission] = &[];
    type Input = String;
    async fn resolve(_: &Reader<'_, Pretend>, _: &Ctx, _: &String) -> Result<Vec<Person>, Error> {
        nothing()
    }
}

struct Board;

impl Channel<Pretend> for Board {
    const NAME: &'static str = "test";
    const SUMMARY: &'static str = "A board";
    const PERMISSIONS: &'static [Permission] = &[];
    async fn join(_: &Reader<'_, Pretend>, _: &Ctx, _: &Person) -> Result<Person, Error> {
        nothing()
    }
    async fn open(_: &Reader<'_, Pretend>, _: &Ctx, _: &Ask) -> Result<Vec<Change>, Error> {
        nothing()
    }
    async fn votes(_: &Reader<'_, Pretend>, _: &Ctx, _: &Ask) -> Result<Vec<Vote>, Error> {
        nothing()
    }
    async fn close(_: &Reader<'_, Pretend>, _: &Ctx, _: &Ask) -> Result<Vec<Change>, Error> {
        nothing()
    }
}

struct Thing;

impl Record<Pretend> for Thing {
    const NAME: &'static str = "test.thing";
    const SUMMARY: &'static str = "A thing with any fields";
    const KEY: &'static str = "id";
    const NEEDED: &'static [&'static str] = &[];
    const READ_ONLY: &'static [&'static str] = &[];
    type Fields = Map<String, Value>;
}

const NODES: &[Entry] = &[
    Entry::record::<Pretend, Thing>(),
    Entry::read::<Pretend, Get>(),
    Entry::write::<Pretend, Alter>(),
    Entry::write::<Pretend, Grant>(),
    Entry::people::<Pretend, Boss>(),
    Entry::channel::<Pretend, Board>(),
];

/// The catalogue.
pub(crate) fn catalog() -> Catalog {
    Catalog::new(&[NODES])
}
