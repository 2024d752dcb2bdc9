//! Names and keys as OData and Graph paths want them. The one place where text of a workflow becomes a
//! part of an address; percent-encoding is the HTTP client's.

use drawbridge_sdk::{Error, Fault};

/// The path segment of the user with this object id or user principal name, below `users`.
///
/// A name that begins with `$` has to be written as a quoted key.
///
/// # Errors
/// `Refused` CN014 for an empty text.
///
/// Source: `docs/reference/microsoft-graph.md`, request conventions.
pub(crate) fn user_segments(user: &str) -> Result<Vec<String>, Error> {
    let user = user.trim();
    if user.is_empty() {
        let help = "give an object id or a user principal name; an empty value often means that an earlier step found nothing";
        return Err(Error::Refused(Fault::new("CN014", "the user to look up is empty").help(help)));
    }
    if user.starts_with('$') {
        return Ok(vec![format!("users('{}')", user.replace('\'', "''"))]);
    }
    Ok(vec!["users".to_owned(), user.to_owned()])
}

/// Whether a text has the form of an object id (a GUID).
pub(crate) fn is_object_id(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_addressed_by_segment_or_quoted_key() {
        let segments = |user| user_segments(user).map(|parts| parts.join("/"));
        assert_eq!(segments("ann@contoso.test").unwrap(), "users/ann@contoso.test");
        assert_eq!(segments("$x'y@contoso.test").unwrap(), "users('$x''y@contoso.test')");
        assert_eq!(segments("  ").unwrap_err().fault().code, "CN014");
    }

    #[test]
    fn object_ids_are_guids() {
        assert!(is_object_id("6816F79C-c0a8-0164-01c5-a33be04be441"));
        assert!(!is_object_id("6816f79cc0a8016401c5a33be04be441"));
        assert!(!is_object_id("ann@contoso.test"));
        assert!(!is_object_id("6816f79c-c0a8-0164-01c5-a33be04be44g"));
    }
}
