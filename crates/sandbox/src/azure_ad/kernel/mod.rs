//! What every resource shares in answering: requests, routes, permissions, collections, single entities.

pub(crate) mod bearer;
pub(crate) mod directory_permissions;
pub(crate) mod form;
pub(crate) mod key;
pub(crate) mod queryable;
pub(crate) mod values;

pub(crate) mod request;

pub(crate) mod collection;
pub(crate) mod route;

pub(crate) mod related;

pub(crate) mod expansion;

pub(crate) mod entity;
pub(crate) mod permissions;
