//! Triggers, one file each.

mod user_created;

drawbridge_sdk::nodes! {
    crate::AzureAd;
    trigger user_created::UserCreated,
}
