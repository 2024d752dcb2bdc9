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
#[cfg(test)]
mod attachments;
#[cfg(test)]
mod batch;
#[cfg(test)]
mod brakes;
#[cfg(test)]
mod browsers;
#[cfg(test)]
mod carts;
#[cfg(test)]
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
#[cfg(test)]
mod imports;
#[cfg(test)]
mod late;
#[cfg(test)]
mod nonsense;
#[cfg(test)]
mod oauth;
#[cfg(test)]
mod outbox;
#[cfg(test)]
mod paging;
#[cfg(test)]
mod queries;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod scim;
#[cfg(test)]
mod scripted;
#[cfg(test)]
mod shapes;
#[cfg(test)]
mod sign_in;
#[cfg(test)]
mod states;
#[cfg(test)]
mod stats;
#[cfg(test)]
mod switches;
#[cfg(test)]
mod writes;
