//! The SQLite backend: runs, events, triggers and the inbox in one file, written by one thread.
//!
//! Decides nothing about runs, and knows no connector and no HTTP.

mod fault;

mod chain;
mod lock;
mod schema;
mod words;

mod writer;

mod events;
mod inbox;
mod runs;
mod triggers;

mod open;

mod store;

pub use schema::FILE_NAME;
pub use store::Store;
