//! What a client carries from page to page and from round to round.
//!
//! A token holds the place in the log and the options it was made with, so rounds need no state in the tenant and a
//! token survives whatever happens to the client.

use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::azure_ad::delta::feed::{Feed, Relation};
use crate::azure_ad::delta::story::Story;
use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::request::Request;
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::odata::expression::{Expr, Operator};
use crate::azure_ad::odata::filter;
use crate::azure_ad::odata::literal::Literal;
use crate::azure_ad::odata::page::link;
use crate::azure_ad::odata::token::{badly_formed, open};
use crate::azure_ad::state::tenant::Tenant;

/// How long a token works for directory objects.
const TOKEN_LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Most ids the filter of a delta query may name.
const IDS_MAX: usize = 50;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Token {
    /// What it follows.
    kind: Kind,
    /// When it was made.
    at: Timestamp,
    generation: u32,
    /// Place in the log the round begins at; none in a full round.
    pub(super) from: Option<usize>,
    /// Place in the log the round ends at; none before the round begins.
    pub(super) to: Option<usize>,
    /// How far the round was given already.
    pub(super) place: Place,
    pub(super) select: Option<Vec<String>>,
    /// Whether `$expand=members` was asked for.
    expanded: bool,
    ids: Option<Vec<String>>,
}

/// A place in a round.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    /// Objects that were given whole.
    pub(super) done: usize,
    /// Within the next object, the last id of the relation at this place in the list that was given.
    pub(super) cut: Option<(usize, String)>,
}

impl Token {
    /// A token made from the options of a first request.
    ///
    /// # Errors
    /// 400 for properties the kind does not have and for filters other than by id.
    pub(super) fn fresh(
        tenant: &Tenant,
        request: &Request,
        feed: &Feed,
        from: Option<usize>,
    ) -> Result<Self, GraphError> {
        request.options.check_select(&[feed.kind], &feed.relation_names())?;
        Ok(Self {
            kind: feed.kind,
            at: request.now,
            generation: tenant.delta_generation,
            from,
            to: None,
            place: Place::default(),
            select: request.options.select.clone(),
            expanded: request.options.expand.is_some(),
            ids: request.options.filter.as_deref().map(ids).transpose()?,
        })
    }

    /// The token of the next page.
    pub(super) fn next_page(self, now: Timestamp, to: usize, place: Place) -> Self {
        Self { at: now, to: Some(to), place, ..self }
    }

    /// The token of the next round.
    pub(super) fn next_round(self, now: Timestamp, from: usize) -> Self {
        Self { at: now, from: Some(from), to: None, place: Place::default(), ..self }
    }

    /// Opens a token of this feed.
    ///
    /// # Errors
    /// 400 for a token that was changed or made for another feed.
    pub(super) fn open(text: &str, feed: &Feed) -> Result<Self, GraphError> {
        let token: Self = open(text)?;
        if token.kind == feed.kind { Ok(token) } else { Err(badly_formed()) }
    }

    /// Refuses tokens that are too old, or of a tenant that was reset since.
    ///
    /// # Errors
    /// 410 with the address of a new start.
    pub(super) fn expire(&self, tenant: &Tenant, now: Timestamp, url: &str) -> Result<(), GraphError> {
        let too_old = now.duration_since(self.at) > TOKEN_LIFE;
        let behind = self.from.max(self.to).is_some_and(|place| place > tenant.head());
        if !too_old && !behind && self.generation == tenant.delta_generation {
            return Ok(());
        }
        let select = self.select.as_ref().map(|names| names.join(","));
        let select = select.iter().map(|names| ("$select", names.as_str()));
        let location = link(url, select.chain([("$deltatoken", "")]));
        let message = "The sync state generation is not found; continuing requires a full synchronization.";
        let gone = GraphError::new(StatusCode::GONE, "syncStateNotFound", message);
        Err(gone.with_header("Location", location))
    }

    pub(super) fn wants(&self, id: &str) -> bool {
        self.ids.as_ref().is_none_or(|ids| ids.iter().any(|wanted| wanted.eq_ignore_ascii_case(id)))
    }

    pub(super) fn followed(&self, feed: &Feed) -> Vec<Relation> {
        feed.followed(self.select.as_deref(), self.expanded)
    }

    /// Whether a story touches what this token follows.
    pub(super) fn concerns(&self, feed: &Feed, story: &Story) -> bool {
        let selected = |name: &String| match &self.select {
            Some(select) => select.iter().any(|wanted| wanted.eq_ignore_ascii_case(name)),
            None => feed.kind.property(name).is_some_and(|property| property.by_default),
        };
        let followed = self.followed(feed);
        story.whole
            || story.properties.iter().any(selected)
            || story.relations.keys().any(|relation| followed.contains(relation))
    }
}

/// The ids a delta filter names: `id eq 'a' or id eq 'b'`.
fn ids(text: &str) -> Result<Vec<String>, GraphError> {
    let mut ids = Vec::new();
    collect_ids(&filter::parse(text)?, &mut ids)?;
    if ids.len() > IDS_MAX {
        return Err(GraphError::unsupported_query(format!(
            "A delta query may filter {IDS_MAX} ids at most."
        )));
    }
    Ok(ids)
}

fn collect_ids(expr: &Expr, ids: &mut Vec<String>) -> Result<(), GraphError> {
    match expr {
        Expr::Or(parts) => parts.iter().try_for_each(|part| collect_ids(part, ids)),
        Expr::Compare { path, operator: Operator::Eq, literal: Literal::Text(id) } if path == "id" => {
            ids.push(id.clone());
            Ok(())
        }
        _ => Err(GraphError::unsupported_query("A delta query can be filtered by id only.")),
    }
}
