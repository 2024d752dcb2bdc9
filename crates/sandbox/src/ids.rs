//! Deterministic identifiers: the same kind and name give the same id in every run.
//!
//! Owns the two spellings the platforms use. Knows nothing of what is identified.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// A lower-case GUID such as Microsoft Graph uses, with the version and variant digits of a random one.
///
/// Repeat: pure; `kind` keeps equal names of different things apart.
pub(crate) fn guid(kind: &str, name: &str) -> String {
    let mut hex = hex32(kind, name);
    hex.replace_range(12..13, "4");
    hex.replace_range(16..17, "a");
    format!("{}-{}-{}-{}-{}", &hex[0..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..32])
}

/// Thirty-two lower-case hex digits such as a ServiceNow `sys_id`.
pub(crate) fn hex32(kind: &str, name: &str) -> String {
    let mut digest = Sha256::new();
    digest.update(kind.as_bytes());
    digest.update([0]);
    digest.update(name.as_bytes());
    hex(digest.finalize().get(..16).unwrap_or_default())
}

/// Bytes as lower-case hex digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut hex = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        write!(hex, "{byte:02x}").expect("writing to a string does not fail");
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_stable_and_have_the_platforms_shape() {
        assert_eq!(hex32("sys_user", "m.boss"), hex32("sys_user", "m.boss"));
        assert_eq!(hex32("sys_user", "m.boss").len(), 32);
        let guid = guid("user", "m.boss");
        assert_eq!(guid.len(), 36);
        assert_eq!((&guid[8..9], &guid[14..15], &guid[19..20]), ("-", "4", "a"));
    }

    #[test]
    fn equal_names_of_different_kinds_get_different_ids() {
        assert_ne!(guid("user", "ops"), guid("group", "ops"));
        assert_ne!(hex32("ab", "c"), hex32("a", "bc"));
    }
}
