//! The generic functions behind erased entries: turn JSON into typed input, call the node, turn its
//! output back into JSON. No decision is made here.

use futures::future::BoxFuture;
use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    Answer, Ask, Change, Channel, Ctx, Error, Fault, Finished, Followed, Intent, Known, People, Permission,
    Person, Polled, Prepared, Read, Reader, Seen, Settled, System, Transport, Trigger, Vote, Write,
};

type Call<'a, O> = BoxFuture<'a, Result<O, Error>>;

pub(crate) fn schema<T: JsonSchema>() -> Schema {
    schema_for!(T)
}

fn typed<T: DeserializeOwned>(node: &str, input: &Value) -> Result<T, Error> {
    T::deserialize(input)
        .map_err(|error| Error::refused("CN014", format!("the input of `{node}` does not fit: {error}")))
}

fn json<T: Serialize>(node: &str, output: T) -> Result<Value, Error> {
    serde_json::to_value(output)
        .map_err(|error| Error::refused("CN014", format!("the output of `{node}` is not JSON: {error}")))
}

/// Names the permissions of a node in a refusal for lack of them; only here both are known.
fn permitted(permissions: &[Permission], mut fault: Fault) -> Fault {
    if fault.code == "CN004" && fault.help.is_none() {
        fault.help = Permission::way_out(permissions);
    }
    fault
}

fn explained<O>(permissions: &[Permission], outcome: Result<O, Error>) -> Result<O, Error> {
    outcome.map_err(|error| match error {
        Error::Refused(fault) => Error::Refused(permitted(permissions, fault)),
        other => other,
    })
}

pub(crate) fn run<'a, S: System, N: Read<S>>(
    transport: &'a dyn Transport,
    ctx: &'a Ctx,
    input: &'a Value,
) -> Call<'a, Value> {
    Box::pin(async move {
        let input: N::Input = typed(N::NAME, input)?;
        let output = N::run(&Reader::new(transport), ctx, &input).await;
        json(N::NAME, explained(N::PERMISSIONS, output)?)
    })
}

pub(crate) fn prepare<'a, S: System, N: Write<S>>(
    transport: &'a dyn Transport,
    ctx: &'a Ctx,
    input: &'a Value,
) -> Call<'a, Prepared<Value>> {
    Box::pin(async move {
        let input: N::Input = typed(N::NAME, input)?;
        Ok(match explained(N::PERMISSIONS, N::prepare(&Reader::new(transport), ctx, &input).await)? {
            Prepared::AlreadySo(output) => Prepared::AlreadySo(json(N::NAME, output)?),
            Prepared::Change(change) => Prepared::Change(change),
        })
    })
}

pub(crate) fn finish<S: System, N: Write<S>>(
    ctx: &Ctx,
    input: &Value,
    answer: &Answer,
) -> Result<Finished<Value>, Error> {
    let input: N::Input = typed(N::NAME, input)?;
    Ok(match N::finish(ctx, &input, answer)? {
        Finished::Done { output, not_applied, undo } => {
            Finished::Done { output: json(N::NAME, output)?, not_applied, undo }
        }
        Finished::Pending { handle, after } => Finished::Pending { handle, after },
        Finished::Refused(fault) => Finished::Refused(permitted(N::PERMISSIONS, fault)),
    })
}

pub(crate) fn follow<'a, S: System, N: Write<S>>(
    transport: &'a dyn Transport,
    ctx: &'a Ctx,
    input: &'a Value,
    handle: &'a Value,
) -> Call<'a, Followed<Value>> {
    Box::pin(async move {
        let input: N::Input = typed(N::NAME, input)?;
        Ok(match explained(N::PERMISSIONS, N::follow(&Reader::new(transport), ctx, &input, handle).await)? {
            Followed::Done(output) => Followed::Done(json(N::NAME, output)?),
            Followed::Pending { handle, after } => Followed::Pending { handle, after },
        })
    })
}

