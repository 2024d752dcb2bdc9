//! A pretend world for engines under test: a remote system with faults, a clock, a store in memory.

#![allow(dead_code, unused_imports, reason = "each test target uses its own part of the world")]

mod backend;
mod clock;
mod nodes;
mod remote;

mod stage;

pub(crate) use backend::{Cut, Cutting, Memory, Moment};
pub(crate) use remote::{Fate, Remote};
pub(crate) use stage::{World, at, steps, workflow};
