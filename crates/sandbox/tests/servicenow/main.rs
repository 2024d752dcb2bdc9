//! The pretend ServiceNow instance over real HTTP: one file per resource.
//!
//! Knows the platform from its documentation only, never from a connector.

#[cfg(test)]
mod client;

#[cfg(test)]
mod acting;
mod attachments;
mod batch;
mod catalog;
mod imports;
mod late;
mod oauth;
mod outbox;
mod paging;
mod queries;
#[cfg(test)]
mod rules;
mod samples;
mod scim;
mod shapes;
mod stats;
mod writes;
