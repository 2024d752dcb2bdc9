//! Licences and their seats.

pub(crate) mod licences;

pub(crate) mod licence_routes;
