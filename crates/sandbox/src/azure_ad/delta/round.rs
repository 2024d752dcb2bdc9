//! `/users/delta` and `/groups/delta`: rounds of changes driven by the change log alone.
//!
//! A group with many members is given in slices on several pages of one round, as the service does.
//!
//! Source: microsoft-graph.md section 5.

use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use crate::azure_ad::delta::feed::{Feed, GROUPS, Relation, USERS, reference};
use crate::azure_ad::delta::story::Story;
use crate::azure_ad::delta::token::{Place, Token};
use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::odata::page::link;
use crate::azure_ad::odata::token::seal;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::Tenant;

pub(crate) const ROUTES: &[Route] = &[
    route::get("/users/delta()", |tenant, request| delta(tenant, request, &USERS)),
    route::get("/groups/delta()", |tenant, request| delta(tenant, request, &GROUPS)),
];

/// Relations with their ids, each with whether it is there.
type Relations = Vec<(Relation, Vec<(String, bool)>)>;

/// One page of a round.
struct Page {
    items: Vec<Value>,
    /// Where the next page begins; nothing behind the last.
    next: Option<Place>,
}

fn delta(tenant: &mut Tenant, request: &Request, feed: &Feed) -> Outcome {
    refuse_options(request, feed)?;
    let options = &request.options;
    let (sent, page) = match (&options.skiptoken, &options.deltatoken) {
        (Some(token), _) => (Some(token.as_str()), true),
        (None, token) => (token.as_deref().filter(|token| !token.is_empty()), false),
    };
    match sent {
        None => round(tenant, request, feed, Token::fresh(tenant, request, feed, None)?),
        Some("latest") if !page => {
            let token = Token::fresh(tenant, request, feed, Some(tenant.head()))?;
            Ok(answer(request, feed, Vec::new(), ("deltatoken", &token)))
        }
        Some(text) => {
            let token = Token::open(text, feed)?;
            token.expire(tenant, request.now, &url(request, feed))?;
            let token = match token.from {
                // Changes that were given before may come again; consumers must bear it.
                Some(from) if !page => {
                    let again = from.saturating_sub(std::mem::take(&mut tenant.delta_replay));
                    token.next_round(request.now, again)
                }
                _ => token,
            };
            round(tenant, request, feed, token)
        }
    }
}

fn refuse_options(request: &Request, feed: &Feed) -> Result<(), GraphError> {
    let options = &request.options;
    for (name, sent) in [("$top", &options.top), ("$orderby", &options.orderby), ("$search", &options.search)]
    {
        if sent.is_some() {
            return Err(GraphError::unsupported_query(format!("{name} is not supported in a delta query.")));
        }
    }
    let members = feed.relations.contains(&Relation::Members);
    match &options.expand {
        Some(expand) if !(members && expand.eq_ignore_ascii_case("members")) => Err(
            GraphError::unsupported_query(format!("$expand={expand} is not supported in this delta query.")),
        ),
        _ => Ok(()),
    }
}

/// One page of a round and the link behind it.
fn round(tenant: &Tenant, request: &Request, feed: &Feed, token: Token) -> Outcome {
    let to = token.to.unwrap_or_else(|| tenant.head());
    let page = match token.from {
        None => baseline(tenant, feed, &token),
        Some(from) => changed(tenant, request, feed, &token, (from, to)),
    };
    let next = match page.next {
        Some(place) => ("skiptoken", token.next_page(request.now, to, place)),
        None => ("deltatoken", token.next_round(request.now, to)),
    };
    Ok(answer(request, feed, page.items, (next.0, &next.1)))
}

/// Everything that is there. Counts places in the order of creation, so objects that come or go
/// between two pages disturb nothing; what comes later is in the next round.
fn baseline(tenant: &Tenant, feed: &Feed, token: &Token) -> Page {
    let total = tenant.directory.count(feed.kind);
    let mut items = Vec::new();
    let mut place = token.place.clone();
    while place.done < total && items.len() < tenant.delta_page_size {
        let object = tenant.directory.at(feed.kind, place.done).filter(|object| object.is_live());
        if let Some(object) = object.filter(|object| token.wants(&object.id)) {
            let there = |relation: &Relation| {
                let ids = relation.of(tenant, object).into_iter().map(|id| (id, true)).collect();
                (*relation, ids)
            };
            let relations = token.followed(feed).iter().map(there).collect();
            let mut item = shown(object, token.select.as_deref());
            place.cut = add_relations(tenant, &mut item, relations, place.cut.take());
            items.push(Value::Object(item));
            if place.cut.is_some() {
                break;
            }
        }
        place.done += 1;
    }
    let more = place.done < total;
    Page { items, next: more.then_some(place) }
}

