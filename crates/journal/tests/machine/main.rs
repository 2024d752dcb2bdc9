//! The machine from outside: workflows and scripted answers in, commands and outcomes out.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod catalog;
mod host;
mod script;

mod any_order;
mod blocks;
mod cancel;
mod ends;
mod failure;
mod gates;
mod histories;
mod loops;
mod maps;
mod order;
mod polls;
mod rescue;
mod simulator;
mod states;
mod stop;
mod views;
mod waits;
mod writes;
