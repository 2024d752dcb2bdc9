//! XML as the REST interface writes and reads it.
//!
//! Owns the spelling: `<response>` around an answer with one element per member and per row,
//! `<request><entry>` around a body. Knows no resource.
//! Source: reference section 3.1; ServiceNow, "Aggregate API examples" and "Scripted REST" for the forms.

use serde_json::Value;

/// How deep elements of a body may nest.
const DEPTH_MAX: usize = 32;

/// An answer as a document.
pub(crate) fn write(answer: &Value) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    element(&mut text, "response", answer);
    text
}

fn element(text: &mut String, name: &str, value: &Value) {
    match value {
        Value::Array(rows) => rows.iter().for_each(|row| element(text, name, row)),
        Value::Object(members) if !members.is_empty() => {
            text.push_str(&format!("<{name}>"));
            for (member, value) in members {
                element(text, &tag(member), value);
            }
            text.push_str(&format!("</{name}>"));
        }
        _ => {
            let shown = match value {
                Value::String(shown) => shown.clone(),
                Value::Null | Value::Object(_) => String::new(),
                other => other.to_string(),
            };
            if shown.is_empty() {
                text.push_str(&format!("<{name}/>"));
            } else {
                text.push_str(&format!("<{name}>{}</{name}>", escaped(&shown)));
            }
        }
    }
}

/// A name that may stand in a tag.
fn tag(name: &str) -> String {
    let keep = |mark: char| mark.is_ascii_alphanumeric() || matches!(mark, '_' | '.' | '-');
    let mut tag: String = name.chars().map(|mark| if keep(mark) { mark } else { '_' }).collect();
    if !tag.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') {
        tag.insert(0, '_');
    }
    tag
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for mark in text.chars() {
        match mark {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\n' | '\t' | '\r' => escaped.push(mark),
            // XML has no way to write the other control characters.
            mark if mark.is_control() => {}
            mark => escaped.push(mark),
        }
    }
    escaped
}

/// One element of a body.
#[derive(Debug, Default, PartialEq, Eq)]
struct Element {
    name: String,
    text: String,
    children: Vec<Element>,
}

/// The fields of the first entry of a body; nothing where it is no document. An element that holds
/// others is no field.
pub(crate) fn read(body: &str) -> Option<Vec<(String, String)>> {
    let mut entry = document(body)?;
    if entry.children.first().is_some_and(|first| !first.children.is_empty()) {
        entry = entry.children.swap_remove(0);
    }
    let fields = entry.children.into_iter().filter(|child| child.children.is_empty());
    Some(fields.map(|child| (child.name, child.text)).collect())
}

fn document(body: &str) -> Option<Element> {
    let mut open: Vec<Element> = Vec::new();
    let mut rest = body.trim_start_matches('\u{feff}').trim();
    loop {
        let (before, behind) = rest.split_once('<')?;
        match open.last_mut() {
            Some(element) => element.text.push_str(&unescaped(before)),
            None if !before.trim().is_empty() => return None,
            None => {}
        }
        if let Some(comment) = behind.strip_prefix("!--") {
            rest = comment.split_once("-->")?.1;
        } else if let Some(plain) = behind.strip_prefix("![CDATA[") {
            let (plain, behind) = plain.split_once("]]>")?;
            open.last_mut()?.text.push_str(plain);
            rest = behind;
        } else if let Some(instruction) = behind.strip_prefix('?') {
            rest = instruction.split_once("?>")?.1;
        } else {
            let (inside, behind) = behind.split_once('>')?;
            rest = behind;
            let closed = match inside.strip_prefix('/') {
                Some(name) => open.pop().filter(|element| element.name == name.trim())?,
                None => {
                    let empty = inside.ends_with('/');
                    let name = inside.trim_end_matches('/').split_whitespace().next()?;
                    // A document type could define anything.
                    if name.starts_with('!') || open.len() >= DEPTH_MAX {
                        return None;
                    }
                    open.push(Element { name: name.to_owned(), ..Element::default() });
                    if !empty {
                        continue;
                    }
                    open.pop()?
                }
            };
            match open.last_mut() {
                Some(parent) => parent.children.push(closed),
                None => return rest.trim().is_empty().then_some(closed),
            }
        }
    }
}

fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('&') {
        plain.push_str(before);
        let known = behind.split_once(';').and_then(|(name, behind)| Some((character(name)?, behind)));
        rest = match known {
            Some((mark, behind)) => {
                plain.push(mark);
                behind
            }
            None => {
                plain.push('&');
                behind
            }
        };
    }
    plain + rest
}

fn character(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let digits = name.strip_prefix('#')?;
            let code = match digits.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn answers_become_elements_and_rows_repeat() {
        let answer = json!({ "result": [{ "number": "a<b & c", "caller_id": { "link": "l", "value": "v" } }, { "number": "" }] });
        let expected = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><response><result><number>a&lt;b &amp; c</number>\
            <caller_id><link>l</link><value>v</value></caller_id></result><result><number/></result></response>";
        assert_eq!(write(&answer), expected);
        assert!(write(&json!({ "result": [] })).ends_with("<response></response>"));
        assert!(write(&json!({ "9 a<": 1 })).ends_with("<response><_9_a_>1</_9_a_></response>"));
    }

    #[test]
    fn the_first_entry_of_a_body_counts() {
        let check = |body: &str, expected: Option<&[(&str, &str)]>| {
            let owned = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
                pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
            };
            assert_eq!(read(body), expected.map(owned), "{body}");
        };
        check(
            "<?xml version=\"1.0\"?><request><entry><a>1 &amp; 2</a><b/></entry><entry><a>3</a></entry></request>",
            Some(&[("a", "1 & 2"), ("b", "")]),
        );
        check("<request><a x=\"y\"><![CDATA[<b>]]></a><!-- c --></request>", Some(&[("a", "<b>")]));
        check("<request/>", Some(&[]));
        check("<r><e><a>&#65;&#x42;&no;</a></e></r>", Some(&[("a", "AB&no;")]));
        for broken in
            ["", "x", "<a>", "<a></b>", "<a><b></a></b>", "<!DOCTYPE a><a/>", "<a/><b/>", "<>", "<a>&#1"]
        {
            check(broken, None);
        }
        check(&format!("{}x{}", "<a>".repeat(40), "</a>".repeat(40)), None);
    }
}
