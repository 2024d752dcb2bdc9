//! Page sizes, links, and the place in a list where the next page begins.
//!
//! A page token is bound to its query and remembers, beside the key of an ordering, the neighbours
//! of the cut: the next objects and the last ones given. So whatever comes or goes between two
//! pages, no other object is given twice or left out.
//!
//! Source: microsoft-graph.md sections 4.1 and 4.5.

use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::odata::orderby::Key;
use crate::azure_ad::odata::token::{badly_formed, open, seal};
use crate::percent::encode_odata;

/// How long a page token works. The service documents no figure.
const TOKEN_LIFE: SignedDuration = SignedDuration::from_hours(1);

/// How many neighbours a token remembers on either side of the cut.
const NEIGHBOURS: usize = 16;

/// How a collection is cut into pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Paging {
    /// Objects on a page when the request does not say.
    pub(crate) default: usize,
    pub(crate) max: usize,
    /// Whether a larger `$top` is cut to the maximum instead of refused.
    pub(crate) clips: bool,
    /// Whether `$skip` works.
    pub(crate) skips: bool,
}

/// Where the next page begins.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PageToken {
    at: Timestamp,
    /// What the token was made for.
    query: u64,
    /// The key the page before ended with, when the list is ordered.
    key: Option<Key>,
    /// Short digests of the ids of the next objects.
    ahead: Vec<u64>,
    /// The same of the last ones given, the last first.
    behind: Vec<u64>,
}

impl PageToken {
    /// Opens a token and refuses those that are too old or of another query.
    ///
    /// # Errors
    /// 400 `Directory_ExpiredPageToken` or "Badly formed token."
    pub(crate) fn open(token: &str, query: u64, now: Timestamp) -> Result<Self, GraphError> {
        let token: Self = open(token)?;
        if now.duration_since(token.at) > TOKEN_LIFE {
            let message =
                "The specified page token value has expired and can no longer be included in your request.";
            return Err(GraphError::new(StatusCode::BAD_REQUEST, "Directory_ExpiredPageToken", message));
        }
        match token.query == query {
            true => Ok(token),
            false => Err(badly_formed()),
        }
    }

    pub(crate) fn key(&self) -> Option<&Key> {
        self.key.as_ref()
    }

    /// Place in a list without an ordering where the page begins.
    pub(crate) fn place(&self, ids: &[&str]) -> usize {
        let digests: Vec<u64> = ids.iter().map(|id| digest([*id])).collect();
        let place = |of: &u64| digests.iter().position(|own| own == of);
        let ahead = self.ahead.iter().find_map(place);
        let behind = || self.behind.iter().find_map(place).map(|last| last + 1);
        // Where everything remembered is gone, giving an object twice is better than leaving one out.
        ahead.or_else(behind).unwrap_or(0)
    }

    /// The token that leads on from a cut in a list.
    pub(crate) fn seal(now: Timestamp, query: u64, key: Option<Key>, (ids, cut): (&[&str], usize)) -> String {
        let digests =
            |ids: &mut dyn Iterator<Item = &&str>| ids.take(NEIGHBOURS).map(|id| digest([*id])).collect();
        let (before, after) = ids.split_at(cut.min(ids.len()));
        let ahead = digests(&mut after.iter());
        let behind = digests(&mut before.iter().rev());
        seal(&Self { at: now, query, key, ahead, behind })
    }
}