/// What changed between two places of the log, one item per object in order of its first change.
fn changed(
    tenant: &Tenant,
    request: &Request,
    feed: &Feed,
    token: &Token,
    (from, to): (usize, usize),
) -> Page {
    let mut stories: IndexMap<&str, Story> = IndexMap::new();
    for change in tenant.changes(from, to).iter().filter(|change| change.kind == feed.kind) {
        stories.entry(change.object.as_str()).or_default().add(&change.what);
    }
    stories.retain(|id, story| token.wants(id) && token.concerns(feed, story));
    let mut items = Vec::new();
    let mut place = token.place.clone();
    while items.len() < tenant.delta_page_size
        && let Some((id, story)) = stories.get_index(place.done)
    {
        let mut item = item(tenant, request, feed, (id, story, token));
        if !item.contains_key("@removed") {
            let followed = token.followed(feed);
            let came_or_went = |relation: Relation| {
                let ids = story.relations.get(&relation).into_iter().flatten();
                (relation, ids.map(|(id, there)| (id.clone(), *there)).collect())
            };
            let relations = followed.into_iter().map(came_or_went).collect();
            place.cut = add_relations(tenant, &mut item, relations, place.cut.take());
        }
        items.push(Value::Object(item));
        if place.cut.is_some() {
            break;
        }
        place.done += 1;
    }
    let more = place.done < stories.len();
    Page { items, next: more.then_some(place) }
}

fn item(
    tenant: &Tenant,
    request: &Request,
    feed: &Feed,
    (id, story, token): (&str, &Story, &Token),
) -> Map<String, Value> {
    let object = tenant.directory.get(feed.kind, id);
    let Some(object) = object.filter(|object| object.is_live()) else {
        let reason = if object.is_some() { "changed" } else { "deleted" };
        let mut item = Map::new();
        item.insert("id".to_owned(), json!(id));
        item.insert("@removed".to_owned(), json!({ "reason": reason }));
        return item;
    };
    let mut item = shown(object, token.select.as_deref());
    if request.minimal && !story.whole {
        item.retain(|name, _| name == "id" || story.properties.contains(name));
    }
    item
}

/// Adds as many ids of the relations as fit on a page, and gives where the rest begins.
fn add_relations(
    tenant: &Tenant,
    item: &mut Map<String, Value>,
    relations: Relations,
    cut: Option<(usize, String)>,
) -> Option<(usize, String)> {
    let mut room = tenant.delta_page_size;
    let (first, after) = cut.map_or((0, None), |(place, id)| (place, Some(id)));
    for (place, (relation, ids)) in relations.into_iter().enumerate().skip(first) {
        let behind =
            |(id, _): &&(String, bool)| place > first || after.as_ref().is_none_or(|after| id > after);
        let rest: Vec<&(String, bool)> = ids.iter().filter(behind).collect();
        let given = rest.get(..room.min(rest.len())).unwrap_or_default();
        if !given.is_empty() {
            let references = given.iter().map(|(id, there)| reference(tenant, id, *there)).collect();
            item.insert(format!("{}@delta", relation.name()), Value::Array(references));
        }
        if given.len() < rest.len() {
            let last = given.last().map_or_else(String::new, |(id, _)| id.clone());
            return Some((place, last));
        }
        room -= given.len();
    }
    None
}

/// The selected properties that were ever set, and the id.
fn shown(object: &Object, select: Option<&[String]>) -> Map<String, Value> {
    let mut view = object.view(select);
    view.retain(|name, _| object.properties.contains_key(name));
    view.insert("id".to_owned(), json!(object.id));
    view
}

fn answer(request: &Request, feed: &Feed, items: Vec<Value>, (kind, token): (&str, &Token)) -> Reply {
    let sealed = seal(token);
    let (annotation, option) = match kind {
        "skiptoken" => ("@odata.nextLink", "$skiptoken"),
        _ => ("@odata.deltaLink", "$deltatoken"),
    };
    let select = token.select.as_ref().map(|names| format!("({})", names.join(","))).unwrap_or_default();
    let mut body = Map::new();
    let context = request.context(&format!("{}{select}", feed.kind.collection()));
    body.insert("@odata.context".to_owned(), json!(context));
    body.insert(annotation.to_owned(), json!(link(&url(request, feed), [(option, sealed.as_str())])));
    body.insert("value".to_owned(), Value::Array(items));
    Reply::ok(body)
}

fn url(request: &Request, feed: &Feed) -> String {
    format!("{}/{}/delta", request.root(), feed.kind.collection())
}
