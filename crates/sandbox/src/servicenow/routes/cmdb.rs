//! The CMDB Instance and Meta APIs: `/api/now/[v1/]cmdb/{instance|meta}/{class}…`.
//!
//! Owns their addresses and shapes. Source: reference section 9.10; ServiceNow documentation, CMDB
//! Instance API and CMDB Meta API. Where the documentation asks for a `source` with a relation, clients
//! that are tested on instances send none, so none is asked for here.

use axum::body::Body;
use axum::http::{Method, Response, StatusCode};
use serde_json::{Map, Value, json};

use crate::servicenow::actor::Deed;
use crate::servicenow::assign;
use crate::servicenow::cmdb::{self, ITEMS, RELATIONS, Relation, TYPES};
use crate::servicenow::desk::{Fields, Hand};
use crate::servicenow::errors::json_answer;
use crate::servicenow::instance::Instance;
use crate::servicenow::query::evaluate::{Session, page};
use crate::servicenow::refusal::Refusal;
use crate::servicenow::render::{self, Display, Look};
use crate::servicenow::routes::visit::Visit;
use crate::servicenow::routes::{class_facts, formats, parameters};
use crate::servicenow::store::Record;
use crate::servicenow::walk::{self, Base};

/// Most relations shown of one item, and taken with one request.
const RELATIONS_MAX: usize = 1_000;

pub(crate) fn answer(
    instance: &mut Instance,
    visit: &Visit<'_>,
    rest: &[&str],
) -> Result<Response<Body>, Refusal> {
    let ["instance" | "meta", class, ..] = rest else {
        return Err(Refusal::NoResource(visit.call.path.clone()));
    };
    if !instance.desk.dictionary.is_a(class, ITEMS) {
        // Which text a table has that holds no items is not documented.
        return Err(Refusal::NoTable((*class).to_owned()));
    }
    // The documentation asks for this one role, whatever the table itself asks for.
    if !visit.actor.has_role("itil") {
        return Err(Refusal::ApiAcl);
    }
    formats::agree(visit.call)?;
    match (visit.call.method.clone(), rest) {
        (Method::GET | Method::HEAD, ["meta", class]) => Ok(json_answer(
            StatusCode::OK,
            &json!({ "result": class_facts::of(instance.desk.base(), class) }),
        )),
        (Method::GET | Method::HEAD, ["instance", class]) => {
            instance.as_others_see(|seen| list(seen, visit, class))
        }
        (Method::GET | Method::HEAD, ["instance", class, id]) => {
            instance.as_others_see(|seen| shown(seen, visit, (class, id)))
        }
        (Method::POST, ["instance", class]) => create(instance, visit, class),
        (Method::PUT | Method::PATCH, ["instance", class, id]) => change(instance, visit, class, id),
        (Method::POST, ["instance", class, id, "relation"]) => {
            let relations = relations(instance.desk.base(), id, &formats::object(visit.call)?)?;
            present(instance.desk.base(), visit, class, id)?;
            relate(instance, visit, &relations)?;
            shown(instance, visit, (class, id))
        }
        (Method::DELETE, ["instance", class, id, "relation", relation]) => {
            unrelate(instance, visit, (class, id), relation)
        }
        (_, ["meta", _] | ["instance", _] | ["instance", _, _]) => Err(Refusal::Method),
        (_, ["instance", _, _, "relation"] | ["instance", _, _, "relation", _]) => Err(Refusal::Method),
        _ => Err(Refusal::NoResource(visit.call.path.clone())),
    }
}

fn hand<'a>(visit: &Visit<'a>) -> Hand<'a> {
    Hand { actor: visit.actor, now: visit.now, input: parameters::input(visit.call, visit.actor) }
}

fn list(instance: &Instance, visit: &Visit<'_>, class: &str) -> Result<Response<Body>, Refusal> {
    let base = instance.desk.base();
    let query = parameters::query(base, visit.call, class);
    parameters::readable(base, visit.actor, class, &query)?;
    let session = Session { base, actor: visit.actor, now: visit.now };
    let span = (parameters::offset(visit.call), parameters::limit(visit.call));
    let found = page(session, class, &query, span);
    let rows = found.rows.into_iter().filter(|row| may(base, visit, Deed::Read, row));
    let rows: Value = rows.map(|row| json!({ "sys_id": row.id(), "name": row.get("name") })).collect();
    Ok(json_answer(StatusCode::OK, &json!({ "result": rows })))
}

