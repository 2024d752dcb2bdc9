//! Devices, deleted items, the organization, and any object by its id.

pub(crate) mod administrative_units;
pub(crate) mod deleted_items;
pub(crate) mod devices;
pub(crate) mod directory_objects;
pub(crate) mod organization;
