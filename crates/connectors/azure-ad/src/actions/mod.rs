//! Actions, one file each.

mod user_get;
mod user_manager;
mod user_member_of_any;

drawbridge_sdk::nodes! {
    crate::AzureAd;
    read user_get::UserGet,
    read user_manager::UserManager,
    read user_member_of_any::UserMemberOfAny,
}
