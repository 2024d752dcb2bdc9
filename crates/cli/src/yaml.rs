//! YAML of the command line: configuration and cases, by the scalar rules of the workflow language.

use serde::de::DeserializeOwned;

/// Reads a YAML text. `on`, `yes` and `NO` are text, numbers with leading zeros are text.
///
/// # Errors
/// What does not fit, with line, column and an excerpt.
pub(crate) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let options = serde_saphyr::options! {
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        merge_keys: serde_saphyr::MergeKeyPolicy::Error,
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn scalars_are_what_the_workflow_language_says() {
        let read: Value = parse("{ on: yes, country: NO, id: 00123, n: 3, b: true }").unwrap();
        assert_eq!(read, json!({ "on": "yes", "country": "NO", "id": "00123", "n": 3, "b": true }));
    }
}
