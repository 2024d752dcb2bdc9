//! `$expand`: relations to be shown inside an object, each with options of its own.
//!
//! Source: microsoft-graph.md section 4.1.

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::odata::select::{failed, names};

/// Most objects shown inside another one; there is no link to more.
pub(crate) const ITEMS_MAX: usize = 20;

/// Most managers above each other that `$levels` shows.
const LEVELS_MAX: usize = 1000;

/// A relation that can be shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Relation {
    name: &'static str,
    /// What can be shown inside it in turn; nothing where the service expands one level only.
    inside: &'static [Relation],
}

impl Relation {
    /// A relation inside which nothing more is shown.
    pub(crate) const fn of(name: &'static str) -> Self {
        Self { name, inside: &[] }
    }

    pub(crate) const fn showing(name: &'static str, inside: &'static [Self]) -> Self {
        Self { name, inside }
    }
}

/// A relation to be shown inside the object.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Expand {
    /// In the spelling it is known by.
    pub(crate) relation: &'static str,
    pub(crate) select: Option<Vec<String>>,
    /// How often the relation is followed, where the request says so.
    pub(crate) levels: Option<usize>,
    /// What is shown inside the related objects.
    pub(crate) inside: Vec<Expand>,
}

/// Reads the one relation a directory object may show, such as `manager($select=id,displayName)`.
///
/// # Errors
/// 400 for several relations, unknown ones and options they do not take.
pub(crate) fn parse(text: &str, known: &[Relation]) -> Result<Expand, GraphError> {
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
pub(crate) fn parse_all(text: &str, known: &[Relation]) -> Result<Vec<Expand>, GraphError> {
    let mut found: Vec<Expand> = Vec::new();
    for item in split(text, ',')? {
        let (name, inner) = name_and_options(item)?;
        if name == "*" {
            if inner.is_some() {
                return Err(failed("Only $levels and $ref may follow '*' in $expand."));
            }
            let missing =
                known.iter().filter(|known| !found.iter().any(|expand| expand.relation == known.name));
            let missing: Vec<Expand> = missing.map(|relation| plain(relation.name)).collect();
            found.extend(missing);
            continue;
        }
        let relation = known.iter().find(|known| known.name.eq_ignore_ascii_case(name));
        let relation =
            relation.ok_or_else(|| failed(&format!("Could not find a property named '{name}'.")))?;
        if found.iter().any(|expand| expand.relation == relation.name) {
            return Err(failed(&format!("Found duplicate expand item '{}'.", relation.name)));
        }
        found.push(with_options(relation, inner.unwrap_or_default())?);
    }
    if found.is_empty() {
        return Err(failed("Term '' is not valid in a $select or $expand expression."));
    }
    Ok(found)
}

fn plain(relation: &'static str) -> Expand {
    Expand { relation, select: None, levels: None, inside: Vec::new() }
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

fn with_options(relation: &Relation, inner: &str) -> Result<Expand, GraphError> {
    let mut expand = plain(relation.name);
    for option in split(inner, ';')? {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        match name.trim().trim_start_matches('$').to_ascii_lowercase().as_str() {
            "select" if expand.select.is_none() => {
                let names = names(value);
                let all = names.is_empty() || names.iter().any(|name| name == "*");
                expand.select = (!all).then_some(names);
            }
            "levels" if expand.relation == "manager" => expand.levels = Some(levels(value)?),
            "expand" if !relation.inside.is_empty() && expand.inside.is_empty() => {
                expand.inside = parse_all(value, relation.inside)?;
            }
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
            Ok(levels) if (1..=LEVELS_MAX).contains(&levels) => Ok(levels),
            _ => Err(failed(&format!(
                "The value of $levels '{number}' is not valid; it must be an integer from 1 to {LEVELS_MAX} or 'max'."
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

    const MANAGER: &[Relation] = &[Relation::of("manager")];
    const REQUEST: &[Relation] = &[
        Relation::of("accessPackage"),
        Relation::showing("assignment", &[Relation::of("target"), Relation::of("accessPackage")]),
    ];

    #[test]
    fn a_relation_may_bring_options_of_its_own() {
        let expand = parse("manager($select=id,displayName)", MANAGER).unwrap();
        assert_eq!(expand.select, Some(vec!["id".to_owned(), "displayName".to_owned()]));
        let expand = parse("Manager($levels=max;$select=id)", MANAGER).unwrap();
        assert_eq!((expand.relation, expand.levels), ("manager", Some(LEVELS_MAX)));
        assert_eq!(parse("*", MANAGER).unwrap().relation, "manager");
        let all = parse_all("assignment,accessPackage($select=*)", REQUEST).unwrap();
        assert_eq!(all, [plain("assignment"), plain("accessPackage")]);
    }

    #[test]
    fn some_relations_show_relations_inside() {
        let all = parse_all("assignment($select=id;$expand=target($select=email),accessPackage)", REQUEST);
        let select = |name: &str| Some(vec![name.to_owned()]);
        let target = Expand { select: select("email"), ..plain("target") };
        let inside = vec![target, plain("accessPackage")];
        assert_eq!(all.unwrap(), [Expand { select: select("id"), inside, ..plain("assignment") }]);
    }

    #[test]
    fn what_the_service_does_not_show_is_refused() {
        let known = [Relation::of("manager"), Relation::of("members")];
        for refused in [
            "",
            "manager,members",
            "manager,manager",
            "friends",
            "manager($levels=0)",
            "manager($levels=1001)",
            "members($levels=2)",
            "members($top=5)",
            "members($expand=manager)",
            "manager($frob=1)",
            "manager()",
            "manager($select=id",
            "manager)",
            "*",
        ] {
            assert!(parse(refused, &known).is_err(), "{refused}");
        }
        for refused in [
            "assignment($expand=friends)",
            "assignment($expand=)",
            "assignment($expand=target;$expand=target)",
            "assignment($expand=target($expand=accessPackage))",
        ] {
            assert!(parse_all(refused, REQUEST).is_err(), "{refused}");
        }
    }
}
