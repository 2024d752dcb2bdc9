//! The machine from outside: workflows and scripted answers in, commands and outcomes out.

mod catalog;
mod host;
mod script;

mod any_order;
mod blocks;
mod cancel;
mod failure;
mod gates;
mod order;
mod polls;
mod simulator;
mod states;
mod stop;
mod waits;
mod writes;