pub(crate) fn settle<'a, S: System, N: Write<S>>(
    transport: &'a dyn Transport,
    ctx: &'a Ctx,
    input: &'a Value,
    intent: &'a Intent,
) -> Call<'a, Settled<Value>> {
    Box::pin(async move {
        let input: N::Input = typed(N::NAME, input)?;
        Ok(match explained(N::PERMISSIONS, N::settle(&Reader::new(transport), ctx, &input, intent).await)? {
            Settled::Happened(output) => Settled::Happened(json(N::NAME, output)?),
            Settled::DidNotHappen => Settled::DidNotHappen,
            Settled::LookAgain { after } => Settled::LookAgain { after },
            Settled::CannotTell => Settled::CannotTell,
        })
    })
}

pub(crate) fn poll<'a, S: System, N: Trigger<S>>(
    transport: &'a dyn Transport,
    ctx: &'a Ctx,
    input: &'a Value,
    known: &'a Known,
) -> Call<'a, Polled<Value>> {
    Box::pin(async move {
        let input: N::Input = typed(N::NAME, input)?;
        let polled = explained(N::PERMISSIONS, N::poll(&Reader::new(transport), ctx, &input, known).await)?;
        let events = polled
            .events
            .into_iter()
            .map(|seen| Ok(Seen { id: seen.id, event: json(N::NAME, seen.event)? }))
            .collect::<Result<_, Error>>()?;
        Ok(Polled { events, cursor: polled.cursor, known: polled.known, more: polled.more })
    })
}

pub(crate) fn resolve<'a, S: System, N: People<S>>(
    transport: &'a dyn Transport,
    ctx: &'a Ctx,
    input: &'a Value,
) -> Call<'a, Vec<Person>> {
    Box::pin(async move {
        let input: N::Input = typed(N::NAME, input)?;
        explained(N::PERMISSIONS, N::resolve(&Reader::new(transport), ctx, &input).await)
    })
}

pub(crate) fn join<'a, S: System, N: Channel<S>>(
    transport: &'a dyn Transport,
    ctx: &'a Ctx,
    person: &'a Person,
) -> Call<'a, Person> {
    Box::pin(async move { explained(N::PERMISSIONS, N::join(&Reader::new(transport), ctx, person).await) })
}

pub(crate) fn open<'a, S: System, N: Channel<S>>(
    transport: &'a dyn Transport,
    ctx: &'a Ctx,
    ask: &'a Ask,
) -> Call<'a, Vec<Change>> {
    Box::pin(async move { explained(N::PERMISSIONS, N::open(&Reader::new(transport), ctx, ask).await) })
}

pub(crate) fn votes<'a, S: System, N: Channel<S>>(
    transport: &'a dyn Transport,
    ctx: &'a Ctx,
    ask: &'a Ask,
) -> Call<'a, Vec<Vote>> {
    Box::pin(async move { explained(N::PERMISSIONS, N::votes(&Reader::new(transport), ctx, ask).await) })
}

pub(crate) fn close<'a, S: System, N: Channel<S>>(
    transport: &'a dyn Transport,
    ctx: &'a Ctx,
    ask: &'a Ask,
) -> Call<'a, Vec<Change>> {
    Box::pin(async move { explained(N::PERMISSIONS, N::close(&Reader::new(transport), ctx, ask).await) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph;

    #[test]
    fn a_refusal_for_lack_of_rights_names_the_permissions_of_the_node() {
        let permissions = [graph("User.Read.All"), graph("GroupMember.Read.All")];
        let help = |fault: Fault| permitted(&permissions, fault).help;
        assert_eq!(
            help(Fault::new("CN004", "refused")).as_deref(),
            Some(
                "it needs application permission `User.Read.All` with an admin's consent and \
                 application permission `GroupMember.Read.All` with an admin's consent"
            )
        );
        assert_eq!(help(Fault::new("CN004", "refused").help("a rule")).as_deref(), Some("a rule"));
        assert_eq!(help(Fault::new("CN005", "missing")), None);
    }
}
