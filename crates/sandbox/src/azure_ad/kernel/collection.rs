//! A list of objects as the service answers it: filtered, searched, ordered, in pages.

use std::borrow::Cow;
use std::cmp::Ordering;

use serde_json::{Map, Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::queryable::{self, WITH_SIGN_IN_ACTIVITY};
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::odata::evaluate::{Filter, Row};
use crate::azure_ad::odata::orderby::{Key, Order};
use crate::azure_ad::odata::page::{PageToken, Paging, link, page_size, skipped};
use crate::azure_ad::odata::search::Search;
use crate::azure_ad::odata::{capability, filter};
use crate::azure_ad::state::object::Object;

/// What is listed.
pub(crate) struct Listing<'a> {
    /// All candidates in their natural order.
    pub(crate) objects: Vec<&'a Object>,
    /// Kind that filters and searches speak of.
    pub(crate) kind: Kind,
    /// What stands behind `$metadata#`.
    pub(crate) context: &'static str,
    /// Whether the list is a relation: items carry their type and filters need an advanced query.
    pub(crate) relation: bool,
}

impl Row for Object {
    fn top(&self, name: &str) -> Option<Cow<'_, Value>> {
        match name {
            "manager" => self.manager.as_ref().map(|id| Cow::Owned(json!({ "id": id }))),
            _ => self.properties.get(name).map(Cow::Borrowed),
        }
    }
}

/// Answers a list. `show` makes the item of an object.
pub(crate) fn answer(
    request: &Request,
    listing: Listing<'_>,
    show: impl Fn(&Object) -> Map<String, Value>,
) -> Outcome {
    let paging = paging(request, listing.kind);
    let size = page_size(request.options.top.as_deref(), paging)?;
    let skip = skipped(request.options.skip.as_deref(), paging)?;
    let order = order(request, listing.kind)?;
    let (relation, context) = (listing.relation, listing.context);
    let mut objects = matching(request, listing)?;
    let total = objects.len();
    let keys = order.as_ref().map(|order| sort(&mut objects, order));
    let query = request.options.digest(&request.path);
    let ids: Vec<&str> = objects.iter().map(|object| object.id.as_str()).collect();
    let first_page = request.options.skiptoken.is_none();
    let begin = match &request.options.skiptoken {
        None => skip.min(objects.len()),
        Some(token) => {
            let token = PageToken::open(token, query, request.now)?;
            match (&order, &keys, token.key()) {
                (Some(order), Some(keys), Some(last)) => {
                    keys.partition_point(|key| order.compare(key, last) != Ordering::Greater)
                }
                _ => token.place(&ids),
            }
        }
    };
    let end = objects.len().min(begin + size);
    let item = |object: &&Object| {
        let mut item = Map::new();
        if relation {
            item.insert("@odata.type".to_owned(), json!(object.odata_type()));
        }
        item.extend(show(object));
        Value::Object(item)
    };
    let mut body = Map::new();
    body.insert("@odata.context".to_owned(), json!(request.context_with_select(context, false)));
    if request.options.count && first_page {
        body.insert("@odata.count".to_owned(), json!(total));
    }
    if end < objects.len() {
        let last = keys.and_then(|keys| keys.into_iter().nth(end - 1));
        let token = PageToken::seal(request.now, query, last, (&ids, end));
        body.insert("@odata.nextLink".to_owned(), json!(next_link(request, &token)));
    }
    body.insert("value".to_owned(), objects[begin..end].iter().map(item).collect());
    Ok(Reply::ok(body))
}

/// How the list is cut. Source: microsoft-graph.md section 4.1.
fn paging(request: &Request, kind: Kind) -> Paging {
    match kind {
        Kind::User if request.options.selects("signInActivity") => WITH_SIGN_IN_ACTIVITY,
        _ => queryable::paging(kind),
    }
}

/// Puts objects in order and gives what they were ordered by.
fn sort(objects: &mut Vec<&Object>, order: &Order) -> Vec<Key> {
    let mut keyed: Vec<(Key, &Object)> =
        objects.iter().map(|object| (order.key(*object, &object.id), *object)).collect();
    keyed.sort_by(|(left, _), (right, _)| order.compare(left, right));
    let (keys, sorted) = keyed.into_iter().unzip();
    *objects = sorted;
    keys
}

/// Answers `/$count`: the number as text.
pub(crate) fn count(request: &Request, listing: Listing<'_>) -> Outcome {
    if !request.eventual {
        return Err(GraphError::bad_request("$count is not currently supported."));
    }
    Ok(Reply::Text(matching(request, listing)?.len().to_string()))
}

/// The candidates that filter and search leave over.
fn matching<'a>(request: &Request, listing: Listing<'a>) -> Result<Vec<&'a Object>, GraphError> {
    let options = &request.options;
    // Alerts are counted without the header. Source: microsoft-graph.md section 4.1.
    if options.count && !request.eventual && listing.kind != Kind::Alert {
        return Err(GraphError::bad_request("$count is not currently supported."));
    }
    let filter = checked_filter(request, &listing)?;
    let search = match &options.search {
        Some(_) if !request.eventual => {
            return Err(GraphError::unsupported_query(
                "Request with $search query parameter only works through MSGraph with a special request header: \
                 'ConsistencyLevel: eventual'",
            ));
        }
        Some(text) => Some(Search::parse(&listing.kind, text)?),
        None => None,
    };
    let wanted = |object: &&Object| {
        filter.as_ref().is_none_or(|filter| filter.meets(*object))
            && search.as_ref().is_none_or(|search| search.finds(*object))
    };
    Ok(listing.objects.into_iter().filter(wanted).collect())
}

fn checked_filter(request: &Request, listing: &Listing<'_>) -> Result<Option<Filter>, GraphError> {
    let Some(text) = &request.options.filter else { return Ok(None) };
    // On `/$count` the header alone makes a query advanced.
    let counted = request.path.to_ascii_lowercase().ends_with("$count");
    let advanced = request.is_advanced() || (request.eventual && counted);
    if listing.relation && !advanced {
        return Err(GraphError::unsupported_query(
            "The specified filter to the reference property query is currently not supported.",
        ));
    }
    let expr = filter::parse(text)?;
    Ok(Some(capability::check(&listing.kind, &expr, advanced)?))
}

fn order(request: &Request, kind: Kind) -> Result<Option<Order>, GraphError> {
    let Some(text) = &request.options.orderby else { return Ok(None) };
    let filtered = request.options.filter.is_some();
    Order::parse(&kind, text, filtered, request.is_advanced()).map(Some)
}

fn next_link(request: &Request, token: &str) -> String {
    let is_token = |name: &str| name.trim().trim_start_matches('$').eq_ignore_ascii_case("skiptoken");
    let kept = request.options.pairs.iter().filter(|(name, _)| !is_token(name));
    let kept = kept.map(|(name, value)| (name.as_str(), value.as_str()));
    link(&format!("{}{}", request.base, request.path), kept.chain([("$skiptoken", token)]))
}
