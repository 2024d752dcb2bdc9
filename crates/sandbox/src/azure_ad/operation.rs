//! Which operation a method and a path name.
//!
//! Owns the spellings: any case, `delta` and `delta()`, `graph.user` and `microsoft.graph.user`,
//! `users/x` and `users('x')`, a slash at the end. It decides nothing about the answer.
//!
//! Source: microsoft-graph.md sections 3 and 13.

use axum::http::{Method, StatusCode};

use crate::azure_ad::encoding::decode;
use crate::azure_ad::errors::GraphError;
use crate::azure_ad::schema::Kind;

/// Most segments a served path has.
const SEGMENTS_MAX: usize = 8;

/// An operation the sandbox serves, with the ids in its path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Operation {
    ListUsers,
    CountUsers,
    CreateUser,
    UsersDelta,
    GetUser(String),
    UpdateUser(String),
    DeleteUser(String),
    GetManager(String),
    GetManagerRef(String),
    SetManager(String),
    RemoveManager(String),
    MemberOf { user: String, transitive: bool, cast: Option<Kind> },
    CheckMemberGroups(String),
    GetMemberGroups(String),
    ListGroups,
    CountGroups,
    GetGroup(String),
    Members { group: String, transitive: bool, cast: Option<Kind> },
    Owners(String),
    AddMember(String),
    RemoveMember { group: String, member: String },
    Organization,
}

/// Finds the operation of a path behind the version prefix.
///
/// # Errors
/// 400 for a path the sandbox does not serve, 405 for a method the path does not have.
pub(crate) fn operation(method: &Method, path: &str) -> Result<Operation, GraphError> {
    let segments = segments(path)?;
    let lower: Vec<String> = segments.iter().map(|segment| segment.to_ascii_lowercase()).collect();
    let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    let found = match lower.first().copied() {
        Some("users") => users(method, &segments, &lower),
        Some("groups") => groups(method, &segments, &lower),
        Some("organization") if lower.len() == 1 => only(method, &[(Method::GET, Operation::Organization)]),
        _ => Found::Nothing,
    };
    match found {
        Found::One(operation) => Ok(operation),
        Found::OtherMethod => {
            let message = "Specified HTTP method is not allowed for the request target.";
            Err(GraphError::new(StatusCode::METHOD_NOT_ALLOWED, "Request_BadRequest", message))
        }
        Found::Nothing => {
            let segment = segments.last().map_or("", String::as_str);
            Err(GraphError::malformed(format!("Resource not found for the segment '{segment}'.")))
        }
    }
}

enum Found {
    One(Operation),
    OtherMethod,
    Nothing,
}

fn only(method: &Method, served: &[(Method, Operation)]) -> Found {
    match served.iter().find(|(known, _)| known == method) {
        Some((_, operation)) => Found::One(operation.clone()),
        None => Found::OtherMethod,
    }
}

fn users(method: &Method, segments: &[String], lower: &[&str]) -> Found {
    let id = || segments.get(1).cloned().unwrap_or_default();
    match lower {
        ["users"] => {
            only(method, &[(Method::GET, Operation::ListUsers), (Method::POST, Operation::CreateUser)])
        }
        ["users", "$count"] => only(method, &[(Method::GET, Operation::CountUsers)]),
        ["users", "delta"] => only(method, &[(Method::GET, Operation::UsersDelta)]),
        ["users", _] => only(
            method,
            &[
                (Method::GET, Operation::GetUser(id())),
                (Method::PATCH, Operation::UpdateUser(id())),
                (Method::DELETE, Operation::DeleteUser(id())),
            ],
        ),
        ["users", _, "manager"] => only(method, &[(Method::GET, Operation::GetManager(id()))]),
        ["users", _, "manager", "$ref"] => only(
            method,
            &[
                (Method::GET, Operation::GetManagerRef(id())),
                (Method::PUT, Operation::SetManager(id())),
                (Method::DELETE, Operation::RemoveManager(id())),
            ],
        ),
        ["users", _, "checkmembergroups"] => {
            only(method, &[(Method::POST, Operation::CheckMemberGroups(id()))])
        }
        ["users", _, "getmembergroups"] => only(method, &[(Method::POST, Operation::GetMemberGroups(id()))]),
        ["users", _, relation @ ("memberof" | "transitivememberof"), rest @ ..] => match cast(rest) {
            Some(cast) => {
                let transitive = *relation == "transitivememberof";
                only(method, &[(Method::GET, Operation::MemberOf { user: id(), transitive, cast })])
            }
            None => Found::Nothing,
        },
        _ => Found::Nothing,
    }
}

