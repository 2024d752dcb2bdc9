//! The Service Catalog API: `/api/sn_sc/[v1/|v2/]servicecatalog/…`.
//!
//! Owns its addresses and looking at catalogs, categories and items; orders, carts and producers are
//! in files of their own. Source: reference section 11; ServiceNow documentation, Service Catalog API.

use axum::body::Body;
use axum::http::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::servicenow::catalog::kind;
use crate::servicenow::criteria;
use crate::servicenow::errors::json_answer;
use crate::servicenow::instance::Instance;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::routes::call::Call;
use crate::servicenow::routes::visit::Visit;
use crate::servicenow::routes::{cart, delegation, guide, item, order, wishlist};
use crate::servicenow::store::Record;
use crate::servicenow::walk::Base;

/// Rows of a list unless the client asks for another number.
const LIMIT_DEFAULT: usize = 10_000;

/// The methods every address knows, for telling a wrong method from a wrong address.
const ADDRESSES: [&[&str]; 15] = [
    &["catalogs"],
    &["catalogs", "*"],
    &["catalogs", "*", "categories"],
    &["categories", "*"],
    &["items"],
    &["items", "*"],
    &["items", "*", "order_now"],
    &["items", "*", "add_to_cart"],
    &["items", "*", "add_to_wishlist"],
    &["items", "*", "submit_producer"],
    &["items", "*", "submit_guide"],
    &["items", "*", "checkout_guide"],
    &["items", "*", "delegation", "*"],
    &["items", "*", "get_invalid_delegated_users"],
    &["variables", "*", "display_value"],
];

pub(crate) fn answer(
    instance: &mut Instance,
    visit: &Visit<'_>,
    rest: &[&str],
) -> Result<Response<Body>, Refusal> {
    let base = instance.desk.base();
    let result = match (visit.call.method.clone(), rest) {
        (Method::GET | Method::HEAD, ["catalogs"]) => catalogs(base, visit.call),
        (Method::GET | Method::HEAD, ["catalogs", id]) => catalog(base, id)?,
        (Method::GET | Method::HEAD, ["catalogs", id, "categories"]) => categories(base, visit.call, id)?,
        (Method::GET | Method::HEAD, ["categories", id]) => category(base, id)?,
        (Method::GET | Method::HEAD, ["items"]) => items(base, visit),
        (Method::GET | Method::HEAD, ["items", id]) => one(base, visit, id)?,
        (Method::GET | Method::HEAD, ["items", id, "delegation", user]) => delegation::check(base, id, user),
        (Method::POST, ["items", id, "get_invalid_delegated_users"]) => delegation::invalid(base, visit, id)?,
        (Method::POST, ["items", id, "order_now"]) => order::now(instance, visit, id)?,
        (Method::POST, ["items", id, "add_to_cart"]) => cart::add(instance, visit, id)?,
        (Method::POST, ["items", id, "add_to_wishlist"]) => wishlist::add(instance, visit, id)?,
        (Method::POST, ["items", id, "submit_producer"]) => order::produce(instance, visit, id)?,
        (Method::PUT, ["items", id, "submit_guide"]) => guide::items(base, visit, id)?,
        (Method::POST, ["items", id, "checkout_guide"]) => guide::check_out(instance, visit, id)?,
        (Method::POST, ["variables", id, "display_value"]) => display_value(base, visit.call, id)?,
        (_, ["cart", rest @ ..]) => return cart::answer(instance, visit, rest),
        (_, ["wishlist", rest @ ..]) => wishlist::answer(instance, visit, rest)?,
        _ if ADDRESSES.iter().any(|address| fits(address, rest)) => return Err(Refusal::Method),
        _ => return Err(Refusal::NoResource(visit.call.path.clone())),
    };
    Ok(json_answer(StatusCode::OK, &json!({ "result": result })))
}

fn fits(address: &[&str], rest: &[&str]) -> bool {
    address.len() == rest.len() && address.iter().zip(rest).all(|(one, part)| *one == "*" || one == part)
}

/// The page of a list the client asks for.
fn page<T>(call: &Call, rows: Vec<T>) -> impl Iterator<Item = T> {
    let number = |name: &str| call.parameter(name).and_then(|value| value.trim().parse::<usize>().ok());
    rows.into_iter()
        .skip(number("sysparm_offset").unwrap_or(0))
        .take(number("sysparm_limit").unwrap_or(LIMIT_DEFAULT))
}

fn in_catalog(item: &Record, catalog: &str) -> bool {
    item.get("sc_catalogs").split(',').any(|one| one == catalog)
}

fn active<'a>(base: Base<'a>, table: &'static str) -> impl Iterator<Item = &'a Record> {
    base.store.all(base.dictionary, table).filter(|row| row.get("active") == "true")
}

fn catalogs(base: Base<'_>, call: &Call) -> Value {
    let text = call.parameter("sysparm_text").unwrap_or_default().to_lowercase();
    let mut found: Vec<&Record> =
        active(base, "sc_catalog").filter(|row| row.get("title").to_lowercase().contains(&text)).collect();
    found.sort_by_key(|row| row.get("title").to_lowercase());
    page(call, found).map(|row| catalog_head(base, row)).collect()
}

fn catalog_head(base: Base<'_>, row: &Record) -> Value {
    json!({
        "title": row.get("title"),
        "sys_id": row.id(),
        "has_categories": active(base, "sc_category").any(|one| one.get("sc_catalog") == row.id()),
        "has_items": active(base, "sc_cat_item").any(|one| in_catalog(one, row.id())),
        "description": row.get("description"),
        "desktop_image": row.get("desktop_image"),
    })
}

