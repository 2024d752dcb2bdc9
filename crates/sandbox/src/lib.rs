//! The sandbox: real HTTP servers that pretend an Azure AD tenant and a ServiceNow instance.
//!
//! A real client of either platform can use them. State comes from a seed, time from a virtual
//! clock, misfortune from fault rules; `/_sandbox` on both servers reads and moves all three.
//! The crate uses no other crate of ours and shares no type with the connectors, so that a
//! misreading of a platform fails a test instead of agreeing with itself.

mod clock;
mod ids;
mod keys;
mod origin;
mod percent;
mod place;
mod span;

mod calls;
mod delivery;
mod endpoints;
mod error;

mod faults;

mod script;

mod agenda;
mod built_in_roles;

mod seed;

mod tls;

mod azure_ad;
mod servicenow;

mod world;

mod dump;
mod lock;
mod posts;

mod admin;

mod routers;

mod passing;

mod misfortune;

mod door;
mod page;

mod front;

mod line;

mod server;

mod sandbox;

mod remote;

pub use clock::ClockMode;
pub use endpoints::{AzureAdEndpoint, Endpoints, Https, ServiceNowEndpoint};
pub use error::Error;
pub use remote::{Remote, RemoteError};
pub use sandbox::{Options, Sandbox};
pub use script::Script;
pub use seed::load::Seed;
