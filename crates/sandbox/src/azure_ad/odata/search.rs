//! `$search`: quoted clauses `"property:text"` joined with `AND` and `OR`.
//!
//! A clause holds when a word of the property starts with the text, without case.

use serde_json::{Map, Value};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::schema::Kind;

/// Most clauses in one search.
const CLAUSES_MAX: usize = 32;

/// A search as alternatives of clauses that must all hold.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Search {
    any_of: Vec<Vec<(&'static str, String)>>,
}

impl Search {
    /// Reads a search for a kind of object.
    ///
    /// # Errors
    /// 400 when a clause is not quoted, names no searchable property, or there are too many.
    pub(crate) fn parse(kind: Kind, text: &str) -> Result<Self, GraphError> {
        let mut any_of = vec![Vec::new()];
        let mut rest = text.trim();
        for _ in 0..CLAUSES_MAX {
            let (clause, behind) = quoted(rest)?;
            if let Some(all_of) = any_of.last_mut() {
                all_of.push(property_and_text(kind, clause)?);
            }
            rest = behind.trim_start();
            if rest.is_empty() {
                return Ok(Self { any_of });
            }
            if let Some(behind) = rest.strip_prefix("AND ") {
                rest = behind.trim_start();
            } else if let Some(behind) = rest.strip_prefix("OR ") {
                any_of.push(Vec::new());
                rest = behind.trim_start();
            } else {
                return Err(syntax());
            }
        }
        Err(GraphError::unsupported_query("The search has too many clauses."))
    }

    pub(crate) fn finds(&self, properties: &Map<String, Value>) -> bool {
        let holds = |(name, text): &(&'static str, String)| {
            let value = properties.get(*name).and_then(Value::as_str).unwrap_or_default().to_lowercase();
            value.starts_with(text)
                || value.split(|c: char| !c.is_alphanumeric()).any(|word| word.starts_with(text))
        };
        self.any_of.iter().any(|all_of| all_of.iter().all(holds))
    }
}

fn quoted(text: &str) -> Result<(&str, &str), GraphError> {
    text.strip_prefix('"').and_then(|text| text.split_once('"')).ok_or_else(syntax)
}

fn property_and_text(kind: Kind, clause: &str) -> Result<(&'static str, String), GraphError> {
    let (name, text) = clause.split_once(':').ok_or_else(syntax)?;
    let known = kind.searchable().iter().find(|known| known.eq_ignore_ascii_case(name.trim()));
    match known {
        Some(known) if !text.trim().is_empty() => Ok((known, text.trim().to_lowercase())),
        Some(_) => Err(syntax()),
        None => Err(GraphError::unsupported_query(format!(
            "Unsupported or invalid search clause specified for property '{name}' of resource '{}'.",
            kind.type_name()
        ))),
    }
}

fn syntax() -> GraphError {
    GraphError::malformed("Syntax error: a search clause must be written as \"property:text\".")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(search: &str, expected: bool) {
        let user = json!({ "displayName": "Ann Berg", "mail": "ann@contoso.test" });
        let search = Search::parse(Kind::User, search).unwrap();
        assert_eq!(search.finds(user.as_object().unwrap()), expected);
    }

    #[test]
    fn clauses_find_the_beginning_of_words() {
        check(r#""displayName:ber""#, true);
        check(r#""displayName:erg""#, false);
        check(r#""displayName:ann berg""#, true);
        check(r#""displayName:x" OR "mail:ANN""#, true);
        check(r#""displayName:ann" AND "mail:bob""#, false);
    }

    #[test]
    fn unquoted_and_unknown_clauses_are_refused() {
        for search in
            ["displayName:ann", r#""ann""#, r#""city:x""#, r#""mail:a" XOR "mail:b""#, r#""mail:a"#, ""]
        {
            assert!(Search::parse(Kind::User, search).is_err(), "{search}");
        }
    }
}
