//! The query options of one request.
//!
//! Owns their spellings: `$filter`, `%24filter` and `filter` are the same. What an option means
//! is decided elsewhere.

use axum::extract::Query;
use axum::http::Uri;

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::schema::{ELSEWHERE, Kind};

/// Longest value of one option, in characters.
const OPTION_CHARS_MAX: usize = 8192;

/// The query options as they were sent; absent ones are `None`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Options {
    pub(crate) select: Option<Vec<String>>,
    pub(crate) filter: Option<String>,
    pub(crate) orderby: Option<String>,
    pub(crate) search: Option<String>,
    pub(crate) expand: Option<String>,
    pub(crate) top: Option<String>,
    pub(crate) skip: Option<String>,
    pub(crate) count: bool,
    pub(crate) skiptoken: Option<String>,
    pub(crate) deltatoken: Option<String>,
    /// Names and values in order, for building the link to the next page.
    pub(crate) pairs: Vec<(String, String)>,
}

impl Options {
    /// Reads the options of a request's URI.
    ///
    /// # Errors
    /// 400 for an option that appears twice, is too long, or starts with `$` and is unknown.
    pub(crate) fn read(uri: &Uri) -> Result<Self, GraphError> {
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(uri)
            .map_err(|_| GraphError::malformed("The query string could not be read."))?;
        let mut options = Self::default();
        for (name, value) in &pairs {
            options.take(name, value)?;
        }
        options.pairs = pairs;
        Ok(options)
    }

    fn take(&mut self, sent_name: &str, value: &str) -> Result<(), GraphError> {
        if value.len() > OPTION_CHARS_MAX {
            return Err(GraphError::malformed(format!("The query option '{sent_name}' is too long.")));
        }
        let name = sent_name.strip_prefix('$').unwrap_or(sent_name).to_ascii_lowercase();
        let slot = match name.as_str() {
            "select" => {
                let twice = self.select.replace(names(value)).is_some();
                return refuse_if(twice, sent_name);
            }
            "count" => {
                self.count = flag(value)?;
                return Ok(());
            }
            "filter" => &mut self.filter,
            "orderby" => &mut self.orderby,
            "search" => &mut self.search,
            "expand" => &mut self.expand,
            "top" => &mut self.top,
            "skip" => &mut self.skip,
            "skiptoken" => &mut self.skiptoken,
            "deltatoken" => &mut self.deltatoken,
            _ if sent_name.starts_with('$') => {
                let message = format!("The query parameter '{sent_name}' is not supported.");
                return Err(GraphError::malformed(message));
            }
            // Custom options without a dollar sign are ignored by the service.
            _ => return Ok(()),
        };
        refuse_if(slot.replace(value.to_owned()).is_some(), sent_name)
    }

    /// Refuses a `$select` that names what one of the kinds does not have.
    ///
    /// # Errors
    /// 400 naming the property; 501 for what users have outside the directory.
    pub(crate) fn check_select(&self, kinds: &[Kind], relations: &[&str]) -> Result<(), GraphError> {
        for name in self.select.iter().flatten() {
            let known = kinds.iter().any(|kind| kind.property(name).is_some())
                || relations.iter().any(|relation| relation.eq_ignore_ascii_case(name))
                || name == "*";
            if known {
                continue;
            }
            if kinds == [Kind::User] && ELSEWHERE.iter().any(|other| other.eq_ignore_ascii_case(name)) {
                let status = axum::http::StatusCode::NOT_IMPLEMENTED;
                let message = format!("The property '{name}' is not implemented in this sandbox.");
                return Err(GraphError::new(status, "NotImplemented", message));
            }
            let kind = kinds.first().map_or("directoryObject", |kind| kind.short_name());
            let message = format!(
                "Parsing OData Select and Expand failed: Could not find a property named '{name}' on type \
                 'microsoft.graph.{kind}'."
            );
            return Err(GraphError::malformed(message));
        }
        Ok(())
    }
}

fn names(list: &str) -> Vec<String> {
    list.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

fn flag(value: &str) -> Result<bool, GraphError> {
    match value.to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(GraphError::malformed(format!("Invalid value '{value}' for $count query option found."))),
    }
}

fn refuse_if(twice: bool, name: &str) -> Result<(), GraphError> {
    if twice {
        let message = format!(
            "Query option '{name}' was specified more than once, but it must be specified at most once."
        );
        return Err(GraphError::malformed(message));
    }
    Ok(())
}
