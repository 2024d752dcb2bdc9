//! Which handler a method and a path lead to.
//!
//! Owns the spellings: any case, `delta` and `delta()`, `graph.user` and `microsoft.graph.user`, `users/x` and
//! `users('x')`, alternate keys, a slash at the end, what stands behind a relation. It decides nothing about the answer.
//!
//! Source: microsoft-graph.md section 3.

use axum::http::{Method, StatusCode};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::key::Key;
use crate::azure_ad::kernel::narrowing::Narrowing;
use crate::azure_ad::kernel::request::{Outcome, Request};
use crate::azure_ad::state::tenant::Tenant;
use crate::percent::decode;

/// Most segments a served path has.
const SEGMENTS_MAX: usize = 12;

/// An operation the sandbox serves.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Route {
    pub(crate) method: &'static str,
    /// Path as the description spells it, with keys in braces.
    pub(crate) template: &'static str,
    pub(crate) handler: Handler,
    /// Whether more may stand behind it in a path: a type, one of its objects, `$count`, `$ref`.
    pub(crate) relation: bool,
}

/// Carries an operation out. The keys of the path are in the request, in their order.
pub(crate) type Handler = fn(&mut Tenant, &Request) -> Outcome;

pub(crate) const fn get(template: &'static str, handler: Handler) -> Route {
    Route { method: "GET", template, handler, relation: false }
}

/// A list of directory objects that something points at. Its handler answers with `related`.
pub(crate) const fn relation(template: &'static str, handler: Handler) -> Route {
    Route { relation: true, ..get(template, handler) }
}

pub(crate) const fn post(template: &'static str, handler: Handler) -> Route {
    Route { method: "POST", template, handler, relation: false }
}

pub(crate) const fn put(template: &'static str, handler: Handler) -> Route {
    Route { method: "PUT", template, handler, relation: false }
}

pub(crate) const fn patch(template: &'static str, handler: Handler) -> Route {
    Route { method: "PATCH", template, handler, relation: false }
}

pub(crate) const fn delete(template: &'static str, handler: Handler) -> Route {
    Route { method: "DELETE", template, handler, relation: false }
}

/// Every route, ready to be searched.
#[derive(Debug)]
pub(crate) struct Routes {
    /// Routes with their segments, those with fewer keys first.
    routes: Vec<(Vec<String>, Route)>,
}

/// What a path leads to.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) route: Route,
    pub(crate) keys: Vec<Key>,
    pub(crate) narrowing: Narrowing,
}

impl Routes {
    pub(crate) fn new(routes: impl IntoIterator<Item = Route>) -> Self {
        let split = |route: Route| {
            let segments = route.template.split('/').filter(|segment| !segment.is_empty());
            (segments.map(|segment| canonical(&segment.to_ascii_lowercase())).collect::<Vec<_>>(), route)
        };
        let mut routes: Vec<_> = routes.into_iter().map(split).collect();
        // A word fits better than a key, and the further to the left the better.
        routes
            .sort_by_key(|(segments, _)| segments.iter().map(|segment| is_key(segment)).collect::<Vec<_>>());
        Self { routes }
    }

    /// Finds the route of a path behind the version prefix.
    ///
    /// # Errors
    /// 400 for a path the sandbox does not serve, 405 for a method the path does not have.
    pub(crate) fn find(&self, method: &Method, path: &str) -> Result<Found, GraphError> {
        let segments = segments(path)?;
        let mut other_method = false;
        for (template, route) in &self.routes {
            let Some(keys) = fit(template, &segments) else { continue };
            if route.method == method.as_str() {
                return Ok(Found { route: *route, keys, narrowing: Narrowing::default() });
            }
            other_method = true;
        }
        if method == Method::GET
            && let Some(found) = self.relation(&segments)
        {
            return Ok(found);
        }
        if other_method {
            let message = "Specified HTTP method is not allowed for the request target.";
            return Err(GraphError::new(StatusCode::METHOD_NOT_ALLOWED, "Request_BadRequest", message));
        }
        Err(self.unknown(&segments))
    }

    /// The relation at the beginning of a path, with what stands behind it.
    fn relation(&self, segments: &[Segment]) -> Option<Found> {
        let relations = self.routes.iter().filter(|(_, route)| route.relation);
        let mut found = relations.filter_map(|(template, route)| {
            let keys = fit(template, segments.get(..template.len())?)?;
            let behind = segments.get(template.len()..)?.iter().map(Segment::spellings);
            let narrowing = Narrowing::read(&behind.collect::<Vec<_>>())?;
            Some(Found { route: *route, keys, narrowing })
        });
        found.next()
    }

