//! The pretend Azure AD tenant: login authority and Microsoft Graph v1.0.

pub(crate) mod errors;
pub(crate) mod router;
pub(crate) mod tenant;
