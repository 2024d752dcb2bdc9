//! The pretend ServiceNow instance.

pub(crate) mod acting;
pub(crate) mod errors;
pub(crate) mod instance;
pub(crate) mod router;
