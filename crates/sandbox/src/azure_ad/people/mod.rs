//! Users: their properties, managers, log-in methods, passwords and mail.

pub(crate) mod countries;
pub(crate) mod domain_names;
pub(crate) mod mail;
pub(crate) mod methods;
pub(crate) mod passwords;
pub(crate) mod role_ranks;
pub(crate) mod sessions;
pub(crate) mod unique_names;

pub(crate) mod protection;
pub(crate) mod user_input;

pub(crate) mod manager;
pub(crate) mod method_routes;
pub(crate) mod password_reset;
pub(crate) mod users;

pub(crate) mod access_pass;
pub(crate) mod phone_methods;
