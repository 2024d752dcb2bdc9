//! The shapes of records, one file each.

mod group;
mod user;

drawbridge_sdk::nodes! {
    crate::AzureAd;
    record group::GroupRecord,
    record user::UserRecord,
}
