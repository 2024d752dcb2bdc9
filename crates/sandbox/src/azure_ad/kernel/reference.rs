//! Addresses of directory objects: what `@odata.id` and `@odata.bind` carry, both ways.
//!
//! Source: microsoft-graph.md section 3.

use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::object::Object;

/// Namespace of the types in the addresses the service itself gives.
const TYPES: &str = "Microsoft.DirectoryServices.";

/// The address the service gives for an object.
pub(crate) fn address(root: &str, object: &Object) -> String {
    format!("{root}/directoryObjects/{}/{}", object.id, type_segment(object.kind))
}

/// The type as the last segment of an address.
pub(crate) fn type_segment(kind: Kind) -> String {
    format!("{TYPES}{}", kind.type_name())
}

/// The id or name an address leads to, absolute or not: its last segment, in either key syntax, with or without the
/// type behind it.
pub(crate) fn target(address: &str) -> Option<&str> {
    let mut segments = address.trim_end_matches('/').rsplit('/');
    let last = segments.next()?;
    let is_type = last.get(..TYPES.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(TYPES));
    let key = if is_type { segments.next()? } else { last };
    let key = match key.split_once('(') {
        Some((_, inside)) => inside.trim_end_matches(')'),
        None => key,
    };
    Some(key.trim_matches('\'')).filter(|key| !key.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_an_address_leads_to_the_same_object() {
        for address in [
            "https://graph.microsoft.com/v1.0/directoryObjects/x",
            "https://graph.microsoft.com/v1.0/directoryObjects/x/",
            "https://graph.microsoft.com/v1.0/directoryObjects('x')",
            "https://graph.microsoft.com/v2/t/directoryObjects/x/Microsoft.DirectoryServices.User",
            "https://graph.microsoft.com/v1.0/users/('x')",
            "/users/x",
            "directoryObjects/x",
            "x",
        ] {
            assert_eq!(target(address), Some("x"), "{address}");
        }
        for address in ["", "/", "directoryObjects('')", "Microsoft.DirectoryServices.User"] {
            assert_eq!(target(address), None, "{address}");
        }
    }
}
