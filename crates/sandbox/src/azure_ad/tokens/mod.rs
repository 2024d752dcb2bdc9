//! Signed tokens: keys, the form of a JWT, what is inside.

pub(crate) mod jwt;
pub(crate) mod signing;

pub(crate) mod token;
