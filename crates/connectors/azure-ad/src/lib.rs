//! Nodes for Azure Active Directory (Microsoft Entra ID) over Microsoft Graph.
//!
//! Owns everything that is particular to Graph: its addresses, its JSON, its token errors. Knows no
//! workflow and no other platform, and changes nothing by itself.

mod system;

mod config;
mod odata;
mod refusals;

mod client;
mod wire;

mod managers;

mod actions;
mod people;
mod records;
mod triggers;

mod nodes;

pub use client::connect;
pub use config::Config;
pub use nodes::NODES;
pub use system::AzureAd;
