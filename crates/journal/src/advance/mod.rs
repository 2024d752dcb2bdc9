//! How one event changes a run, one file per subject.

mod fold;

mod closing;

mod settle;

mod ending;

mod gates;
mod pure;

mod action;

mod asks;
mod opening;

mod loops;

mod blocks;

mod pump;

mod apply;
mod outstanding;

pub use apply::{Applied, advance};
pub use fold::Illegal;
pub use outstanding::{outstanding, watches};