/// A short digest of texts (FNV-1a), cut so that it is an exact number in every JSON reader.
pub(crate) fn digest<'a>(texts: impl IntoIterator<Item = &'a str>) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for text in texts {
        // The byte behind each text occurs in none, so that their borders count.
        for byte in text.bytes().chain([0xff]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    hash >> 12
}

/// How many objects a page has.
///
/// # Errors
/// 400 for what is no number, and for one the collection refuses.
pub(crate) fn page_size(top: Option<&str>, paging: Paging) -> Result<usize, GraphError> {
    let Some(top) = top else { return Ok(paging.default) };
    let Ok(number) = top.trim().parse::<i64>() else { return Err(no_number("$top", top)) };
    match usize::try_from(number) {
        Ok(size) if (1..=paging.max).contains(&size) => Ok(size),
        Ok(size) if size > paging.max && paging.clips => Ok(paging.max),
        _ => Err(GraphError::bad_request(format!(
            "Invalid page size specified: '{number}'. Must be between 1 and {} inclusive.",
            paging.max
        ))),
    }
}

/// How many objects are left out at the beginning.
///
/// # Errors
/// 400 where the collection does not support it, and for what is no number.
pub(crate) fn skipped(skip: Option<&str>, paging: Paging) -> Result<usize, GraphError> {
    match skip {
        None => Ok(0),
        Some(_) if !paging.skips => Err(GraphError::bad_request("'$skip' is not supported by the service.")),
        Some(skip) => skip.trim().parse().map_err(|_| no_number("$skip", skip)),
    }
}

fn no_number(option: &str, value: &str) -> GraphError {
    GraphError::malformed(format!(
        "Invalid value '{value}' for {option} query option found. The {option} query option requires a non-negative \
         integer value."
    ))
}

/// An absolute link with the given query.
pub(crate) fn link<'a>(url: &str, query: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let pairs: Vec<String> = query
        .into_iter()
        .map(|(name, value)| format!("{}={}", encode_odata(name), encode_odata(value)))
        .collect();
    format!("{url}?{}", pairs.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(ids: &[&str], at: usize) -> PageToken {
        let now = Timestamp::UNIX_EPOCH;
        PageToken::open(&PageToken::seal(now, 7, None, (ids, at)), 7, now).unwrap()
    }

    #[test]
    fn neighbours_find_the_place_again_whatever_comes_or_goes() {
        let all: Vec<String> = (0..100).map(|number| format!("id-{number}")).collect();
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        let token = cut(&all, 40);
        assert_eq!(token.place(&all), 40);
        // Everything that was given is gone.
        assert_eq!(token.place(&all[40..]), 0);
        // Everything remembered ahead is gone.
        let rest: Vec<&str> = all[..40].iter().chain(&all[60..]).copied().collect();
        assert_eq!(token.place(&rest), 40);
        // New ones came before and behind.
        let more: Vec<&str> = ["new"].iter().chain(&all).chain(&["newer"]).copied().collect();
        assert_eq!(token.place(&more), 41);
    }

    #[test]
    fn a_token_of_another_query_is_refused() {
        let now = Timestamp::UNIX_EPOCH;
        let token = PageToken::seal(now, 7, None, (&["a", "b"], 1));
        assert_eq!(PageToken::open(&token, 8, now).unwrap_err(), badly_formed());
        let later = now + TOKEN_LIFE + SignedDuration::from_secs(1);
        assert_eq!(PageToken::open(&token, 7, later).unwrap_err().code, "Directory_ExpiredPageToken");
    }

    #[test]
    fn each_collection_has_bounds_of_its_own() {
        let strict = Paging { default: 100, max: 999, clips: false, skips: false };
        let kind = Paging { default: 20, max: 500, clips: true, skips: true };
        assert_eq!(page_size(None, strict), Ok(100));
        assert_eq!(page_size(Some("999"), strict), Ok(999));
        assert_eq!(page_size(Some("1000"), kind), Ok(500));
        for refused in ["0", "-1", "1000"] {
            assert_eq!(page_size(Some(refused), strict).unwrap_err().code, "Request_BadRequest", "{refused}");
        }
        assert_eq!(page_size(Some("x"), kind).unwrap_err().code, "BadRequest");
        assert_eq!((skipped(Some("5"), kind), skipped(None, strict)), (Ok(5), Ok(0)));
        assert!(skipped(Some("5"), strict).is_err() && skipped(Some("-5"), kind).is_err());
    }
}
