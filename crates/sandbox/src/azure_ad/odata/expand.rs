//! `$expand`: relations to be shown inside an object, each with options of its own.
//!
//! Source: microsoft-graph.md section 4.1.

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::odata::select::{failed, names};

/// Most objects shown inside another one; there is no link to more.
pub(crate) const ITEMS_MAX: usize = 20;

/// Most managers above each other that `$levels=max` shows. The service documents no figure.
const LEVELS_MAX: usize = 1000;

/// A relation to be shown inside the object.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Expand {
    /// In the spelling it is known by.
    pub(crate) relation: String,
    pub(crate) select: Option<Vec<String>>,
    /// How often the relation is followed.
    pub(crate) levels: usize,
}

impl Expand {
    /// Whether more than the next one is wanted, each inside the one before.
    pub(crate) fn is_chain(&self) -> bool {
        self.levels > 1
    }
}

/// Reads the one relation a directory object may show, such as `manager($select=id,displayName)`.
///
/// # Errors
/// 400 for several relations, unknown ones and options they do not take.
pub(crate) fn parse(text: &str, known: &[&str]) -> Result<Expand, GraphError> {
    let mut all = parse_all(text, known)?;
    match all.len() {
        1 => Ok(all.remove(0)),
        _ => Err(GraphError::unsupported_query("Only one property can be expanded in a single query.")),
    }
}

/// Reads several relations; `*` stands for all of them.
///
/// # Errors
/// 400 for unknown relations, for one that is named twice and for options they do not take.
pub(crate) fn parse_all(text: &str, known: &[&str]) -> Result<Vec<Expand>, GraphError> {
    let mut found: Vec<Expand> = Vec::new();
    for item in split(text, ',')? {
        let (name, inner) = name_and_options(item)?;
        if name == "*" {
            if inner.is_some() {
                return Err(failed("Only $levels and $ref may follow '*' in $expand."));
            }
            let missing = known.iter().filter(|known| !found.iter().any(|expand| expand.relation == **known));
            let missing: Vec<Expand> = missing.map(|relation| plain(relation)).collect();
            found.extend(missing);
            continue;
        }
        let relation = known.iter().find(|known| known.eq_ignore_ascii_case(name));
        let relation =
            relation.ok_or_else(|| failed(&format!("Could not find a property named '{name}'.")))?;
        if found.iter().any(|expand| expand.relation == *relation) {
            return Err(failed(&format!("Found duplicate expand item '{relation}'.")));
        }
        found.push(with_options(plain(relation), inner.unwrap_or_default())?);
    }
    if found.is_empty() {
        return Err(failed("Term '' is not valid in a $select or $expand expression."));
    }
    Ok(found)
}

fn plain(relation: &str) -> Expand {
    Expand { relation: relation.to_owned(), select: None, levels: 1 }
}

/// `manager` or `manager(…)`, taken apart.
fn name_and_options(item: &str) -> Result<(&str, Option<&str>), GraphError> {
    let Some((name, inner)) = item.split_once('(') else { return Ok((item, None)) };
    match inner.strip_suffix(')') {
        Some(inner) if !inner.trim().is_empty() => Ok((name.trim(), Some(inner))),
        Some(_) => Err(failed(&format!("Missing expand option on navigation property '{}'.", name.trim()))),
        None => Err(unbalanced(item)),
    }
}

fn with_options(mut expand: Expand, inner: &str) -> Result<Expand, GraphError> {
    for option in split(inner, ';')? {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        match name.trim().trim_start_matches('$').to_ascii_lowercase().as_str() {
            "select" if expand.select.is_none() => {
                let names = names(value);
                let all = names.is_empty() || names.iter().any(|name| name == "*");
                expand.select = (!all).then_some(names);
            }
            "levels" if expand.relation.eq_ignore_ascii_case("manager") => expand.levels = levels(value)?,
            "select" | "levels" | "filter" | "top" | "skip" | "count" | "orderby" | "search" | "expand" => {
                return Err(GraphError::unsupported_query(format!(
                    "The query option '{}' is not supported within $expand of '{}'.",
                    name.trim(),
                    expand.relation
                )));
            }
            _ => {
                return Err(failed(&format!(
                    "Term '{option}' is not valid in a $select or $expand expression."
                )));
            }
        }
    }
    Ok(expand)
}

fn levels(value: &str) -> Result<usize, GraphError> {
    match value.trim() {
        max if max.eq_ignore_ascii_case("max") => Ok(LEVELS_MAX),
        number => match number.parse::<usize>() {
            Ok(levels) if levels >= 1 => Ok(levels.min(LEVELS_MAX)),
            _ => Err(failed(&format!(
                "The value of $levels '{number}' is not valid; it must be a positive integer or 'max'."
            ))),
        },
    }
}

/// Cuts at a separator that stands outside parentheses.
fn split(text: &str, separator: char) -> Result<Vec<&str>, GraphError> {
    let (mut depth, mut start) = (0_usize, 0);
    let mut parts = Vec::new();
    for (at, next) in text.char_indices() {
        match next {
            '(' => depth += 1,
            ')' => depth = depth.checked_sub(1).ok_or_else(|| unbalanced(text))?,
            _ if next == separator && depth == 0 => {
                parts.push(text[start..at].trim());
                start = at + next.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    match depth {
        0 => Ok(parts.into_iter().filter(|part| !part.is_empty()).collect()),
        _ => Err(unbalanced(text)),
    }
}

fn unbalanced(text: &str) -> GraphError {
    failed(&format!("Found an unbalanced bracket expression in '{text}'."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relation_may_bring_options_of_its_own() {
        let expand = parse("manager($select=id,displayName)", &["manager"]).unwrap();
        assert_eq!(expand.select, Some(vec!["id".to_owned(), "displayName".to_owned()]));
        let expand = parse("Manager($levels=max;$select=id)", &["manager"]).unwrap();
        assert_eq!((expand.relation.as_str(), expand.levels), ("manager", LEVELS_MAX));
        assert_eq!(parse("*", &["manager"]).unwrap().relation, "manager");
        let all = parse_all("accessPackage,target($select=*)", &["target", "accessPackage"]).unwrap();
        assert_eq!(all, [plain("accessPackage"), plain("target")]);
        for refused in [
            "",
            "manager,members",
            "manager,manager",
            "friends",
            "manager($levels=0)",
            "members($levels=2)",
            "members($top=5)",
            "manager($frob=1)",
            "manager()",
            "manager($select=id",
            "manager)",
            "*",
        ] {
            assert!(parse(refused, &["manager", "members"]).is_err(), "{refused}");
        }
    }
}
