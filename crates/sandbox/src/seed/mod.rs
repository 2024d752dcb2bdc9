//! The company a world begins with: its shape and how it is read.

pub(crate) mod directory;

pub(crate) mod company;
pub(crate) mod load;