fn may(base: Base<'_>, visit: &Visit<'_>, deed: Deed, row: &Record) -> bool {
    base.dictionary.table(&row.class).is_some_and(|table| visit.actor.may_on(deed, table, row))
}

/// The item, if the account may see it.
fn present<'a>(base: Base<'a>, visit: &Visit<'_>, class: &str, id: &str) -> Result<&'a Record, Refusal> {
    let row = base.store.get(base.dictionary, class, id).ok_or(Refusal::NoRecord)?;
    if may(base, visit, Deed::Read, row) { Ok(row) } else { Err(Refusal::NoRecord) }
}

/// An item with its attributes and what it has to do with others.
fn shown(
    instance: &Instance,
    visit: &Visit<'_>,
    (class, id): (&str, &str),
) -> Result<Response<Body>, Refusal> {
    let base = instance.desk.base();
    let row = present(base, visit, class, id)?;
    let result = json!({
        "attributes": attributes(base, visit, row),
        "outbound_relations": ends(base, visit, ("parent", "child"), id),
        "inbound_relations": ends(base, visit, ("child", "parent"), id),
    });
    Ok(json_answer(StatusCode::OK, &json!({ "result": result })))
}

/// Plain values as they are stored, references with all three of their members.
fn attributes(base: Base<'_>, visit: &Visit<'_>, row: &Record) -> Value {
    let look = Look { display: Display::Both, links: true, ..parameters::look(visit.call, visit.actor) };
    let mut both = render::record(base, &look, &row.class, row);
    for (_, value) in both.as_object_mut().into_iter().flatten() {
        if value.get("link").is_none() {
            *value = value["value"].take();
        }
    }
    both
}

/// The relations in which the item stands at one end, each with what stands at the other.
fn ends(base: Base<'_>, visit: &Visit<'_>, (near, far): (&str, &str), id: &str) -> Value {
    let origin = &visit.call.origin;
    let rows = base.store.all(base.dictionary, RELATIONS).filter(|row| row.get(near) == id);
    let number = |name: &str| visit.call.parameter(name).and_then(|text| text.parse::<usize>().ok());
    rows.filter(|row| may(base, visit, Deed::Read, row))
        .skip(number("sysparm_relation_offset").unwrap_or(0))
        .take(number("sysparm_relation_limit").unwrap_or(RELATIONS_MAX))
        .map(|row| {
            let (kind, target) = (row.get("type"), row.get(far));
            json!({
                "sys_id": row.id(),
                "type": {
                    "display_value": walk::label(base, TYPES, kind),
                    "link": format!("{origin}/api/now/table/{TYPES}/{kind}"),
                    "value": kind,
                },
                "target": {
                    "display_value": walk::label(base, ITEMS, target),
                    "link": format!("{origin}/api/now/cmdb/instance/{ITEMS}/{target}"),
                    "value": target,
                },
            })
        })
        .collect()
}

/// Makes an item, or writes to the one that is meant.
fn create(instance: &mut Instance, visit: &Visit<'_>, class: &str) -> Result<Response<Body>, Refusal> {
    let sent = formats::object(visit.call)?;
    let source = source(instance.desk.base(), &sent)?;
    let mut fields = sent_attributes(&sent)?;
    // The class may be said once more among the attributes, and then that one counts.
    let named = fields.iter().find(|(name, _)| name == "sys_class_name").map(|(_, named)| named.clone());
    let class = named.filter(|named| instance.desk.dictionary.is_a(named, ITEMS)).unwrap_or(class.to_owned());
    let base = instance.desk.base();
    let known =
        cmdb::identifier(base, &class).and_then(|rule| cmdb::identify(base, rule, &fields).1).cloned();
    let wanted = relations(base, "", &sent)?;
    let hand = hand(visit);
    cmdb::discovered(&hand, &source, known.as_ref(), &mut fields);
    let id = match known {
        Some(row) => {
            instance.desk.update(&hand, ITEMS, row.id(), &fields)?;
            row.id().to_owned()
        }
        None => instance.desk.insert(&hand, &class, &fields)?,
    };
    let placed = |end: String| if end.is_empty() { id.clone() } else { end };
    let wanted: Vec<Relation> = wanted
        .into_iter()
        .map(|one| Relation { parent: placed(one.parent), child: placed(one.child), kind: one.kind })
        .collect();
    relate(instance, visit, &wanted)?;
    shown(instance, visit, (ITEMS, &id))
}

