//! People sources, one file each.

mod manager_of;

drawbridge_sdk::nodes! {
    crate::AzureAd;
    people manager_of::ManagerOf,
}
