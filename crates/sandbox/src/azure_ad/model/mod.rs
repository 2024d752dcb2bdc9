//! The kinds of objects and their properties, as the published description of Graph tells them.

pub(crate) mod property;

pub(crate) mod description;

pub(crate) mod schema;
