//! Paths with `*` for any run of characters.

/// Whether `text` has the shape of `glob`, in any case.
pub(super) fn matches(glob: &str, text: &str) -> bool {
    let (glob, text) = (glob.to_ascii_lowercase(), text.to_ascii_lowercase());
    let mut pieces = glob.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut pieces: Vec<&str> = pieces.collect();
    let Some(last) = pieces.pop() else { return rest.is_empty() };
    for piece in pieces {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_match_whole_paths_in_any_case() {
        let check = |glob, path, expected| assert_eq!(matches(glob, path), expected, "{glob} on {path}");
        check("*", "/v1.0/users", true);
        check("/v1.0/users", "/V1.0/Users", true);
        check("/v1.0/users", "/v1.0/users/x", false);
        check("/v1.0/users/*/manager", "/v1.0/users/a/manager", true);
        check("*/order_now", "/api/sn_sc/servicecatalog/items/x/order_now", true);
        check("*a*a", "a", false);
    }
}
