//! `$expand`: one relation with an optional `$select` of its own.

use crate::azure_ad::errors::GraphError;

/// A relation to be shown inside the object.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Expand {
    pub(crate) relation: String,
    pub(crate) select: Option<Vec<String>>,
    /// How often the relation is followed.
    pub(crate) levels: usize,
}

/// Most objects shown inside another one; there is no link to more.
pub(crate) const ITEMS_MAX: usize = 20;

/// Most managers above each other that `$levels=max` shows. The service documents no figure.
const LEVELS_MAX: usize = 1000;

/// Reads `manager` or `manager($select=id,displayName)`.
///
/// # Errors
/// 400 for several relations, unknown ones and nested options other than `$select`.
pub(crate) fn parse(text: &str, known: &[&str]) -> Result<Expand, GraphError> {
    let (relation, inner) = match text.trim().split_once('(') {
        Some((relation, inner)) => {
            let inner = inner.strip_suffix(')').ok_or_else(|| malformed("Syntax error"))?;
            (relation, Some(inner))
        }
        None => (text.trim(), None),
    };
    if relation.contains(',') {
        return Err(GraphError::unsupported_query("Only one property can be expanded in a single query."));
    }
    if !known.iter().any(|known| known.eq_ignore_ascii_case(relation)) {
        return Err(malformed(&format!("Could not find a property named '{relation}'")));
    }
    let mut expand = Expand { relation: relation.to_ascii_lowercase(), select: None, levels: 1 };
    for option in inner.into_iter().flat_map(|inner| inner.split(';')) {
        match option.split_once('=') {
            Some(("$select", names)) => {
                expand.select = Some(names.split(',').map(|name| name.trim().to_owned()).collect());
            }
            Some(("$levels", levels)) if expand.relation == "manager" => {
                let levels = if levels == "max" { Some(LEVELS_MAX) } else { levels.parse().ok() };
                let levels = levels.filter(|levels| *levels >= 1);
                expand.levels = levels.ok_or_else(|| malformed("The value of $levels is not valid"))?;
            }
            _ => return Err(malformed("only $select and $levels may be nested")),
        }
    }
    Ok(expand)
}

fn malformed(why: &str) -> GraphError {
    GraphError::malformed(format!("Parsing OData Select and Expand failed: {why}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relation_may_bring_its_own_select() {
        let expand = parse("manager($select=id,displayName)", &["manager"]).unwrap();
        assert_eq!(expand.select, Some(vec!["id".to_owned(), "displayName".to_owned()]));
        assert_eq!(parse("Manager", &["manager"]).unwrap().relation, "manager");
        for refused in ["manager,memberOf", "friends", "manager($levels=0)", "manager($select=id"] {
            assert!(parse(refused, &["manager"]).is_err(), "{refused}");
        }
    }
}
