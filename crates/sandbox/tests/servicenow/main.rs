//! The pretend ServiceNow instance over real HTTP: one file per resource.
//!
//! Knows the platform from its documentation only, never from a connector.

#[cfg(test)]
mod client;

#[cfg(test)]
mod acting;
#[cfg(test)]
mod approvals;
#[cfg(test)]
mod assertions;
mod attachments;
#[cfg(test)]
mod batch;
#[cfg(test)]
mod brakes;
#[cfg(test)]
mod browsers;
mod carts;
mod catalog;
#[cfg(test)]
mod catalog_pages;
#[cfg(test)]
mod change_api;
#[cfg(test)]
mod changes;
#[cfg(test)]
mod fences;
#[cfg(test)]
mod formats;
#[cfg(test)]
mod fuzz;
mod imports;
mod late;
#[cfg(test)]
mod nonsense;
mod oauth;
mod outbox;
mod paging;
mod queries;
#[cfg(test)]
mod rules;
mod samples;
mod scim;
mod scripted;
mod shapes;
#[cfg(test)]
mod sign_in;
mod states;
mod stats;
mod switches;
mod writes;
