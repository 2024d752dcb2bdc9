//! `/users/delta`: rounds of changes driven by the change log alone.
//!
//! A token holds the place in the log and the options it was made with, so rounds need no state
//! in the tenant and a token survives whatever happens to the client.
//!
//! Source: microsoft-graph.md section 5.

use axum::http::StatusCode;
use indexmap::IndexMap;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::azure_ad::changes::What;
use crate::azure_ad::errors::GraphError;
use crate::azure_ad::object::Object;
use crate::azure_ad::odata::expression::{Expr, Operator};
use crate::azure_ad::odata::filter;
use crate::azure_ad::odata::literal::Literal;
use crate::azure_ad::odata::page::link;
use crate::azure_ad::odata::token::{open, seal};
use crate::azure_ad::request::{Outcome, Reply, Request};
use crate::azure_ad::route::{self, Route};
use crate::azure_ad::schema::Kind;
use crate::azure_ad::tenant::Tenant;

/// How long a token works for directory objects.
const TOKEN_LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Most ids the filter of a delta query may name.
const IDS_MAX: usize = 50;

/// What a client carries from page to page and round to round.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Token {
    /// When it was made.
    at: Timestamp,
    generation: u32,
    /// Place in the log the round begins at; none in a full round.
    from: Option<usize>,
    /// Place in the log the round ends at; none before the round begins.
    to: Option<usize>,
    /// How much of the round was given already.
    done: usize,
    select: Option<Vec<String>>,
    ids: Option<Vec<String>>,
}

/// What happened to one object during a round.
#[derive(Debug, Default)]
struct Story {
    /// Created or deleted: reported whatever is selected.
    whole: bool,
    properties: Vec<String>,
    manager: Option<ManagerChange>,
}

#[derive(Debug)]
enum ManagerChange {
    Set(String),
    Removed(String),
}

pub(crate) const ROUTES: &[Route] = &[route::get("/users/delta()", |tenant, request| users(tenant, request))];

fn users(tenant: &Tenant, request: &Request) -> Outcome {
    let options = &request.options;
    for (name, sent) in [("$top", &options.top), ("$orderby", &options.orderby), ("$search", &options.search)]
    {
        if sent.is_some() {
            return Err(GraphError::unsupported_query(format!("{name} is not supported in a delta query.")));
        }
    }
    if options.expand.is_some() {
        return Err(GraphError::unsupported_query("$expand is not supported in a delta query of users."));
    }
    let (sent, page) = match (&options.skiptoken, &options.deltatoken) {
        (Some(token), _) => (Some(token.as_str()), true),
        (None, token) => (token.as_deref().filter(|token| !token.is_empty()), false),
    };
    match sent {
        None => round(tenant, request, fresh(tenant, request, None)?),
        Some("latest") if !page => {
            let token = fresh(tenant, request, Some(tenant.head()))?;
            answer(tenant, request, Vec::new(), ("deltatoken", token))
        }
        Some(text) => {
            let token: Token = open(text)?;
            expire(tenant, request, &token)?;
            let token = if page { token } else { Token { to: None, done: 0, ..token } };
            round(tenant, request, token)
        }
    }
}

/// A token made from the options of a first request.
fn fresh(tenant: &Tenant, request: &Request, from: Option<usize>) -> Result<Token, GraphError> {
    request.options.check_select(&[Kind::User], &["manager"])?;
    let ids = request.options.filter.as_deref().map(ids).transpose()?;
    let select = request.options.select.clone();
    Ok(Token { at: request.now, generation: tenant.delta_generation, from, to: None, done: 0, select, ids })
}

/// Refuses tokens that are too old, or of a tenant that was reset since.
fn expire(tenant: &Tenant, request: &Request, token: &Token) -> Result<(), GraphError> {
    let too_old = request.now.duration_since(token.at) > TOKEN_LIFE;
    let behind = token.from.max(token.to).is_some_and(|place| place > tenant.head());
    if !too_old && !behind && token.generation == tenant.delta_generation {
        return Ok(());
    }
    let select = token.select.as_ref().map(|names| names.join(","));
    let select = select.iter().map(|names| ("$select", names.as_str()));
    let location = link(&url(request), select.chain([("$deltatoken", "")]));
    let message = "The sync state generation is not found; continuing requires a full synchronization.";
    let gone = GraphError::new(StatusCode::GONE, "syncStateNotFound", message);
    Err(gone.with_header("Location", location))
}

/// One page of a round and the link behind it.
fn round(tenant: &Tenant, request: &Request, token: Token) -> Outcome {
    let to = token.to.unwrap_or_else(|| tenant.head());
    let size = tenant.delta_page_size;
    let (items, done, total) = match token.from {
        None => baseline(tenant, &token, size),
        Some(from) => changed(tenant, request, &token, (from, to)),
    };
    let next = if done < total {
        ("skiptoken", Token { to: Some(to), done, at: request.now, ..token })
    } else {
        ("deltatoken", Token { from: Some(to), to: None, done: 0, at: request.now, ..token })
    };
    answer(tenant, request, items, next)
}

/// Everything that is there. Counts places in the order of creation, so objects that come or go
/// between two pages disturb nothing; what comes later is in the next round.
fn baseline(tenant: &Tenant, token: &Token, size: usize) -> (Vec<Value>, usize, usize) {
    let total = tenant.directory.count(Kind::User);
    let mut items = Vec::new();
    let mut done = token.done;
    while done < total && items.len() < size {
        let object = tenant.directory.at(Kind::User, done).filter(|user| user.is_live());
        if let Some(user) = object.filter(|user| token.wants(&user.id)) {
            let mut item = token.shown(user);
            if let Some(manager) = user.manager.as_ref().filter(|_| token.follows_manager()) {
                item.insert("manager@delta".to_owned(), json!([reference(manager)]));
            }
            items.push(Value::Object(item));
        }
        done += 1;
    }
    (items, done, total)
}

