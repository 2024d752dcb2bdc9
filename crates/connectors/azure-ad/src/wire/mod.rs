//! Requests and JSON of Graph, one file per resource.

pub(crate) mod user;
