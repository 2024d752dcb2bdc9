//! Page sizes and the opaque tokens that lead to the next page or round.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::azure_ad::encoding::encode;
use crate::azure_ad::errors::GraphError;
use crate::azure_ad::schema::Kind;

/// Objects on a page when the request does not say.
const PAGE_DEFAULT: usize = 100;

/// Most objects on a page of what is no log.
const PAGE_OF_LISTS: usize = 999;

/// Reads `$top`.
///
/// # Errors
/// 400 for what is no number from 1 to the most of the kind.
pub(crate) fn page_size(top: Option<&str>, kind: Kind) -> Result<usize, GraphError> {
    let page_max = kind.page_max();
    // The logs fill their pages, the kinds without pages come whole.
    let usual = if page_max > PAGE_OF_LISTS { page_max } else { PAGE_DEFAULT };
    let Some(top) = top else { return Ok(usual) };
    match top.parse::<i64>() {
        Ok(number) if usize::try_from(number).is_ok_and(|number| (1..=page_max).contains(&number)) => {
            Ok(usize::try_from(number).unwrap_or(page_max))
        }
        Ok(number) => Err(GraphError::bad_request(format!(
            "Invalid page size specified: '{number}'. Must be between 1 and {page_max} inclusive."
        ))),
        Err(_) => Err(GraphError::malformed(format!("Invalid value '{top}' for $top query option found."))),
    }
}

/// Makes a token a client cannot read at a glance.
pub(crate) fn seal<T: Serialize>(content: &T) -> String {
    let json = serde_json::to_vec(content).expect("tokens hold only text and numbers");
    URL_SAFE_NO_PAD.encode(json)
}

/// Opens a token made by `seal`.
///
/// # Errors
/// 400 for anything else.
pub(crate) fn open<T: DeserializeOwned>(token: &str) -> Result<T, GraphError> {
    let json = URL_SAFE_NO_PAD.decode(token).map_err(|_| badly_formed())?;
    serde_json::from_slice(&json).map_err(|_| badly_formed())
}

fn badly_formed() -> GraphError {
    GraphError::bad_request("Badly formed token.")
}

/// An absolute link with the given query.
pub(crate) fn link<'a>(url: &str, query: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let pairs: Vec<String> =
        query.into_iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    format!("{url}?{}", pairs.join("&"))
}
