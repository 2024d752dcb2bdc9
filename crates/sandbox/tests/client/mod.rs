//! What the tests of the tenant and of what both platforms have in common share.

#[allow(dead_code, reason = "each test target uses its own part")]
pub(crate) mod world;