    /// 400 for a path the sandbox does not serve: the first segment nothing begins with.
    fn unknown(&self, segments: &[Segment]) -> GraphError {
        let known = |length: usize| {
            let fits = |(template, _): &(Vec<String>, Route)| {
                template.get(..length).is_some_and(|begin| fit(begin, &segments[..length]).is_some())
            };
            self.routes.iter().any(fits)
        };
        let unknown = (1..=segments.len()).find(|length| !known(*length)).unwrap_or(segments.len());
        let segment = unknown.checked_sub(1).and_then(|place| segments.get(place));
        let segment = segment.map_or("", |segment| segment.text());
        GraphError::malformed(format!("Resource not found for the segment '{segment}'."))
    }
}

/// A segment of a sent path: a word that may be a key, or what surely is one.
#[derive(Debug)]
enum Segment {
    Word { sent: String, lower: String },
    Key(Key),
}

impl Segment {
    fn word(sent: String) -> Self {
        let lower = canonical(&sent.to_ascii_lowercase());
        Self::Word { sent, lower }
    }

    fn text(&self) -> &str {
        match self {
            Self::Word { sent, .. } => sent,
            Self::Key(key) => &key.value,
        }
    }

    /// As it was sent, and in its one spelling.
    fn spellings(&self) -> (&str, &str) {
        match self {
            Self::Word { sent, lower } => (sent, lower),
            Self::Key(key) => (&key.value, &key.value),
        }
    }
}

fn is_key(segment: &str) -> bool {
    segment.starts_with('{')
}

/// One spelling for all of a name: without `microsoft.` before a cast, without namespace and `()` for a function.
fn canonical(lower: &str) -> String {
    let bare = lower.strip_prefix("microsoft.").filter(|rest| rest.starts_with("graph.")).unwrap_or(lower);
    let bare = bare.strip_prefix("graph.identitygovernance.").unwrap_or(bare);
    match bare.strip_suffix("()") {
        Some(function) => function.strip_prefix("graph.").unwrap_or(function).to_owned(),
        None => bare.to_owned(),
    }
}

/// The keys of a path that fits a template.
fn fit(template: &[String], segments: &[Segment]) -> Option<Vec<Key>> {
    if template.len() != segments.len() {
        return None;
    }
    let mut keys = Vec::new();
    for (wanted, sent) in template.iter().zip(segments) {
        match sent {
            _ if is_key(wanted) => keys.push(match sent {
                Segment::Word { sent, .. } => Key { name: None, value: sent.clone() },
                Segment::Key(key) => key.clone(),
            }),
            // An action may be written with its namespace.
            Segment::Word { lower, .. }
                if lower == wanted || lower.strip_prefix("graph.") == Some(wanted) => {}
            _ => return None,
        }
    }
    Some(keys)
}

/// Decoded segments, with keys in parentheses as segments of their own.
fn segments(path: &str) -> Result<Vec<Segment>, GraphError> {
    let mut segments = Vec::new();
    for raw in path.split('/').filter(|segment| !segment.is_empty()) {
        let segment = decode(raw);
        match segment.split_once('(') {
            Some((name, key)) if !name.is_empty() && key != ")" => {
                segments.push(Segment::word(name.to_owned()));
                segments.push(Segment::Key(key_in_parentheses(key)?));
            }
            _ => segments.push(Segment::word(segment)),
        }
    }
    if segments.len() > SEGMENTS_MAX {
        return Err(GraphError::malformed("The request has too many segments."));
    }
    Ok(segments)
}

