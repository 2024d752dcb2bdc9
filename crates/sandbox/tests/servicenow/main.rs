//! The pretend ServiceNow instance over real HTTP: one file per resource.
//!
//! Knows the platform from its documentation only, never from a connector.

mod client;

mod acting;
mod catalog;
mod oauth;
mod paging;
mod queries;
mod rules;
mod shapes;
mod writes;
