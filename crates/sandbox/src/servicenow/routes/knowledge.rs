//! The Knowledge Management API: `/api/sn_km_api/[v1/]knowledge/articles…`.
//!
//! Owns its addresses and shapes. Published, active articles are found; how a search engine ranks is not
//! played: the more often the words stand in an article, the higher it comes. Unlike on a platform that
//! opens knowledge to everybody, a caller is asked for.
//! Source: reference section 9.14; ServiceNow documentation, Knowledge Management REST API.

use axum::body::Body;
use axum::http::{Method, Response, StatusCode};
use serde_json::{Map, Value, json};

use crate::ids;
use crate::servicenow::actor::Deed;
use crate::servicenow::errors::json_answer;
use crate::servicenow::instance::Instance;
use crate::servicenow::query::evaluate::{Session, meets, select};
use crate::servicenow::query::parse::parse;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::render::{self, Display, Look};
use crate::servicenow::routes::visit::Visit;
use crate::servicenow::routes::{attachment, parameters};
use crate::servicenow::store::Record;
use crate::servicenow::walk::Base;

const TABLE: &str = "kb_knowledge";
/// What can be found at all.
const FOUND: &str = "workflow_state=published^active=true";
/// Articles of a list unless the client asks for another number.
const LIMIT_DEFAULT: usize = 30;
/// Characters of an article that a list shows.
const SNIPPET_CHARS: usize = 300;

pub(crate) fn answer(
    instance: &mut Instance,
    visit: &Visit<'_>,
    rest: &[&str],
) -> Result<Response<Body>, Refusal> {
    if !matches!(visit.call.method, Method::GET | Method::HEAD) {
        return Err(Refusal::Method);
    }
    let result = match rest {
        // Nobody has looked at anything yet and nothing is featured, so these two are the same list.
        ["articles"] | ["articles", "most_viewed" | "featured"] => list(instance, visit)?,
        ["articles", id] => one(instance, visit, id)?,
        ["articles", id, "attachments", file] => {
            article(instance.desk.base(), visit, id)?;
            return attachment::answer(instance, visit, &[file, "file"]);
        }
        _ => return Err(Refusal::NoResource(visit.call.path.clone())),
    };
    Ok(json_answer(StatusCode::OK, &json!({ "result": result })))
}

fn may_read(base: Base<'_>, visit: &Visit<'_>, row: &Record) -> bool {
    base.dictionary.table(&row.class).is_some_and(|table| visit.actor.may_on(Deed::Read, table, row))
}

/// The article of that `sys_id` or number.
fn article<'a>(base: Base<'a>, visit: &Visit<'_>, id: &str) -> Result<&'a Record, Refusal> {
    let named = || base.store.all(base.dictionary, TABLE).find(|row| row.get("number") == id);
    let row = base.store.get(base.dictionary, TABLE, id).or_else(named).ok_or(Refusal::NoRecord)?;
    if may_read(base, visit, row) { Ok(row) } else { Err(Refusal::NoRecord) }
}

