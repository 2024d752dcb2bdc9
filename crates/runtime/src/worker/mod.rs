//! One command at a time: each gives exactly one event. Nothing here retries or waits for long.

mod attempt;

mod ask;
mod settle;
mod step;

mod perform;

pub(crate) use ask::votes;
pub(crate) use perform::perform;
