//! The query options of one request.
//!
//! Owns their spellings: `$filter`, `%24filter` and `filter` are the same, in any case. What an
//! option means is decided elsewhere.
//!
//! Source: microsoft-graph.md sections 4.1 and 4.4.

use axum::extract::Query;
use axum::http::{StatusCode, Uri};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::model::schema::{ELSEWHERE, Kind};
use crate::azure_ad::odata::page::digest;
use crate::azure_ad::odata::select;

/// Longest value of one option, in bytes. The service documents no figure.
const OPTION_BYTES_MAX: usize = 8192;

/// Most options in one query, counting those that mean nothing.
const OPTIONS_MAX: usize = 100;

/// The query options as they were sent; absent ones are `None`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Options {
    /// The selected names; nothing for an empty list and for one with `*`.
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
    /// Names that were selected, also beside a `*`.
    named: Vec<String>,
    /// Names of the options that were read, in lower case without the dollar sign.
    seen: Vec<String>,
}

impl Options {
    /// Reads the options of a request's URI.
    ///
    /// # Errors
    /// 400 for an option that appears twice, is too long, or starts with `$` and is unknown.
    pub(crate) fn read(uri: &Uri) -> Result<Self, GraphError> {
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(uri)
            .map_err(|_| GraphError::malformed("The query string could not be read."))?;
        if pairs.len() > OPTIONS_MAX {
            return Err(GraphError::malformed("The query has too many options."));
        }
        let mut options = Self::default();
        for (name, value) in &pairs {
            options.take(name, value)?;
        }
        options.pairs = pairs;
        Ok(options)
    }

    fn take(&mut self, sent_name: &str, value: &str) -> Result<(), GraphError> {
        let trimmed = sent_name.trim();
        let name = trimmed.strip_prefix('$').unwrap_or(trimmed).to_ascii_lowercase();
        let is_token = name.ends_with("token");
        if value.len() > OPTION_BYTES_MAX && !is_token {
            return Err(GraphError::malformed(format!("The query option '{sent_name}' is too long.")));
        }
        match name.as_str() {
            "select" => self.take_select(value),
            "count" => self.count = flag(value)?,
            "format" => check_format(value)?,
            "filter" => self.filter = filled(value),
            "orderby" => self.orderby = filled(value),
            "search" => self.search = Some(value.to_owned()),
            "expand" => self.expand = filled(value),
            "top" => self.top = Some(value.to_owned()),
            "skip" => self.skip = Some(value.to_owned()),
            "skiptoken" => self.skiptoken = Some(value.to_owned()),
            "deltatoken" => self.deltatoken = Some(value.to_owned()),
            _ if trimmed.starts_with('$') => {
                let message = format!("The query parameter '{sent_name}' is not supported.");
                return Err(GraphError::malformed(message));
            }
            // Custom options without a dollar sign are ignored by the service.
            _ => return Ok(()),
        }
        if self.seen.contains(&name) {
            return Err(GraphError::malformed(format!(
                "Query option '{sent_name}' was specified more than once, but it must be specified at most once."
            )));
        }
        self.seen.push(name);
        Ok(())
    }

    fn take_select(&mut self, value: &str) {
        self.named = select::names(value);
        let all = self.named.is_empty() || self.named.iter().any(|name| name == "*");
        self.select = (!all).then(|| self.named.clone());
    }

    /// Refuses a `$select` that names what one of the kinds does not have.
    ///
    /// # Errors
    /// 400 naming the property; 501 for what users have outside the directory.
    pub(crate) fn check_select(&self, kinds: &[Kind], relations: &[&str]) -> Result<(), GraphError> {
        let kind = kinds.first().map_or("directoryObject", |kind| kind.short_name());
        let is_own = |name: &str| {
            kinds.iter().any(|kind| kind.property(name).is_some() || kind.has_relation(name))
                || relations.iter().any(|relation| relation.eq_ignore_ascii_case(name))
        };
        let is_elsewhere = |name: &str| {
            kinds == [Kind::User] && ELSEWHERE.iter().any(|other| other.eq_ignore_ascii_case(name))
        };
        if let Some(name) = self.named.iter().find(|name| !is_own(name) && is_elsewhere(name)) {
            let message = format!("The property '{name}' is not implemented in this sandbox.");
            return Err(GraphError::new(StatusCode::NOT_IMPLEMENTED, "NotImplemented", message));
        }
        select::check(&self.named, &format!("microsoft.graph.{kind}"), is_own)
    }

    /// Whether a property was selected by name.
    pub(crate) fn selects(&self, name: &str) -> bool {
        self.named.iter().any(|named| named.eq_ignore_ascii_case(name))
    }

    /// What a page token of this query is bound to: everything but the token itself.
    pub(crate) fn digest(&self, path: &str) -> u64 {
        let path = path.to_ascii_lowercase();
        let named: Vec<(String, &str)> = self
            .pairs
            .iter()
            .map(|(name, value)| (name.trim().trim_start_matches('$').to_ascii_lowercase(), value.as_str()))
            .filter(|(name, _)| name != "skiptoken" && self.seen.contains(name))
            .collect();
        let mut named: Vec<(&str, &str)> =
            named.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        named.sort_unstable();
        digest(
            std::iter::once(path.as_str()).chain(named.into_iter().flat_map(|(name, value)| [name, value])),
        )
    }
}

/// An option that was sent without a value is as good as not sent.
fn filled(value: &str) -> Option<String> {
    (!value.trim().is_empty()).then(|| value.to_owned())
}

fn flag(value: &str) -> Result<bool, GraphError> {
    match value.trim().to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(GraphError::malformed(format!(
            "Invalid value '{value}' for $count query option found. Valid values are 'true' and 'false'."
        ))),
    }
}

/// The service answers JSON whatever else is asked for. The reference has no words for the refusal.
fn check_format(value: &str) -> Result<(), GraphError> {
    let kind = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match kind.as_str() {
        "json" | "application/json" | "*/*" => Ok(()),
        _ => Err(GraphError::malformed(format!(
            "A supported MIME type could not be found that matches the content type of the response. None of the \
             supported type(s) 'application/json' matches the content type '{value}'."
        ))),
    }
}
