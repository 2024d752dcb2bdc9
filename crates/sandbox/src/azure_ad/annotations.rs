//! How much of OData's annotations an answer carries: as little as usual, nothing, or all a client may want to know.
//!
//! Owns the reading of `Accept` and the rewriting of bodies. Answers inside a batch stay as they are.
//!
//! Source: microsoft-graph.md section 3 (metadata levels).

use axum::http::{HeaderMap, header};
use serde_json::{Map, Value, json};

use crate::azure_ad::kernel::reference;
use crate::azure_ad::model::schema::Kind;

/// What a client asks for with `odata.metadata=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    None,
    Minimal,
    Full,
}

/// Where an answer comes from.
#[derive(Debug)]
pub(crate) struct Origin<'a> {
    /// Scheme, host and version.
    pub(crate) root: String,
    /// Scheme and host.
    pub(crate) base: &'a str,
    pub(crate) tenant: &'a str,
}

impl Level {
    /// The level the `Accept` of a request asks for; what cannot be read asks for nothing special.
    pub(crate) fn asked(headers: &HeaderMap) -> Self {
        let accepted = headers.get_all(header::ACCEPT).into_iter().filter_map(|value| value.to_str().ok());
        let mut parameters = accepted.flat_map(|value| value.split([';', ',']));
        let asked = parameters.find_map(|parameter| {
            let (name, level) = parameter.split_once('=')?;
            name.trim().eq_ignore_ascii_case("odata.metadata").then(|| level.trim().to_ascii_lowercase())
        });
        match asked.as_deref() {
            Some("none") => Self::None,
            Some("full") => Self::Full,
            _ => Self::Minimal,
        }
    }

    /// Content type of every JSON answer of Graph.
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::None => {
                "application/json;odata.metadata=none;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
            }
            Self::Minimal => {
                "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
            }
            Self::Full => {
                "application/json;odata.metadata=full;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
            }
        }
    }

    /// Gives a body the annotations of the level.
    pub(crate) fn shape(self, body: &mut Value, origin: &Origin<'_>) {
        match self {
            Self::None => strip(body),
            Self::Minimal => {}
            Self::Full => {
                let kind = body["@odata.context"].as_str().and_then(kind_of);
                match body.get_mut("value").and_then(Value::as_array_mut) {
                    Some(items) => items.iter_mut().for_each(|item| annotate(item, kind, origin)),
                    None => annotate(body, kind, origin),
                }
            }
        }
    }
}

/// Takes every annotation away that the payload does not need: links to more, numbers and addresses stay.
fn strip(value: &mut Value) {
    match value {
        Value::Object(object) => {
            let is_kept = |name: &str| match name.split_once("@odata.") {
                Some((_, what)) => ["nextLink", "deltaLink", "count", "id"].contains(&what),
                None => true,
            };
            object.retain(|name, _| is_kept(name));
            object.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

/// Gives an object its type and addresses, and those inside it that say what they are.
fn annotate(value: &mut Value, kind: Option<Kind>, origin: &Origin<'_>) {
    let Value::Object(object) = value else { return };
    for inner in object.values_mut() {
        match inner {
            Value::Array(items) => items.iter_mut().for_each(|item| annotate(item, None, origin)),
            inner => annotate(inner, None, origin),
        }
    }
    let kind = object.get("@odata.type").and_then(Value::as_str).and_then(Kind::of_type).or(kind);
    let id = object.get("id").and_then(Value::as_str);
    let (Some(kind), Some(id)) = (kind, id) else { return };
    let (address, link) = match kind.is_directory() {
        true => {
            let directory = format!("{}/v2/{}/directoryObjects/{id}", origin.base, origin.tenant);
            let link = format!("directoryObjects('{id}')/microsoft.graph.{}", kind.short_name());
            (format!("{directory}/{}", reference::type_segment(kind)), link)
        }
        false => {
            let link = format!("{}('{id}')", kind.collection());
            (format!("{}/{link}", origin.root), link)
        }
    };
    let mut whole = Map::new();
    if let Some(context) = object.remove("@odata.context") {
        whole.insert("@odata.context".to_owned(), context);
    }
    let of_kind = json!(kind.odata_type());
    whole.insert("@odata.type".to_owned(), object.remove("@odata.type").unwrap_or(of_kind));
    whole.insert("@odata.id".to_owned(), json!(address));
    whole.insert("@odata.editLink".to_owned(), json!(link));
    whole.append(object);
    *object = whole;
}

/// The kind a context such as `…/$metadata#users(id)/$entity` speaks of.
fn kind_of(context: &str) -> Option<Kind> {
    let (_, of) = context.split_once("/$metadata#")?;
    let collection = of.strip_suffix("/$entity").unwrap_or(of);
    Kind::of_collection(collection.split('(').next().unwrap_or(collection))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn asked(accept: &'static str) -> Level {
        Level::asked(&[(header::ACCEPT, HeaderValue::from_static(accept))].into_iter().collect())
    }

    #[test]
    fn the_level_is_a_parameter_of_what_is_accepted() {
        assert_eq!(asked("application/json;odata.metadata=none"), Level::None);
        assert_eq!(asked("application/json; charset=utf-8; ODATA.metadata=Full, */*"), Level::Full);
        for usual in ["application/json", "*/*", "application/json;odata.metadata=minimal", "odata.metadata"]
        {
            assert_eq!(asked(usual), Level::Minimal, "{usual}");
        }
        assert_eq!(Level::asked(&HeaderMap::new()), Level::Minimal);
    }
}
