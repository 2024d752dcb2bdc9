//! `$orderby`: which properties, in which direction.
//!
//! Source: microsoft-graph.md section 4.1.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::odata::evaluate::Row;
use crate::azure_ad::odata::field::{Entity, unknown};

/// What an ordering compares: one text per property, then the id, so that no two are equal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Key {
    texts: Vec<String>,
    id: String,
}

/// An ordering the service supports.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Order {
    by: Vec<(String, Direction)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Up,
    Down,
}

impl Order {
    /// Reads an ordering. `filtered` and `advanced` say what else the query is.
    ///
    /// # Errors
    /// 400 `BadRequest` for what is no ordering or names no property, 400
    /// `Request_UnsupportedQuery` for what the service does not order by.
    pub(crate) fn parse(
        entity: &dyn Entity,
        text: &str,
        filtered: bool,
        advanced: bool,
    ) -> Result<Self, GraphError> {
        let rules = entity.rules();
        let mut by = Vec::new();
        for part in text.split(',') {
            let (name, direction) = part_of(part, text)?;
            let field = entity.field(name).ok_or_else(|| invalid(&unknown(&rules, name)))?;
            let is_in = |known: &[&str]| known.iter().any(|known| *known == field.path);
            let is_sortable = is_in(rules.sortable) || (advanced && is_in(rules.sortable_advanced));
            if !is_sortable {
                return Err(not_sorted());
            }
            by.push((field.path.into_owned(), direction));
        }
        if by.len() > rules.sort_keys_max {
            return Err(not_sorted());
        }
        if filtered && rules.sorted_filter_is_advanced && !advanced {
            return Err(GraphError::unsupported_query("Sorting not supported for current query."));
        }
        Ok(Self { by })
    }

    pub(crate) fn key(&self, row: &dyn Row, id: &str) -> Key {
        let text = |(name, _): &(String, Direction)| match row.top(name).as_deref() {
            Some(Value::String(text)) => text.to_lowercase(),
            _ => String::new(),
        };
        Key { texts: self.by.iter().map(text).collect(), id: id.to_owned() }
    }

    pub(crate) fn compare(&self, left: &Key, right: &Key) -> Ordering {
        for ((_, direction), (left, right)) in self.by.iter().zip(left.texts.iter().zip(&right.texts)) {
            let order = direction.of(left.cmp(right));
            if order != Ordering::Equal {
                return order;
            }
        }
        let first = self.by.first().map_or(Direction::Up, |(_, direction)| *direction);
        first.of(left.id.cmp(&right.id))
    }
}

impl Direction {
    fn of(self, order: Ordering) -> Ordering {
        match self {
            Self::Up => order,
            Self::Down => order.reverse(),
        }
    }
}

fn part_of<'a>(part: &'a str, text: &str) -> Result<(&'a str, Direction), GraphError> {
    let mut words = part.split_whitespace();
    let name = words.next();
    let direction = match words.next() {
        None => Direction::Up,
        Some(word) if word.eq_ignore_ascii_case("asc") => Direction::Up,
        Some(word) if word.eq_ignore_ascii_case("desc") => Direction::Down,
        Some(_) => return Err(syntax(text)),
    };
    match (name, words.next()) {
        (Some(name), None) => Ok((name, direction)),
        (None, _) => Err(invalid(&format!("Expression expected at position {} in '{text}'.", text.len()))),
        _ => Err(syntax(text)),
    }
}

fn syntax(text: &str) -> GraphError {
    invalid(&format!("Syntax error at position {} in '{text}'.", text.chars().count()))
}

fn invalid(why: &str) -> GraphError {
    GraphError::malformed(format!("Invalid orderby clause: {why}"))
}

fn not_sorted() -> GraphError {
    GraphError::unsupported_query("Sorting is not supported for the given property or combination.")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::azure_ad::model::schema::Kind;

    fn check(text: &str, filtered: bool, advanced: bool, expected: &str) {
        let verdict = Order::parse(&Kind::User, text, filtered, advanced).map_err(|error| error.code);
        assert_eq!(verdict.err().unwrap_or_default(), expected, "{text}");
    }

    #[test]
    fn only_what_the_directory_orders_by_is_taken() {
        check("displayName", false, false, "");
        check("DISPLAYNAME  Desc", false, false, "");
        check("userPrincipalName asc", true, true, "");
        check("displayName", true, false, "Request_UnsupportedQuery");
        check("displayName,userPrincipalName", false, false, "Request_UnsupportedQuery");
        check("city", false, false, "Request_UnsupportedQuery");
        for wrong in ["frob", "displayName up", "displayName desc desc", "displayName,", ","] {
            check(wrong, false, false, "BadRequest");
        }
    }

    #[test]
    fn equal_values_are_told_apart_by_id() {
        let row = json!({ "displayName": "Ann" });
        let row = row.as_object().unwrap();
        for (text, expected) in [("displayName", Ordering::Less), ("displayName desc", Ordering::Greater)] {
            let order = Order::parse(&Kind::User, text, false, false).unwrap();
            assert_eq!(order.compare(&order.key(row, "1"), &order.key(row, "2")), expected, "{text}");
        }
    }
}
