//! What the tests of the tenant and of the admin interface share.

pub(crate) mod world;
