//! One file per command.

pub(crate) mod check;

pub(crate) mod explain;

pub(crate) mod gates;

pub(crate) mod graph;

mod node_document;
mod node_pages;
pub(crate) mod nodes;

pub(crate) mod run;

pub(crate) mod runs;

pub(crate) mod sandbox;

pub(crate) mod schema;
