//! Delta queries: what is followed, what a client carries, what happened, and the rounds over it.

mod feed;
mod story;
mod token;

pub(crate) mod round;
