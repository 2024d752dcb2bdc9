//! The pretend Azure AD tenant: login authority and Microsoft Graph v1.0.

mod encoding;
pub(crate) mod errors;
mod schema;

pub(crate) mod acting;
mod changes;
mod object;
mod seeding;
pub(crate) mod tenant;
mod token;

mod odata;

mod queryable;
mod request;

mod collection;
mod expansion;
mod operation;
mod permissions;
pub(crate) mod user_input;

mod delta;
mod groups;
mod manager;
mod membership;
mod organization;
mod users;

mod graph;
mod oauth;
pub(crate) mod router;
