//! The opaque tokens that lead to the next page or round.
//!
//! A token is JSON with a seal over it. Clients are to treat it as opaque; one that was changed is
//! refused. The seal guards against mistakes of clients, not against readers of this file.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::azure_ad::errors::GraphError;

/// Stands before and behind what is sealed.
const KEY: &[u8] = b"drawbridge sandbox page token";

/// Length of the seal, in bytes.
const SEAL_BYTES: usize = 16;

/// Makes a token.
pub(crate) fn seal<T: Serialize>(content: &T) -> String {
    let mut bytes = serde_json::to_vec(content).expect("tokens hold only text and numbers");
    let seal = seal_of(&bytes);
    bytes.extend(seal);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Opens a token made by `seal`.
///
/// # Errors
/// 400 for anything else.
pub(crate) fn open<T: DeserializeOwned>(token: &str) -> Result<T, GraphError> {
    let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| badly_formed())?;
    let (json, seal) = bytes.split_last_chunk::<SEAL_BYTES>().ok_or_else(badly_formed)?;
    if seal_of(json) != *seal {
        return Err(badly_formed());
    }
    serde_json::from_slice(json).map_err(|_| badly_formed())
}

/// A token that was never made, was changed, or belongs to another query.
pub(crate) fn badly_formed() -> GraphError {
    GraphError::bad_request("Badly formed token.")
}

fn seal_of(json: &[u8]) -> [u8; SEAL_BYTES] {
    let hash = Sha256::new().chain_update(KEY).chain_update(json).chain_update(KEY).finalize();
    let mut seal = [0; SEAL_BYTES];
    seal.copy_from_slice(&hash[..SEAL_BYTES]);
    seal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_token_is_refused() {
        let token = seal(&("user", 7));
        assert_eq!(open::<(String, u32)>(&token), Ok(("user".to_owned(), 7)));
        for place in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(open::<(String, u32)>(&changed), Err(badly_formed()), "{place}");
        }
    }
}
