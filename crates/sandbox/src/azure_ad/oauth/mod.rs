//! The login authority: tokens, managed identities and discovery documents.

pub(crate) mod refusal;

pub(crate) mod request;

mod assertion;
mod federated;
mod resource;

mod credentials;

mod discovery;
mod grant;
mod managed_identity;

pub(crate) mod endpoint;
