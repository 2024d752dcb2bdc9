//! OData as the directory understands it: options, filters, what it refuses, pages.

pub(crate) mod capability;
pub(crate) mod evaluate;
pub(crate) mod expand;
pub(crate) mod filter;
pub(crate) mod lexer;
pub(crate) mod options;
pub(crate) mod page;
pub(crate) mod search;
