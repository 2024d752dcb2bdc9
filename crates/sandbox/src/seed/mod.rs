//! Seeds: the company that both platforms know, as it is written in a file or made up.

mod roles;

pub(crate) mod directory;
pub(crate) mod governance;
pub(crate) mod records;

pub(crate) mod company;

pub(crate) mod mark;

mod names;

mod generated;

pub(crate) mod load;
