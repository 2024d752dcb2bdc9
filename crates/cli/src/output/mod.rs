//! What people and programs read: text that knows whether it is in a terminal, JSON, progress of a run.

pub(crate) mod markdown;

pub(crate) mod print;

pub(crate) mod progress;

pub(crate) mod words;
