//! Mappings: fields of one record made from another, checked beforehand and evaluated without asking
//! anybody. Look-ups are returned, not made.

mod applied;
mod apply;
mod field;
mod kinds;

pub use crate::model::{Case, MaxLength, Otherwise, Unmatched};
pub use applied::{Applied, Found, Lookup, LookupAnswer, Note, Reason};
pub use kinds::{Alternative, Field, Gives, Mapping, Source, Translation};
