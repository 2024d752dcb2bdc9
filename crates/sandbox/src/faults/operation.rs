//! Names of operations, such as `azure_ad.users.get`, and the calls they stand for.
//!
//! The names are built from what the platforms call things, so that no list has to follow them:
//!
//! - `azure_ad.<collection>.<verb>`: `list`, `get`, `create`, `update`, `delete`, `delta`, `count`
//! - `azure_ad.<collection>.<relation>.<verb>`: `list`, `get`, `create`, `call`, `add`, `remove`, `set`
//! - `azure_ad.token`, `azure_ad.batch`
//! - `servicenow.<table>.<verb>`: `list`, `get`, `create`, `update`, `delete`, `aggregate`, `import`;
//!   `*` is any table
//! - `servicenow.token`, `servicenow.batch`, `servicenow.catalog.order`
//! - a method and a path with `{name}` for one segment: `GET /users/{id}`

use crate::calls::Platform;
use crate::faults::template::Template;

/// The calls of one operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Operation {
    pub(super) platform: Platform,
    forms: Vec<(&'static str, Template)>,
}

/// The methods an operation may have; a name in a rule is one of these.
const METHODS: [&str; 5] = ["GET", "POST", "PATCH", "PUT", "DELETE"];

impl Operation {
    /// The operation of a name; none for a name that stands for nothing.
    pub(super) fn named(name: &str) -> Option<Self> {
        if let Some((method, path)) = name.split_once(' ') {
            let method = METHODS.into_iter().find(|known| known.eq_ignore_ascii_case(method))?;
            let platform = match path {
                "/oauth_token.do" => Platform::ServiceNow,
                path if path.starts_with("/api/") => Platform::ServiceNow,
                path if path.starts_with('/') => Platform::AzureAd,
                _ => return None,
            };
            return Some(Self { platform, forms: vec![(method, Template::new(path))] });
        }
        let (platform, rest) = name.split_once('.')?;
        let parts: Vec<&str> = rest.split('.').collect();
        if parts.iter().any(|part| part.is_empty()) {
            return None;
        }
        let (platform, forms) = match platform {
            "azure_ad" => (Platform::AzureAd, azure_ad(&parts)?),
            "servicenow" => (Platform::ServiceNow, servicenow(&parts)?),
            _ => return None,
        };
        let template = |(method, path): (&'static str, String)| (method, Template::new(&path));
        Some(Self { platform, forms: forms.into_iter().map(template).collect() })
    }

    pub(super) fn matches(&self, method: &str, path: &str) -> bool {
        self.forms.iter().any(|(own, template)| own.eq_ignore_ascii_case(method) && template.matches(path))
    }
}

type Forms = Vec<(&'static str, String)>;

fn azure_ad(parts: &[&str]) -> Option<Forms> {
    match parts {
        ["token"] => Some(vec![
            ("POST", "/{tenant}/oauth2/v2.0/token".to_owned()),
            ("POST", "/{tenant}/oauth2/token".to_owned()),
        ]),
        ["batch"] => Some(vec![("POST", "/$batch".to_owned())]),
        [collection, verb] => {
            let (method, tail) = match *verb {
                "list" => ("GET", ""),
                "create" => ("POST", ""),
                "get" => ("GET", "/{id}"),
                "update" => ("PATCH", "/{id}"),
                "delete" => ("DELETE", "/{id}"),
                "delta" => ("GET", "/delta"),
                "count" => ("GET", "/$count"),
                _ => return None,
            };
            Some(vec![(method, format!("/{collection}{tail}"))])
        }
        [collection, relation, verb] => {
            let at = format!("/{collection}/{{id}}/{relation}");
            let reference = format!("{at}/$ref");
            Some(match *verb {
                "list" | "get" => vec![("GET", at)],
                "create" | "call" => vec![("POST", at)],
                "add" => vec![("POST", reference)],
                "set" => vec![("PUT", reference)],
                "remove" => vec![("DELETE", format!("{at}/{{other}}/$ref")), ("DELETE", reference)],
                _ => return None,
            })
        }
        _ => None,
    }
}

fn servicenow(parts: &[&str]) -> Option<Forms> {
    match parts {
        ["token"] => Some(vec![("POST", "/oauth_token.do".to_owned())]),
        ["batch"] => Some(vec![("POST", "/api/now/batch".to_owned())]),
        ["catalog", "order"] => Some(vec![
            ("POST", "/api/sn_sc/servicecatalog/items/{id}/order_now".to_owned()),
            ("POST", "/api/sn_sc/servicecatalog/cart/checkout".to_owned()),
            ("POST", "/api/sn_sc/servicecatalog/cart/submit_order".to_owned()),
        ]),
        [table, verb] => {
            let table = if *table == "*" { "{table}" } else { table };
            let at = format!("/api/now/table/{table}");
            let row = format!("{at}/{{sys_id}}");
            Some(match *verb {
                "list" => vec![("GET", at)],
                "create" => vec![("POST", at)],
                "get" => vec![("GET", row)],
                "update" => vec![("PATCH", row.clone()), ("PUT", row)],
                "delete" => vec![("DELETE", row)],
                "aggregate" => vec![("GET", format!("/api/now/stats/{table}"))],
                "import" => vec![
                    ("POST", format!("/api/now/import/{table}")),
                    ("POST", format!("/api/now/import/{table}/insertMultiple")),
                ],
                _ => return None,
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_for_its_calls_and_no_others() {
        let check = |name: &str, method: &str, path: &str, expected: bool| {
            let operation = Operation::named(name).unwrap_or_else(|| panic!("{name} is an operation"));
            assert_eq!(operation.matches(method, path), expected, "{name} on {method} {path}");
        };
        check("azure_ad.users.get", "GET", "/v1.0/users/1", true);
        check("azure_ad.users.get", "PATCH", "/v1.0/users/1", false);
        check("azure_ad.users.list", "GET", "/v1.0/users", true);
        check("azure_ad.users.delta", "GET", "/v1.0/users/delta", true);
        check("azure_ad.groups.members.add", "POST", "/v1.0/groups/1/members/$ref", true);
        check("azure_ad.groups.members.remove", "DELETE", "/v1.0/groups/1/members/2/$ref", true);
        check("azure_ad.users.assignLicense.call", "POST", "/v1.0/users/1/assignLicense", true);
        check(
            "azure_ad.identityProtection/riskyUsers.list",
            "GET",
            "/v1.0/identityProtection/riskyUsers",
            true,
        );
        check("azure_ad.token", "POST", "/contoso/oauth2/v2.0/token", true);
        check("servicenow.incident.update", "PUT", "/api/now/table/incident/1", true);
        check("servicenow.incident.update", "PATCH", "/api/now/v1/table/incident/1", true);
        check("servicenow.incident.create", "POST", "/api/now/table/problem", false);
        check("servicenow.*.create", "POST", "/api/now/table/problem", true);
        check("servicenow.catalog.order", "POST", "/api/sn_sc/servicecatalog/items/1/order_now", true);
        check("get /users/{id}/manager", "GET", "/v1.0/users/1/manager", true);
    }

    #[test]
    fn a_name_that_stands_for_nothing_is_refused() {
        for name in [
            "",
            "users.get",
            "azure_ad",
            "azure_ad.users",
            "azure_ad..get",
            "azure_ad.users.fetch",
            "sap.x.get",
        ] {
            assert_eq!(Operation::named(name), None, "{name}");
        }
    }
}