/// Reads `'x')` or `appId='x')`.
fn key_in_parentheses(text: &str) -> Result<Key, GraphError> {
    let broken = || GraphError::malformed("Bad Request - Error in query syntax.");
    let text = text.strip_suffix(')').ok_or_else(broken)?;
    let (name, quoted) = match text.split_once('=') {
        Some((name, quoted)) if !name.contains('\'') => {
            (Some(name.trim().to_ascii_lowercase()), quoted.trim())
        }
        _ => (None, text.trim()),
    };
    let value = quoted.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).ok_or_else(broken)?;
    Ok(Key { name, value: value.replace("''", "'") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::azure_ad::kernel::narrowing::Form;
    use crate::azure_ad::model::schema::Kind;

    fn nothing(_: &mut Tenant, _: &Request) -> Outcome {
        unreachable!("only found, never called")
    }

    fn routes() -> Routes {
        Routes::new([
            get("/users/{user-id}", nothing),
            get("/users/delta()", nothing),
            get("/users/$count", nothing),
            relation("/users/{user-id}/memberOf", nothing),
            get("/users/{user-id}/manager", nothing),
            relation("/groups/{group-id}/members", nothing),
            post("/users/{user-id}/getMemberGroups", nothing),
            delete("/groups/{group-id}/members/{directoryObject-id}/$ref", nothing),
            get("/servicePrincipals/{servicePrincipal-id}", nothing),
            post("/a/{workflow-id}/microsoft.graph.identityGovernance.activate", nothing),
        ])
    }

    fn check(method: &Method, path: &str, template: &str, keys: &[&str]) {
        let routes = routes();
        let found = routes.find(method, path).unwrap();
        let values: Vec<&str> = found.keys.iter().map(|key| key.value.as_str()).collect();
        assert_eq!((found.route.template, values.as_slice()), (template, keys), "{path}");
    }

    #[test]
    fn all_spellings_lead_to_the_same_operation() {
        for path in ["/users/delta", "/users/delta()", "/users/microsoft.graph.delta()", "/Users/Delta/"] {
            check(&Method::GET, path, "/users/delta()", &[]);
        }
        for path in ["/users/a@b.c", "/users('a@b.c')", "/users/a%40b.c", "/users(%27a@b.c%27)"] {
            check(&Method::GET, path, "/users/{user-id}", &["a@b.c"]);
        }
        check(&Method::GET, "/users('o''b@c.d')", "/users/{user-id}", &["o'b@c.d"]);
        check(&Method::GET, "/users/x%23EXT%23@b.c/manager", "/users/{user-id}/manager", &["x#EXT#@b.c"]);
        for path in ["/users/u/memberOf/microsoft.graph.group", "/users/u/memberof/graph.Group"] {
            for (behind, form) in [("", Form::Objects), ("/$count", Form::Count)] {
                let path = format!("{path}{behind}");
                check(&Method::GET, &path, "/users/{user-id}/memberOf", &["u"]);
                let narrowing = routes().find(&Method::GET, &path).unwrap().narrowing;
                assert_eq!((narrowing.cast, narrowing.form), (Some(Kind::Group), form), "{path}");
            }
        }
        let template = "/groups/{group-id}/members/{directoryObject-id}/$ref";
        check(&Method::DELETE, "/groups/g/members/u/$ref", template, &["g", "u"]);
        let template = "/a/{workflow-id}/microsoft.graph.identityGovernance.activate";
        for path in ["/a/w/activate", "/a/w/microsoft.graph.identityGovernance.activate"] {
            check(&Method::POST, path, template, &["w"]);
        }
    }

    #[test]
    fn an_action_may_carry_its_namespace() {
        for path in ["/users/u/getMemberGroups", "/users/u/microsoft.graph.getMemberGroups"] {
            check(&Method::POST, path, "/users/{user-id}/getMemberGroups", &["u"]);
        }
    }

    #[test]
    fn a_relation_leads_on() {
        let found = |path: &str| routes().find(&Method::GET, path);
        for path in
            ["/groups/g/members/microsoft.graph.user/$count", "/groups('g')/Members/graph.user/$count/"]
        {
            let found = found(path).unwrap();
            assert_eq!((found.route.template, found.keys.len()), ("/groups/{group-id}/members", 1), "{path}");
            assert_eq!(
                (found.narrowing.cast, found.narrowing.form),
                (Some(Kind::User), Form::Count),
                "{path}"
            );
        }
        // Also where another method knows the longer path.
        assert_eq!(found("/groups/g/members/U/$ref").unwrap().narrowing.one.as_deref(), Some("u"));
        assert_eq!(found("/groups/g/members/u/photo").unwrap_err().status, StatusCode::BAD_REQUEST);
        assert_eq!(found("/users/u/manager/$count").unwrap_err().status, StatusCode::BAD_REQUEST);
    }

    #[test]
    fn an_alternate_key_keeps_its_name() {
        let found = routes().find(&Method::GET, "/servicePrincipals(appId='x')").unwrap();
        assert_eq!(found.keys, [Key { name: Some("appid".to_owned()), value: "x".to_owned() }]);
    }

    #[test]
    fn other_methods_and_paths_are_refused_differently() {
        let status = |method: Method, path: &str| routes().find(&method, path).unwrap_err().status;
        assert_eq!(status(Method::PUT, "/users/x"), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(status(Method::DELETE, "/groups/g/members/u"), StatusCode::BAD_REQUEST);
        for path in ["", "/", "/me", "/users/a/b/c/d/e/f/g/h/i/j/k/l", "/users('a", "/users(a)"] {
            assert_eq!(status(Method::GET, path), StatusCode::BAD_REQUEST, "{path}");
        }
        let message = routes().find(&Method::GET, "/users/x/frobs/y").unwrap_err().message;
        assert_eq!(message, "Resource not found for the segment 'frobs'.");
    }
}
