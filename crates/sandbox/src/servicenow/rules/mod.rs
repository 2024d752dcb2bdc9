//! What the platform itself does around a write: checks and fills before, consequences after.

mod draft;

pub(crate) mod vote;

pub(crate) mod policy;
pub(crate) mod transition;

mod ask;

mod abort;
mod approval;
mod asset;
mod case;
mod definition;
mod incident;
mod people;
mod request;
mod task;

pub(crate) mod change;
mod problem;

mod run;

pub(crate) use draft::{Consequence, Draft, Stored};
pub(crate) use run::{after, before, deleting, gone};