fn change(
    instance: &mut Instance,
    visit: &Visit<'_>,
    class: &str,
    id: &str,
) -> Result<Response<Body>, Refusal> {
    let sent = formats::object(visit.call)?;
    let source = source(instance.desk.base(), &sent)?;
    let mut fields = sent_attributes(&sent)?;
    let row = present(instance.desk.base(), visit, class, id)?.clone();
    let hand = hand(visit);
    cmdb::discovered(&hand, &source, Some(&row), &mut fields);
    instance.desk.update(&hand, class, id, &fields)?;
    shown(instance, visit, (class, id))
}

fn bad<T>(text: &str) -> Result<T, Refusal> {
    Err(Refusal::BadRequest(text.to_owned()))
}

/// Who tells of the item: required, and one the instance knows.
fn source(base: Base<'_>, sent: &Map<String, Value>) -> Result<String, Refusal> {
    let source = sent.get("source").and_then(Value::as_str).unwrap_or_default();
    if cmdb::knows_source(base, source) {
        return Ok(source.to_owned());
    }
    Err(Refusal::BadRequest(format!(
        "In payload invalid data source [{source}] exist. You need to provide a valid choice value from \
         field [{}] in table [{ITEMS}]",
        cmdb::SOURCE
    )))
}

fn sent_attributes(sent: &Map<String, Value>) -> Result<Fields, Refusal> {
    let Some(attributes) = sent.get("attributes").and_then(Value::as_object) else {
        return bad("The attributes of the configuration item are missing");
    };
    Ok(attributes.iter().filter_map(|(name, value)| Some((name.clone(), assign::text(value)?))).collect())
}

/// The relations a body asks for, around the item of that id.
fn relations(base: Base<'_>, id: &str, sent: &Map<String, Value>) -> Result<Vec<Relation>, Refusal> {
    // A class that hangs on another one says so in a member of its own, with one object for a list.
    let around = sent.get("depends_on").and_then(Value::as_object).unwrap_or(sent);
    let mut wanted = Vec::new();
    for (member, outbound) in [("outbound_relations", true), ("inbound_relations", false)] {
        let listed = match around.get(member) {
            Some(Value::Array(list)) => list.as_slice(),
            Some(one @ Value::Object(_)) => std::slice::from_ref(one),
            _ => &[],
        };
        for one in listed.iter().take(RELATIONS_MAX) {
            let text = |name: &str| one.get(name).and_then(Value::as_str).unwrap_or_default();
            let (kind, target) = (text("type"), text("target"));
            if base.store.get(base.dictionary, TYPES, kind).is_none() {
                return bad(&format!("Invalid relationship type [{kind}]"));
            }
            if base.store.get(base.dictionary, ITEMS, target).is_none() {
                return bad(&format!("Invalid target [{target}]"));
            }
            let (parent, child) = if outbound { (id, target) } else { (target, id) };
            wanted.push(Relation {
                parent: parent.to_owned(),
                child: child.to_owned(),
                kind: kind.to_owned(),
            });
        }
    }
    Ok(wanted)
}

fn relate(instance: &mut Instance, visit: &Visit<'_>, wanted: &[Relation]) -> Result<(), Refusal> {
    for relation in wanted {
        cmdb::relate(&mut instance.desk, &hand(visit), relation)?;
    }
    Ok(())
}

fn unrelate(
    instance: &mut Instance,
    visit: &Visit<'_>,
    (class, id): (&str, &str),
    relation: &str,
) -> Result<Response<Body>, Refusal> {
    let base = instance.desk.base();
    present(base, visit, class, id)?;
    let row = base.store.get(base.dictionary, RELATIONS, relation).ok_or(Refusal::NoRecord)?;
    if row.get("parent") != id && row.get("child") != id {
        return Err(Refusal::NoRecord);
    }
    instance.desk.delete(&hand(visit), RELATIONS, relation)?;
    // The documentation names no body; what clients recorded of instances is the item that is left.
    shown(instance, visit, (class, id))
}
