//! The system that the nodes of this crate belong to.

use drawbridge_sdk::System;

/// Azure AD, reached through Microsoft Graph v1.0.
pub struct AzureAd;

impl System for AzureAd {
    const NAME: &'static str = "azure_ad";
    const TITLE: &'static str = "Azure AD";
    const READ_POSTS: &'static [&'static str] = &["checkMemberGroups"];
}
