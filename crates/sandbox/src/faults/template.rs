//! Paths with `{name}` for one segment, matched against every spelling a platform takes.
//!
//! Versions are left out on both sides: `/v1.0` and `/beta` of Graph, `/v1` and `/v2` of ServiceNow.

/// A path such as `/users/{id}/manager`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// Lower case.
    Literal(String),
    Any,
}

impl Template {
    pub(super) fn new(path: &str) -> Self {
        let part = |text: String| if text.starts_with('{') { Part::Any } else { Part::Literal(text) };
        Self { parts: segments(path).into_iter().map(part).collect() }
    }

    /// Whether a path has this shape. `{name}` stands for an id, never for `$count`, `delta` and the like.
    pub(super) fn matches(&self, path: &str) -> bool {
        let segments = segments(path);
        let fits = |(part, segment): (&Part, &String)| match part {
            Part::Literal(text) => text == segment,
            Part::Any => !segment.starts_with('$') && segment != "delta",
        };
        self.parts.len() == segments.len() && self.parts.iter().zip(&segments).all(fits)
    }
}

/// The segments in lower case, `users('a')` as two, casts and versions gone.
fn segments(path: &str) -> Vec<String> {
    let path = path.to_ascii_lowercase().replace("%24", "$").replace("%27", "'");
    let mut segments: Vec<String> = Vec::new();
    for (index, part) in path.split('/').filter(|part| !part.is_empty()).enumerate() {
        if index == 0 && ["v1.0", "beta"].contains(&part) {
            continue;
        }
        let part = part.strip_prefix("microsoft.graph.").unwrap_or(part);
        match part.split_once('(') {
            Some((name, ")")) => segments.push(name.to_owned()),
            Some((name, key)) => {
                let key = key.trim_end_matches(')');
                let key = key.split_once('=').map_or(key, |(_, value)| value);
                segments.extend([name.to_owned(), key.trim_matches('\'').to_owned()]);
            }
            None => segments.push(part.to_owned()),
        }
    }
    let has_version = segments.first().is_some_and(|first| first == "api")
        && segments.get(2).is_some_and(|third| ["v1", "v2"].contains(&third.as_str()));
    if has_version {
        segments.remove(2);
    }
    segments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_matches_every_spelling_of_one_resource_and_no_other() {
        let check = |template: &str, path: &str, expected: bool| {
            assert_eq!(Template::new(template).matches(path), expected, "{template} on {path}");
        };
        for path in [
            "/v1.0/users/a@b",
            "/beta/Users/1",
            "/v1.0/users('1')",
            "/v1.0/users/1/",
            "/v1.0/users(userPrincipalName='a@b')",
        ] {
            check("/users/{id}", path, true);
        }
        for path in ["/v1.0/users", "/v1.0/users/$count", "/v1.0/users/delta()", "/v1.0/users/1/manager"] {
            check("/users/{id}", path, false);
        }
        check("/users/delta", "/v1.0/users/microsoft.graph.delta()", true);
        check("/groups/{id}/members/$ref", "/v1.0/groups/1/members/%24ref", true);
        check("/api/now/table/incident/{id}", "/api/now/v2/table/incident/1", true);
        check("/api/now/table/{table}", "/api/now/table/incident/1", false);
    }
}
