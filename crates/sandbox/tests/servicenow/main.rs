//! The pretend ServiceNow instance over real HTTP: one file per resource.
//!
//! Knows the platform from its documentation only, never from a connector.

#[cfg(test)]
mod client;

#[cfg(test)]
mod acting;
#[cfg(test)]
mod assertions;
mod attachments;
#[cfg(test)]
mod batch;
#[cfg(test)]
mod brakes;
#[cfg(test)]
mod browsers;
mod catalog;
#[cfg(test)]
mod fences;
#[cfg(test)]
mod nonsense;
mod oauth;
mod paging;
mod queries;
#[cfg(test)]
mod rules;
mod shapes;
#[cfg(test)]
mod sign_in;
mod stats;
mod writes;
