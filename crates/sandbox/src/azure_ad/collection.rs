//! A list of objects as the service answers it: filtered, searched, ordered, in pages.

use std::cmp::Ordering;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::object::Object;
use crate::azure_ad::odata::filter::Expr;
use crate::azure_ad::odata::page::{link, open, page_size, seal};
use crate::azure_ad::odata::search::Search;
use crate::azure_ad::odata::{capability, evaluate, filter};
use crate::azure_ad::request::{Outcome, Reply, Request};
use crate::azure_ad::schema::Kind;

/// How long a page token works. The service documents no figure.
const PAGE_TOKEN_LIFE: SignedDuration = SignedDuration::from_hours(1);

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

/// Where the next page begins.
#[derive(Debug, Serialize, Deserialize)]
struct PageToken {
    at: Timestamp,
    /// Id of the last object of the page before.
    after: String,
    /// Value it was ordered by.
    key: String,
}

/// Ordering by one property.
struct Order {
    property: &'static str,
    descending: bool,
}

/// Answers a list. `show` makes the item of an object.
pub(crate) fn answer(
    request: &Request,
    listing: Listing<'_>,
    show: impl Fn(&Object) -> Map<String, Value>,
) -> Outcome {
    let size = page_size(request.options.top.as_deref(), listing.kind)?;
    let order = order(request, listing.kind)?;
    let (relation, context) = (listing.relation, listing.context);
    let mut objects = matching(request, listing)?;
    let total = objects.len();
    if let Some(order) = &order {
        objects.sort_by(|left, right| order.compare(&order.key(left), &order.key(right)));
    }
    let first_page = request.options.skiptoken.is_none();
    let begin = match &request.options.skiptoken {
        Some(token) => begin(&objects, order.as_ref(), &page_token(token, request.now)?),
        None => 0,
    };
    let page = &objects[begin..objects.len().min(begin + size)];
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
    if let Some(last) = page.last().filter(|_| begin + size < objects.len()) {
        body.insert("@odata.nextLink".to_owned(), json!(next_link(request, last, order.as_ref())));
    }
    body.insert("value".to_owned(), page.iter().map(item).collect());
    Ok(Reply::ok(body))
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
    if options.count && !request.eventual {
        return Err(GraphError::bad_request("$count is not currently supported."));
    }
    if options.skip.is_some() {
        return Err(GraphError::bad_request("'$skip' is not supported by the service."));
    }
    let filter = checked_filter(request, &listing)?;
    let search = match &options.search {
        Some(_) if !request.eventual => {
            return Err(GraphError::unsupported_query(
                "Request with $search query parameter only works through MSGraph with a special request header: \
                 'ConsistencyLevel: eventual'",
            ));
        }
        Some(text) => Some(Search::parse(listing.kind, text)?),
        None => None,
    };
    let wanted = |object: &&Object| {
        filter.as_ref().is_none_or(|filter| evaluate::meets(object.kind, &object.properties, filter))
            && search.as_ref().is_none_or(|search| search.finds(&object.properties))
    };
    Ok(listing.objects.into_iter().filter(wanted).collect())
}

fn checked_filter(request: &Request, listing: &Listing<'_>) -> Result<Option<Expr>, GraphError> {
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
    capability::check(listing.kind, &expr, advanced)?;
    Ok(Some(expr))
}

fn order(request: &Request, kind: Kind) -> Result<Option<Order>, GraphError> {
    let Some(text) = &request.options.orderby else { return Ok(None) };
    let mut words = text.split_whitespace();
    let name = words.next().unwrap_or_default();
    let descending = match words.next().map(str::to_ascii_lowercase).as_deref() {
        None | Some("asc") => false,
        Some("desc") => true,
        Some(_) => return Err(GraphError::malformed(format!("Syntax error in '$orderby={text}'."))),
    };
    let property = kind.sortable().iter().find(|known| known.eq_ignore_ascii_case(name));
    let Some(property) = property.filter(|_| words.next().is_none()) else {
        return Err(GraphError::unsupported_query(
            "Sorting is not supported for the given property or combination.",
        ));
    };
    if request.options.filter.is_some() && !request.is_advanced() {
        let message = "Sorting not supported for current query.";
        return Err(GraphError::unsupported_query(message));
    }
    Ok(Some(Order { property, descending }))
}

impl Order {
    fn key(&self, object: &Object) -> (String, String) {
        (object.text(self.property).unwrap_or_default().to_lowercase(), object.id.clone())
    }

    fn compare(&self, left: &(String, String), right: &(String, String)) -> Ordering {
        if self.descending { right.cmp(left) } else { left.cmp(right) }
    }
}

fn page_token(token: &str, now: Timestamp) -> Result<PageToken, GraphError> {
    let token: PageToken = open(token)?;
    if now.duration_since(token.at) > PAGE_TOKEN_LIFE {
        let status = axum::http::StatusCode::BAD_REQUEST;
        let message =
            "The specified page token value has expired and can no longer be included in your request.";
        return Err(GraphError::new(status, "Directory_ExpiredPageToken", message));
    }
    Ok(token)
}

/// Place of the first object behind the page before; objects that came or went do not disturb it.
fn begin(objects: &[&Object], order: Option<&Order>, token: &PageToken) -> usize {
    match order {
        Some(order) => {
            let last = (token.key.clone(), token.after.clone());
            objects.partition_point(|object| order.compare(&order.key(object), &last) != Ordering::Greater)
        }
        None => {
            let place = objects.iter().position(|object| object.id == token.after);
            place.map_or(objects.len(), |place| place + 1)
        }
    }
}

fn next_link(request: &Request, last: &Object, order: Option<&Order>) -> String {
    let key = order.map(|order| order.key(last).0).unwrap_or_default();
    let token = seal(&PageToken { at: request.now, after: last.id.clone(), key });
    let is_token = |name: &str| name.trim_start_matches('$').eq_ignore_ascii_case("skiptoken");
    let kept = request.options.pairs.iter().filter(|(name, _)| !is_token(name));
    let kept = kept.map(|(name, value)| (name.as_str(), value.as_str()));
    link(&format!("{}{}", request.base, request.path), kept.chain([("$skiptoken", token.as_str())]))
}
