//! `$select`: a list of property names.
//!
//! Source: microsoft-graph.md section 4.1. Names with a slash are for filters only.

use crate::azure_ad::errors::GraphError;

/// Reads the names; an empty list and `*` mean that nothing was selected.
pub(crate) fn names(list: &str) -> Vec<String> {
    list.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

/// Refuses names that `is_known` does not know.
///
/// # Errors
/// 400 `BadRequest` naming the first of them.
pub(crate) fn check(
    names: &[String],
    type_name: &str,
    is_known: impl Fn(&str) -> bool,
) -> Result<(), GraphError> {
    for name in names.iter().filter(|name| *name != "*") {
        let is_term = name.chars().all(|c| c.is_alphanumeric() || "_-.@/".contains(c));
        if !is_term {
            let message = format!("Term '{name}' is not valid in a $select or $expand expression.");
            return Err(failed(&message));
        }
        if !is_known(name) {
            return Err(failed(&format!("Could not find a property named '{name}' on type '{type_name}'.")));
        }
    }
    Ok(())
}

/// A refusal of `$select` or `$expand`.
pub(crate) fn failed(why: &str) -> GraphError {
    GraphError::malformed(format!("Parsing OData Select and Expand failed: {why}"))
}
