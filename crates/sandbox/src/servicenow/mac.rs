//! The keyed digest that signs what is sent out: HMAC with SHA-256, as RFC 2104 defines it.
//!
//! Owns its written form; what is signed is decided by `outbox`.

use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The digest of a text with a key, in Base64.
pub(crate) fn hmac_sha256(key: &[u8], text: &[u8]) -> String {
    STANDARD.encode(sign(&Key::new(HMAC_SHA256, key), text))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Test cases 2 and 6 of RFC 4231.
    #[test]
    fn the_published_digests_are_computed() {
        let check = |key: &[u8], text: &str, expected: &str| {
            assert_eq!(hmac_sha256(key, text.as_bytes()), expected, "{text}");
        };
        check(b"Jefe", "what do ya want for nothing?", "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=");
        check(
            &[0xaa; 131],
            "Test Using Larger Than Block-Size Key - Hash Key First",
            "YOQxWR7gtn8Niiaqy/W3f44LxiE3KMUUBUYEDw7jf1Q=",
        );
    }
}
