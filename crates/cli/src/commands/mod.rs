//! One file per command.

pub(crate) mod check;

pub(crate) mod gates;

mod node_document;
mod node_pages;
pub(crate) mod nodes;

pub(crate) mod run;

pub(crate) mod runs;

pub(crate) mod sandbox;

pub(crate) mod schema;
