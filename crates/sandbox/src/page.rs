//! The page at `/`: what this is, how to reach it, what is in it and what it was asked.
//!
//! Owns the text. The page fetches everything that changes from the admin interface.

use axum::body::Body;
use axum::http::{Response, header};
use axum::response::{Html, IntoResponse as _};

use crate::calls::Platform;

/// The page with places for what differs between the platforms.
const PAGE: &str = include_str!("page.html");

/// What a page may load: nothing but itself and the interface it came from.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src data:";

/// The page of one platform's server.
pub(crate) fn answer(platform: Platform) -> Response<Body> {
    let (name, key, other, limits) = match platform {
        Platform::AzureAd => (
            "Microsoft Graph-compatible sandbox",
            "azure_ad",
            "servicenow",
            "It is a pretend tenant: no mailbox, no files, no portal, no sign-in of people, no licence is checked \
             against anything real.",
        ),
        Platform::ServiceNow => (
            "ServiceNow-compatible sandbox",
            "servicenow",
            "azure_ad",
            "It is a pretend instance: no GlideRecord scripting, no user interface, no flow designer.",
        ),
    };
    let page = PAGE.replace("{{name}}", name).replace("{{key}}", key).replace("{{other}}", other);
    let page = page.replace("{{limits}}", limits);
    ([(header::CONTENT_SECURITY_POLICY, POLICY), (header::CACHE_CONTROL, "no-store")], Html(page))
        .into_response()
}
