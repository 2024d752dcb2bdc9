//! What the platform itself does around a write: checks and fills before, consequences after.

mod draft;

mod approval;
mod incident;
mod people;
mod request;
mod task;

mod run;

pub(crate) use draft::{Consequence, Draft};
pub(crate) use run::{after, before};
