//! The keyed digest that signs what is sent out: HMAC with SHA-256, as RFC 2104 defines it.
//!
//! Owns the computation only; what is signed is decided by `outbox`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// Bytes SHA-256 takes at a time.
const BLOCK_BYTES: usize = 64;

/// The digest of a text with a key, in Base64.
pub(crate) fn hmac_sha256(key: &[u8], text: &[u8]) -> String {
    let mut block = [0_u8; BLOCK_BYTES];
    if key.len() > BLOCK_BYTES {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let padded = |pad: u8| block.map(|byte| byte ^ pad);
    let inner = Sha256::new().chain_update(padded(0x36)).chain_update(text).finalize();
    let outer = Sha256::new().chain_update(padded(0x5c)).chain_update(inner).finalize();
    STANDARD.encode(outer)
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
