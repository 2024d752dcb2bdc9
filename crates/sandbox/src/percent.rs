//! Percent encoding of path segments, query values and forms.
//!
//! Owns which characters stay readable; the rest is the `percent-encoding` crate's.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Everything but letters, digits and `-._~`.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Everything but those and `,$:()'`, which Graph leaves as they are in its links.
const ODATA: &AsciiSet =
    &VALUE.remove(b',').remove(b'$').remove(b':').remove(b'(').remove(b')').remove(b'\'');

/// Decodes `%xx`; what is no escape stays as it is, broken UTF-8 becomes the replacement character.
pub(crate) fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The same where `+` stands for a blank: in forms and their kind of queries.
pub(crate) fn decode_form(text: &str) -> String {
    decode(&text.replace('+', " "))
}

/// Encodes a value so that `decode` and `decode_form` read it back.
pub(crate) fn encode(text: &str) -> String {
    utf8_percent_encode(text, VALUE).to_string()
}

/// The same as Graph writes its links.
pub(crate) fn encode_odata(text: &str) -> String {
    utf8_percent_encode(text, ODATA).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_encoded_comes_back() {
        for text in ["startswith(displayName,'O''Brien')", "a b&c=d#e+f", "lena#EXT#@contoso.test", "ø/%"] {
            assert_eq!(decode(&encode(text)), text);
            assert_eq!(decode(&encode_odata(text)), text);
            assert_eq!(decode_form(&encode(text)), text);
        }
    }

    #[test]
    fn broken_escapes_stay_as_they_are() {
        assert_eq!(decode("50%"), "50%");
        assert_eq!(decode("%zz%4"), "%zz%4");
        assert_eq!(decode("%+f"), "%+f");
    }

    #[test]
    fn links_stay_readable() {
        assert_eq!(encode_odata("$filter=a('x'),b:c d"), "$filter%3Da('x'),b:c%20d");
    }
}
