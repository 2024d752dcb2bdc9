//! The machine from outside: workflows and scripted answers in, commands and outcomes out.

mod catalog;
mod host;
mod script;

mod blocks;
mod cancel;
mod failure;
mod gates;
mod order;
mod polls;
mod stop;
mod waits;
mod writes;