/// What changed between two places of the log, one item per object in order of its first change.
fn changed(
    tenant: &Tenant,
    request: &Request,
    token: &Token,
    (from, to): (usize, usize),
) -> (Vec<Value>, usize, usize) {
    let mut stories: IndexMap<&str, Story> = IndexMap::new();
    for change in tenant.changes(from, to).iter().filter(|change| change.kind == Kind::User) {
        stories.entry(change.object.as_str()).or_default().add(&change.what);
    }
    stories.retain(|id, story| token.wants(id) && token.concerns(story));
    let total = stories.len();
    let done = token.done.saturating_add(tenant.delta_page_size).min(total);
    let page = stories.iter().skip(token.done).take(done.saturating_sub(token.done));
    let item = |(id, story): (&&str, &Story)| {
        let user = tenant.object(id)?;
        Some(Value::Object(item(token, user, story, request.minimal)))
    };
    (page.filter_map(item).collect(), done, total)
}

fn item(token: &Token, user: &Object, story: &Story, minimal: bool) -> Map<String, Value> {
    if !user.is_live() {
        let mut item = Map::new();
        item.insert("id".to_owned(), json!(user.id));
        item.insert("@removed".to_owned(), json!({ "reason": "changed" }));
        return item;
    }
    let mut item = token.shown(user);
    if minimal && !story.whole {
        item.retain(|name, _| name == "id" || story.properties.contains(name));
    }
    if token.follows_manager() {
        let change = match &story.manager {
            Some(ManagerChange::Set(id)) => Some(reference(id)),
            Some(ManagerChange::Removed(id)) => {
                let mut removed = reference(id);
                removed["@removed"] = json!({ "reason": "deleted" });
                Some(removed)
            }
            None => None,
        };
        if let Some(change) = change {
            item.insert("manager@delta".to_owned(), json!([change]));
        }
    }
    item
}

fn reference(id: &str) -> Value {
    json!({ "@odata.type": Kind::User.odata_type(), "id": id })
}

fn answer(tenant: &Tenant, request: &Request, items: Vec<Value>, (kind, token): (&str, Token)) -> Outcome {
    debug_assert!(items.len() <= tenant.delta_page_size);
    let sealed = seal(&token);
    let (annotation, option) = match kind {
        "skiptoken" => ("@odata.nextLink", "$skiptoken"),
        _ => ("@odata.deltaLink", "$deltatoken"),
    };
    let select = token.select.map(|names| format!("({})", names.join(","))).unwrap_or_default();
    let mut body = Map::new();
    body.insert("@odata.context".to_owned(), json!(request.context(&format!("users{select}"))));
    body.insert(annotation.to_owned(), json!(link(&url(request), [(option, sealed.as_str())])));
    body.insert("value".to_owned(), Value::Array(items));
    Ok(Reply::ok(body))
}

fn url(request: &Request) -> String {
    format!("{}/v1.0/users/delta", request.base)
}

impl Token {
    fn wants(&self, id: &str) -> bool {
        self.ids.as_ref().is_none_or(|ids| ids.iter().any(|wanted| wanted.eq_ignore_ascii_case(id)))
    }

    fn follows_manager(&self) -> bool {
        self.select.iter().flatten().any(|name| name.eq_ignore_ascii_case("manager"))
    }

    /// Whether a change touches what this token follows.
    fn concerns(&self, story: &Story) -> bool {
        let selected = |name: &String| match &self.select {
            Some(select) => select.iter().any(|wanted| wanted.eq_ignore_ascii_case(name)),
            None => Kind::User.property(name).is_some_and(|property| property.by_default),
        };
        story.whole
            || story.properties.iter().any(selected)
            || (story.manager.is_some() && self.follows_manager())
    }

    /// The selected properties that were ever set, and the id.
    fn shown(&self, user: &Object) -> Map<String, Value> {
        let mut view = user.view(self.select.as_deref());
        view.retain(|name, _| user.properties.contains_key(name));
        view.insert("id".to_owned(), json!(user.id));
        view
    }
}

impl Story {
    fn add(&mut self, what: &What) {
        match what {
            What::Created | What::Deleted | What::Restored | What::Purged => self.whole = true,
            What::Changed(changed) => self.properties.extend(changed.iter().map(|one| one.name.clone())),
            What::ManagerSet(id) => self.manager = Some(ManagerChange::Set(id.clone())),
            What::ManagerRemoved(id) => self.manager = Some(ManagerChange::Removed(id.clone())),
            _ => {}
        }
    }
}

/// The ids a delta filter names: `id eq 'a' or id eq 'b'`.
fn ids(text: &str) -> Result<Vec<String>, GraphError> {
    let mut ids = Vec::new();
    collect_ids(&filter::parse(text)?, &mut ids)?;
    if ids.len() > IDS_MAX {
        return Err(GraphError::unsupported_query(format!(
            "A delta query may filter {IDS_MAX} ids at most."
        )));
    }
    Ok(ids)
}

fn collect_ids(expr: &Expr, ids: &mut Vec<String>) -> Result<(), GraphError> {
    match expr {
        Expr::Or(parts) => parts.iter().try_for_each(|part| collect_ids(part, ids)),
        Expr::Compare { path, operator: Operator::Eq, literal: Literal::Text(id) } if path == "id" => {
            ids.push(id.clone());
            Ok(())
        }
        _ => Err(GraphError::unsupported_query("A delta query can be filtered by id only.")),
    }
}