fn list(instance: &Instance, visit: &Visit<'_>) -> Result<Value, Refusal> {
    let base = instance.desk.base();
    let asked = |name: &str| visit.call.parameter(name).unwrap_or_default();
    let number = |name: &str, usual: usize| asked(name).parse().unwrap_or(usual);
    let filter = parse(asked("filter"));
    parameters::readable(base, visit.actor, TABLE, &filter)?;
    let session = Session { base, actor: visit.actor, now: visit.now };
    let bases: Vec<&str> = asked("kb").split(',').map(str::trim).filter(|one| !one.is_empty()).collect();
    let words: Vec<String> = asked("query").split_whitespace().map(str::to_lowercase).collect();
    let mut found: Vec<(usize, &Record)> = select(session, TABLE, &parse(FOUND))
        .into_iter()
        .filter(|row| may_read(base, visit, row))
        .filter(|row| bases.is_empty() || bases.contains(&row.get("kb_knowledge_base")))
        .filter(|row| meets(session, TABLE, row, &filter))
        .filter_map(|row| Some((score(row, &words)?, row)))
        .collect();
    found.sort_by_key(|(score, row)| (std::cmp::Reverse(*score), row.get("number").to_owned()));
    let (start, limit) = (number("offset", 0), number("limit", LIMIT_DEFAULT));
    let search = ids::hex32("search", asked("query"));
    let articles: Vec<Value> = found
        .iter()
        .zip(1_usize..)
        .skip(start)
        .take(limit)
        .map(|((score, row), rank)| {
            json!({
                "link": format!(
                    "?sys_kb_id={}&id=kb_article_view&sysparm_rank={rank}&sysparm_tsqueryId={search}", row.id()
                ),
                "rank": rank,
                "id": format!("{TABLE}:{}", row.id()),
                "title": row.get("short_description"),
                "snippet": snippet(row.get("text")),
                "score": score,
                "number": row.get("number"),
                "fields": fields(base, visit, row),
            })
        })
        .collect();
    Ok(json!({
        "meta": {
            "start": start,
            "end": start + articles.len(),
            "fields": names(visit).join(","),
            "query": asked("query"),
            "filter": asked("filter"),
            "kb": asked("kb"),
            "language": visit.call.parameter("language").unwrap_or("en"),
            "count": found.len(),
            "ts_query_id": search,
            "status": { "code": 200 },
        },
        "articles": articles,
    }))
}

/// How often the words stand in an article; nothing where one of them does not.
fn score(row: &Record, words: &[String]) -> Option<usize> {
    let text = format!("{} {}", row.get("short_description"), row.get("text")).to_lowercase();
    let counts = words.iter().map(|word| text.matches(word.as_str()).count());
    counts.map(|count| (count > 0).then_some(count)).sum()
}

/// The beginning of an article without its markup.
fn snippet(markup: &str) -> String {
    let mut inside = false;
    let shown = markup.chars().filter(|mark| {
        let tag = inside || *mark == '<';
        inside = if inside { *mark != '>' } else { *mark == '<' };
        !tag
    });
    shown.take(SNIPPET_CHARS).collect()
}

/// The fields that are asked for; the parameter may come several times.
fn names<'a>(visit: &'a Visit<'_>) -> Vec<&'a str> {
    let asked = visit.call.parameters.iter().filter(|(name, _)| name == "fields");
    let names = asked.flat_map(|(_, value)| value.split(',')).map(str::trim);
    names.filter(|name| !name.is_empty()).collect()
}

fn fields(base: Base<'_>, visit: &Visit<'_>, row: &Record) -> Value {
    let fields = names(visit).into_iter().map(str::to_owned).collect();
    let look =
        Look { display: Display::Both, links: false, fields, ..parameters::look(visit.call, visit.actor) };
    let both = render::record(base, &look, &row.class, row);
    let mut shown = Map::new();
    for (name, value) in both.as_object().into_iter().flatten().filter(|_| !look.fields.is_empty()) {
        let Some(field) = base.dictionary.field(&row.class, name) else { continue };
        let field = json!({
            "name": name,
            "label": field.label,
            "type": field.kind.internal_type(),
            "value": value["value"],
            "display_value": value["display_value"],
        });
        shown.insert(name.clone(), field);
    }
    Value::Object(shown)
}

fn one(instance: &Instance, visit: &Visit<'_>, id: &str) -> Result<Value, Refusal> {
    let base = instance.desk.base();
    let row = article(base, visit, id)?;
    let files = base.store.having(base.dictionary, "sys_attachment", "table_sys_id", row.id());
    let files: Value = files
        .map(|file| {
            json!({
                "sys_id": file.id(),
                "file_name": file.get("file_name"),
                "size_bytes": file.get("size_bytes"),
                "state": file.get("state"),
            })
        })
        .collect();
    let mut shown = json!({
        "content": row.get("text"),
        "template": false,
        "number": row.get("number"),
        "sys_id": row.id(),
        "short_description": row.get("short_description"),
        "display_attachments": true,
        "attachments": files,
        "embedded_content": [],
    });
    if !names(visit).is_empty() {
        shown["fields"] = fields(base, visit, row);
    }
    Ok(shown)
}
