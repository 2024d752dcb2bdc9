//! The nodes of Azure AD over real HTTP against the pretend tenant.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod world;

mod connection;
mod created;
mod reads;
