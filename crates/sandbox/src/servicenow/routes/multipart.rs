//! The parts of a `multipart/form-data` body.
//!
//! Owns the cutting. A body that does not fit its boundary has the parts that were whole.
//! Source: RFC 7578.

use axum::body::Bytes;

/// Most parts read.
const PARTS_MAX: usize = 100;

/// One part of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) name: String,
    /// Absent for plain fields.
    pub(crate) file_name: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) bytes: Bytes,
}

/// The boundary a content type names.
pub(crate) fn boundary(content_type: &str) -> Option<&str> {
    let (kind, rest) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let named = rest.split(';').map(str::trim).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then(|| value.trim().trim_matches('"'))
    });
    named.filter(|boundary| !boundary.is_empty())
}

/// The parts of a body in their order.
pub(crate) fn parts(body: &Bytes, boundary: &str) -> Vec<Part> {
    let (first, next) = (format!("--{boundary}"), format!("\r\n--{boundary}"));
    let mut parts = Vec::new();
    let Some(start) = find(body, first.as_bytes(), 0) else { return parts };
    let mut at = start + first.len();
    while parts.len() < PARTS_MAX && body.get(at..at + 2) == Some(b"\r\n") {
        let head_start = at + 2;
        // A part without headers begins with the empty line at once.
        let Some(head_end) = find(body, b"\r\n\r\n", at) else { break };
        let content = head_end + 4;
        let Some(end) = find(body, next.as_bytes(), content - 2) else { break };
        let head = body.get(head_start..head_end).unwrap_or_default();
        if let Some(part) = part(&String::from_utf8_lossy(head), body.slice(content.min(end)..end)) {
            parts.push(part);
        }
        at = end + next.len();
    }
    parts
}

fn part(head: &str, bytes: Bytes) -> Option<Part> {
    let header = |wanted: &str| {
        head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.trim().eq_ignore_ascii_case(wanted).then(|| value.trim().to_owned())
        })
    };
    let disposition = header("content-disposition")?;
    let parameter = |wanted: &str| {
        disposition.split(';').map(str::trim).find_map(|one| {
            let (name, value) = one.split_once('=')?;
            name.trim().eq_ignore_ascii_case(wanted).then(|| value.trim().trim_matches('"').to_owned())
        })
    };
    let (name, file_name) = (parameter("name")?, parameter("filename"));
    Some(Part { name, file_name, content_type: header("content-type"), bytes })
}

fn find(body: &[u8], wanted: &[u8], from: usize) -> Option<usize> {
    let rest = body.get(from..)?;
    rest.windows(wanted.len()).position(|window| window == wanted).map(|at| from + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(body: &str) -> Vec<(String, String)> {
        let parts = parts(&Bytes::copy_from_slice(body.as_bytes()), "B");
        parts.into_iter().map(|part| (part.name, String::from_utf8_lossy(&part.bytes).into_owned())).collect()
    }

    #[test]
    fn parts_are_cut_at_the_boundary() {
        assert_eq!(boundary("multipart/form-data; boundary=\"B\""), Some("B"));
        assert_eq!(boundary("application/json; boundary=B"), None);
        let body = "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--B\r\n\
                    Content-Disposition: form-data; name=\"f\"; filename=\"x.txt\"\r\nContent-Type: text/plain\r\n\r\n\
                    one\r\ntwo\r\n--B--\r\n";
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(names(body), [pair("a", "1"), pair("f", "one\r\ntwo")]);
    }

    #[test]
    fn broken_bodies_have_the_parts_that_are_whole() {
        for body in [
            "",
            "--B",
            "--B\r\n",
            "--B\r\n\r\n",
            "--B\r\nx\r\n\r\n--B--",
            "--B\r\nContent-Disposition: form-data; name=a\r\n\r\n",
        ] {
            assert_eq!(names(body), [], "{body:?}");
        }
        let empty = "--B\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n--B--";
        assert_eq!(names(empty), [("a".to_owned(), String::new())]);
    }
}
