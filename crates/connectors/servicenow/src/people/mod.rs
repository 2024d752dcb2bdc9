//! People sources, one file each.

mod group;
mod manager_of;

drawbridge_sdk::nodes! {
    crate::ServiceNow;
    people group::Group,
    people manager_of::ManagerOf,
}
