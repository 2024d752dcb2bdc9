//! The pretend ServiceNow instance over real HTTP: one file per resource.
//!
//! Knows the platform from its documentation only, never from a connector.

#[cfg(test)]
mod client;

#[cfg(test)]
mod acting;
#[cfg(test)]
mod approvals;
mod attachments;
mod batch;
mod carts;
mod catalog;
#[cfg(test)]
mod catalog_pages;
#[cfg(test)]
mod change_api;
#[cfg(test)]
mod changes;
mod oauth;
mod paging;
mod queries;
#[cfg(test)]
mod rules;
mod scripted;
mod shapes;
mod states;
mod stats;
mod switches;
mod writes;
