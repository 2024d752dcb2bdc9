//! Rehearsals: a case of `tests.yaml` played in a sandbox while the real engine runs.

pub(crate) mod cases;

pub(crate) mod faults;

pub(crate) mod player;

pub(crate) mod clock;

pub(crate) mod expect;

pub(crate) mod report;

pub(crate) mod world;

pub(crate) mod stage;