fn groups(method: &Method, segments: &[String], lower: &[&str]) -> Found {
    let id = || segments.get(1).cloned().unwrap_or_default();
    match lower {
        ["groups"] => only(method, &[(Method::GET, Operation::ListGroups)]),
        ["groups", "$count"] => only(method, &[(Method::GET, Operation::CountGroups)]),
        ["groups", _] => only(method, &[(Method::GET, Operation::GetGroup(id()))]),
        ["groups", _, "members", "$ref"] => only(method, &[(Method::POST, Operation::AddMember(id()))]),
        ["groups", _, "members", _, "$ref"] => {
            let member = segments.get(3).cloned().unwrap_or_default();
            only(method, &[(Method::DELETE, Operation::RemoveMember { group: id(), member })])
        }
        ["groups", _, "owners"] => only(method, &[(Method::GET, Operation::Owners(id()))]),
        ["groups", _, relation @ ("members" | "transitivemembers"), rest @ ..] => match cast(rest) {
            Some(cast) => {
                let transitive = *relation == "transitivemembers";
                only(method, &[(Method::GET, Operation::Members { group: id(), transitive, cast })])
            }
            None => Found::Nothing,
        },
        _ => Found::Nothing,
    }
}

/// The type a relation is narrowed to: none, or one in a single segment behind it.
fn cast(rest: &[&str]) -> Option<Option<Kind>> {
    match rest {
        [] => Some(None),
        ["graph.user" | "microsoft.graph.user"] => Some(Some(Kind::User)),
        ["graph.group" | "microsoft.graph.group"] => Some(Some(Kind::Group)),
        _ => None,
    }
}

/// Decoded segments with keys in parentheses as segments of their own.
fn segments(path: &str) -> Result<Vec<String>, GraphError> {
    let mut segments = Vec::new();
    for raw in path.split('/').filter(|segment| !segment.is_empty()) {
        let segment = decode(raw);
        if let Some(name) = segment.strip_suffix("()") {
            let name =
                name.strip_prefix("microsoft.graph.").or_else(|| name.strip_prefix("graph.")).unwrap_or(name);
            segments.push(name.to_owned());
        } else if let Some((name, key)) = segment.split_once("('") {
            let key = key
                .strip_suffix("')")
                .ok_or_else(|| GraphError::malformed("Bad Request - Error in query syntax."))?;
            segments.push(name.to_owned());
            segments.push(key.replace("''", "'"));
        } else {
            segments.push(segment);
        }
    }
    if segments.len() > SEGMENTS_MAX {
        return Err(GraphError::malformed("The request has too many segments."));
    }
    Ok(segments)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(method: Method, path: &str, expected: Operation) {
        assert_eq!(operation(&method, path), Ok(expected), "{path}");
    }

    #[test]
    fn all_spellings_lead_to_the_same_operation() {
        for path in ["/users/delta", "/users/delta()", "/users/microsoft.graph.delta()", "/Users/Delta/"] {
            check(Method::GET, path, Operation::UsersDelta);
        }
        for path in ["/users/a@b.c", "/users('a@b.c')", "/users/a%40b.c", "/users(%27a@b.c%27)"] {
            check(Method::GET, path, Operation::GetUser("a@b.c".to_owned()));
        }
        check(Method::GET, "/users/x%23EXT%23@b.c/manager", Operation::GetManager("x#EXT#@b.c".to_owned()));
        let cast = Some(Kind::Group);
        for path in ["/users/u/memberOf/microsoft.graph.group", "/users/u/memberof/graph.group"] {
            check(Method::GET, path, Operation::MemberOf { user: "u".to_owned(), transitive: false, cast });
        }
        let removal = Operation::RemoveMember { group: "g".to_owned(), member: "u".to_owned() };
        check(Method::DELETE, "/groups/g/members/u/$ref", removal);
    }

    #[test]
    fn other_methods_and_paths_are_refused_differently() {
        assert_eq!(operation(&Method::PUT, "/users").unwrap_err().status, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(
            operation(&Method::DELETE, "/groups/g/members/u").unwrap_err().status,
            StatusCode::BAD_REQUEST
        );
        for path in ["", "/", "/me", "/users/a/b/c/d/e/f/g/h", "/users('a"] {
            assert_eq!(operation(&Method::GET, path).unwrap_err().status, StatusCode::BAD_REQUEST, "{path}");
        }
    }
}
