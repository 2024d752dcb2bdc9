//! The nodes of Azure AD over real HTTP against the pretend tenant.

mod world;

mod connection;
mod created;
mod reads;
