//! Checks of the house, as a library so that tests can call them. Owns no part of the product.

pub mod generated;
pub mod tidy;
