//! Licences and their seats.

pub(crate) mod licences;

pub(crate) mod licence_routes;

pub(crate) mod group_licences;