/// What the platform says of an id it does not know. The documentation gives the status only.
fn unknown(what: &str) -> Refusal {
    Refusal::BadRequest(format!("Invalid {what}"))
}

fn catalog(base: Base<'_>, id: &str) -> Result<Value, Refusal> {
    let row = base.store.get(base.dictionary, "sc_catalog", id).ok_or_else(|| unknown("catalog"))?;
    let mut shown = catalog_head(base, row);
    let categories = sorted(base, |one| one.get("sc_catalog") == id && one.get("parent").is_empty());
    shown["categories"] = categories
        .into_iter()
        .map(|one| {
            json!({
                "header_image": one.get("homepage_image"),
                "sys_id": one.id(),
                "description": text_or_null(one, "description"),
                "title": one.get("title"),
            })
        })
        .collect();
    Ok(shown)
}

fn text_or_null(row: &Record, field: &str) -> Value {
    match row.get(field) {
        "" => Value::Null,
        text => json!(text),
    }
}

fn sorted<'a>(base: Base<'a>, wanted: impl Fn(&Record) -> bool) -> Vec<&'a Record> {
    let mut found: Vec<&Record> = active(base, "sc_category").filter(|one| wanted(one)).collect();
    found.sort_by_key(|one| one.get("title").to_lowercase());
    found
}

fn categories(base: Base<'_>, call: &Call, id: &str) -> Result<Value, Refusal> {
    base.store.get(base.dictionary, "sc_catalog", id).ok_or_else(|| unknown("catalog"))?;
    let top_only = call.flag("sysparm_top_level_only");
    let found =
        sorted(base, |one| one.get("sc_catalog") == id && (!top_only || one.get("parent").is_empty()));
    Ok(page(call, found)
        .map(|one| {
            let mut shown = category_head(one);
            shown["count"] = json!(count(base, one));
            shown["subcategories"] = subcategories(base, one);
            shown
        })
        .collect())
}

fn category_head(row: &Record) -> Value {
    json!({
        "title": row.get("title"),
        "description": text_or_null(row, "description"),
        "full_description": text_or_null(row, "full_description"),
        "icon": row.get("icon"),
        "header_icon": row.get("header_icon"),
        "homepage_image": row.get("homepage_image"),
        "sys_id": row.id(),
    })
}

fn count(base: Base<'_>, category: &Record) -> usize {
    active(base, "sc_cat_item").filter(|item| item.get("category") == category.id()).count()
}

fn subcategories(base: Base<'_>, category: &Record) -> Value {
    let children = sorted(base, |one| one.get("parent") == category.id());
    children.into_iter().map(|one| json!({ "sys_id": one.id(), "title": one.get("title") })).collect()
}

fn category(base: Base<'_>, id: &str) -> Result<Value, Refusal> {
    let row = base.store.get(base.dictionary, "sc_category", id).ok_or_else(|| unknown("category"))?;
    let children = sorted(base, |one| one.get("parent") == id);
    let mut shown = category_head(row);
    shown["child_categories"] = children
        .into_iter()
        .map(|one| {
            let inside = subcategories(base, one);
            json!({
                "sys_id": one.id(),
                "title": one.get("title"),
                "count": count(base, one),
                "parent": id,
                "isParentCategory": inside.as_array().is_some_and(|inside| !inside.is_empty()),
                "subcategories": inside,
            })
        })
        .collect();
    Ok(shown)
}

fn items(base: Base<'_>, visit: &Visit<'_>) -> Value {
    let call = visit.call;
    let text = call.parameter("sysparm_text").unwrap_or_default().to_lowercase();
    let catalog = call.parameter("sysparm_catalog").unwrap_or_default();
    let category = call.parameter("sysparm_category").unwrap_or_default();
    let wanted = match call.parameter("sysparm_type").map(str::to_lowercase).as_deref() {
        Some("record producer") => Some("record_producer"),
        Some("order guide") => Some("order_guide"),
        _ => None,
    };
    let mut found: Vec<&Record> = active(base, "sc_cat_item")
        .filter(|item| catalog.is_empty() || in_catalog(item, catalog))
        .filter(|item| category.is_empty() || item.get("category") == category)
        .filter(|item| wanted.is_none_or(|wanted| kind(base, item) == wanted))
        .filter(|item| {
            let fields = ["name", "short_description", "description"];
            fields.iter().any(|field| item.get(field).to_lowercase().contains(&text))
        })
        .filter(|item| criteria::admits(base, item, visit.actor))
        .collect();
    found.sort_by_key(|item| item.get("name").to_lowercase());
    page(call, found).map(|item| Value::Object(item::summary(base, item))).collect()
}

fn one(base: Base<'_>, visit: &Visit<'_>, id: &str) -> Result<Value, Refusal> {
    let item = base.store.get(base.dictionary, "sc_cat_item", id);
    let item = item.filter(|item| criteria::admits(base, item, visit.actor));
    Ok(item::detail(base, item.ok_or_else(|| unknown("item"))?))
}

fn display_value(base: Base<'_>, call: &Call, id: &str) -> Result<Value, Refusal> {
    let question = base.store.get(base.dictionary, "item_option_new", id).ok_or(Refusal::NoRecord)?;
    let body = order::body(call)?;
    let value = body.get("sysparm_value").and_then(Value::as_str).unwrap_or_default();
    Ok(json!(item::display(base, question, value)))
}
