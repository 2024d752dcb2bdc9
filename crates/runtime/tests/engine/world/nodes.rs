//! The nodes of the pretend system: a read, writes with and without a key, an order that completes
//! later, a gated write, a source of people, a channel and a trigger.

use drawbridge_sdk::{
    Answer, Ask, Change, Channel, Choice, Ctx, Effect, Error, Finished, Followed, Intent, Known, Method,
    People, Permission, Person, Polled, Prepared, Read, Reader, Request, Seen, Settled, System, Trigger,
    Vote, Write,
};
use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The pretend system.
pub(crate) struct Fake;

impl System for Fake {
    const NAME: &'static str = "fake";
    const TITLE: &'static str = "Pretend system";
    const READ_POSTS: &'static [&'static str] = &[];
}

drawbridge_sdk::nodes! { Fake; read Get, write Note, write Mail, write Order, write Member, people Owners, channel Desk, trigger ThingSeen }

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Name {
    name: String,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct Thing {
    name: String,
    value: i64,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct Made {
    done: bool,
}

const fn made() -> Made {
    Made { done: true }
}

struct Get;

impl Read<Fake> for Get {
    const NAME: &'static str = "fake.thing.get";
    const SUMMARY: &'static str = "One thing";
    const EXAMPLE: &'static str = "name: a";
    const PERMISSIONS: &'static [Permission] = &[];
    type Input = Name;
    type Output = Thing;

    async fn run(reader: &Reader<'_, Fake>, _: &Ctx, input: &Name) -> Result<Thing, Error> {
        let answer = reader.read(&Request::new(Method::Get, &["things", &input.name])).await?;
        Ok(Thing { name: input.name.clone(), value: answer.ok()?["value"].as_i64().unwrap_or_default() })
    }
}

async fn found(reader: &Reader<'_, Fake>, folder: &str, ctx: &Ctx) -> Result<Option<Value>, Error> {
    let answer = reader.read(&Request::new(Method::Get, &[folder, ctx.key.as_str()])).await?;
    if answer.status == 404 { Ok(None) } else { Ok(Some(answer.ok()?.clone())) }
}

fn change(folder: &str, ctx: &Ctx, name: &str) -> Change {
    let body = json!({ "key": ctx.key.as_str(), "name": name });
    Change::new(format!("add {name}"), Request::new(Method::Post, &[folder]).json(body))
}

/// Settles by the key in the record.
async fn settled(reader: &Reader<'_, Fake>, folder: &str, ctx: &Ctx) -> Result<Settled<Made>, Error> {
    Ok(match found(reader, folder, ctx).await? {
        Some(found) if found["unclear"] == true => {
            Settled::LookAgain { after: SignedDuration::from_secs(20) }
        }
        Some(_) => Settled::Happened(made()),
        None => Settled::DidNotHappen,
    })
}

fn finished(answer: &Answer) -> Result<Finished<Made>, Error> {
    Ok(match &answer.fault {
        Some(fault) => Finished::Refused(fault.clone()),
        None => Finished::done(made()),
    })
}

struct Note;

impl Write<Fake> for Note {
    const NAME: &'static str = "fake.note.add";
    const SUMMARY: &'static str = "Adds a note that carries its key";
    const EXAMPLE: &'static str = "name: a";
    const EFFECT: Effect = Effect::Ticket;
    const PERMISSIONS: &'static [Permission] = &[];
    type Input = Name;
    type Output = Made;

    async fn prepare(_: &Reader<'_, Fake>, ctx: &Ctx, input: &Name) -> Result<Prepared<Made>, Error> {
        Ok(Prepared::Change(change("notes", ctx, &input.name)))
    }

    fn finish(_: &Ctx, _: &Name, answer: &Answer) -> Result<Finished<Made>, Error> {
        finished(answer)
    }

    async fn settle(
        reader: &Reader<'_, Fake>,
        ctx: &Ctx,
        _: &Name,
        _: &Intent,
    ) -> Result<Settled<Made>, Error> {
        settled(reader, "notes", ctx).await
    }
}

struct Mail;

impl Write<Fake> for Mail {
    const NAME: &'static str = "fake.mail.send";
    const SUMMARY: &'static str = "Sends a mail that leaves no trace";
    const EXAMPLE: &'static str = "name: a";
    const EFFECT: Effect = Effect::Notify;
    const PERMISSIONS: &'static [Permission] = &[];
    type Input = Name;
    type Output = Made;

    async fn prepare(_: &Reader<'_, Fake>, ctx: &Ctx, input: &Name) -> Result<Prepared<Made>, Error> {
        Ok(Prepared::Change(change("mails", ctx, &input.name)))
    }

    fn finish(_: &Ctx, _: &Name, answer: &Answer) -> Result<Finished<Made>, Error> {
        finished(answer)
    }

    async fn settle(_: &Reader<'_, Fake>, _: &Ctx, _: &Name, _: &Intent) -> Result<Settled<Made>, Error> {
        Ok(Settled::CannotTell)
    }
}

struct Order;

impl Write<Fake> for Order {
    const NAME: &'static str = "fake.order.place";
    const SUMMARY: &'static str = "Places an order that completes later";
    const EXAMPLE: &'static str = "name: a";
    const EFFECT: Effect = Effect::Ticket;
    const PERMISSIONS: &'static [Permission] = &[];
    type Input = Name;
    type Output = Made;

    async fn prepare(_: &Reader<'_, Fake>, ctx: &Ctx, input: &Name) -> Result<Prepared<Made>, Error> {
        Ok(Prepared::Change(change("orders", ctx, &input.name)))
    }

    fn finish(_: &Ctx, input: &Name, _: &Answer) -> Result<Finished<Made>, Error> {
        Ok(Finished::Pending { handle: json!(input.name), after: SignedDuration::from_secs(10) })
    }

    async fn follow(
        reader: &Reader<'_, Fake>,
        _: &Ctx,
        _: &Name,
        handle: &Value,
    ) -> Result<Followed<Made>, Error> {
        let name = handle.as_str().unwrap_or_default();
        let answer = reader.read(&Request::new(Method::Get, &["orders", name])).await?;
        let after = SignedDuration::from_secs(10);
        Ok(match answer.ok()?["complete"] == true {
            true => Followed::Done(made()),
            false => Followed::Pending { handle: handle.clone(), after },
        })
    }

    async fn settle(
        reader: &Reader<'_, Fake>,
        ctx: &Ctx,
        _: &Name,
        _: &Intent,
    ) -> Result<Settled<Made>, Error> {
        settled(reader, "placed", ctx).await
    }
}

struct Member;

impl Write<Fake> for Member {
    const NAME: &'static str = "fake.member.add";
    const SUMMARY: &'static str = "Gives access";
    const EXAMPLE: &'static str = "name: a";
    const EFFECT: Effect = Effect::Grant;
    const PERMISSIONS: &'static [Permission] = &[];
    type Input = Name;
    type Output = Made;

    async fn prepare(reader: &Reader<'_, Fake>, ctx: &Ctx, input: &Name) -> Result<Prepared<Made>, Error> {
        Ok(match found(reader, "members", ctx).await? {
            Some(_) => Prepared::AlreadySo(made()),
            None => Prepared::Change(change("members", ctx, &input.name)),
        })
    }

    fn finish(_: &Ctx, _: &Name, answer: &Answer) -> Result<Finished<Made>, Error> {
        finished(answer)
    }

    async fn settle(
        reader: &Reader<'_, Fake>,
        ctx: &Ctx,
        _: &Name,
        _: &Intent,
    ) -> Result<Settled<Made>, Error> {
        settled(reader, "members", ctx).await
    }
}

struct Owners;

#[derive(Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Of(String);

impl People<Fake> for Owners {
    const NAME: &'static str = "fake.owners_of";
    const SUMMARY: &'static str = "Owners of a thing";
    const EXAMPLE: &'static str = "a";
    const PERMISSIONS: &'static [Permission] = &[];
    type Input = Of;

    async fn resolve(reader: &Reader<'_, Fake>, _: &Ctx, input: &Of) -> Result<Vec<Person>, Error> {
        let answer = reader.read(&Request::new(Method::Get, &["owners", &input.0])).await?;
        let names = answer.ok()?.as_array().cloned().unwrap_or_default();
        Ok(names.iter().filter_map(Value::as_str).map(Person::from_text).collect())
    }
}

struct Desk;

fn name(person: &Person) -> &str {
    person.upn.as_deref().unwrap_or_default()
}

async fn rows(reader: &Reader<'_, Fake>, ctx: &Ctx) -> Result<Vec<Value>, Error> {
    let answer = reader.read(&Request::new(Method::Get, &["rows", ctx.key.as_str()])).await?;
    Ok(answer.ok()?.as_array().cloned().unwrap_or_default())
}

impl Channel<Fake> for Desk {
    const NAME: &'static str = "fake";
    const SUMMARY: &'static str = "Rows of the pretend system";
    const PERMISSIONS: &'static [Permission] = &[];

    async fn join(reader: &Reader<'_, Fake>, _: &Ctx, person: &Person) -> Result<Person, Error> {
        let answer = reader.read(&Request::new(Method::Get, &["people", name(person)])).await?;
        Ok(Person { sys_id: answer.ok()?["id"].as_str().map(str::to_owned), ..person.clone() })
    }

    async fn open(reader: &Reader<'_, Fake>, ctx: &Ctx, ask: &Ask) -> Result<Vec<Change>, Error> {
        let rows = rows(reader, ctx).await?;
        let missing =
            ask.approvers.iter().filter(|person| !rows.iter().any(|row| row["person"] == name(person)));
        let row = |person: &Person| {
            let body =
                json!({ "key": format!("{}-{}", ctx.key.as_str(), name(person)), "person": name(person) });
            Change::new("ask", Request::new(Method::Post, &["rows"]).json(body))
        };
        Ok(missing.map(row).collect())
    }

    async fn votes(reader: &Reader<'_, Fake>, ctx: &Ctx, _: &Ask) -> Result<Vec<Vote>, Error> {
        let vote = |row: &Value| {
            let choice = match row["state"].as_str()? {
                "approved" => Choice::Approved,
                "rejected" => Choice::Rejected,
                _ => return None,
            };
            let by = Person::from_text(row["person"].as_str()?);
            Some(Vote { by, choice, at: ctx.now, comment: None })
        };
        Ok(rows(reader, ctx).await?.iter().filter_map(vote).collect())
    }

    async fn close(reader: &Reader<'_, Fake>, ctx: &Ctx, _: &Ask) -> Result<Vec<Change>, Error> {
        let rows = rows(reader, ctx).await?;
        let open = rows.iter().filter(|row| row["state"] == "asked");
        let withdraw = |row: &Value| {
            let key = row["key"].as_str().unwrap_or_default();
            Change::new("ask no longer", Request::new(Method::Delete, &["rows", key]))
        };
        Ok(open.map(withdraw).collect())
    }
}

struct ThingSeen;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

#[derive(Serialize, JsonSchema)]
pub(crate) struct Event {
    id: String,
    kind: String,
}

impl Trigger<Fake> for ThingSeen {
    const NAME: &'static str = "fake.thing.seen";
    const SUMMARY: &'static str = "A new thing";
    const EXAMPLE: &'static str = "{}";
    const PERMISSIONS: &'static [Permission] = &[];
    const EVERY: SignedDuration = SignedDuration::from_secs(60);
    type Input = Nothing;
    type Event = Event;

    async fn poll(
        reader: &Reader<'_, Fake>,
        _: &Ctx,
        _: &Nothing,
        known: &Known,
    ) -> Result<Polled<Event>, Error> {
        let answer = reader.read(&Request::new(Method::Get, &["feed"])).await?;
        let feed = answer.ok()?.as_array().cloned().unwrap_or_default();
        let seen = known.cursor.as_ref().and_then(Value::as_u64).map(|seen| usize::try_from(seen).unwrap());
        let text = |event: &Value, name: &str| event[name].as_str().unwrap_or_default().to_owned();
        let fresh = feed.iter().skip(seen.unwrap_or(feed.len()));
        let events = fresh
            .map(|event| Seen {
                id: text(event, "id"),
                event: Event { id: text(event, "id"), kind: text(event, "kind") },
            })
            .collect();
        Ok(Polled { events, cursor: json!(feed.len()), known: Vec::new(), more: false })
    }
}
