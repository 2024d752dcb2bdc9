//! Users and groups as SCIM 2.0 resources, and back.
//!
//! Owns the map from attributes to columns. What a reader may not see is not shown: rows are left out,
//! columns are empty. Answers no request.
//! Source: reference section 9.8; RFC 7643 for the attributes.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use crate::servicenow::actor::Actor;
use crate::servicenow::desk::Fields;
use crate::servicenow::stamp;
use crate::servicenow::store::Record;
use crate::servicenow::walk::{self, Base};

const USER_SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const ENTERPRISE_SCHEMA: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const GROUP_SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

/// The two kinds of resources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    User,
    Group,
}

/// Attribute paths of users, in lower case, and the columns they stand for.
const USER_COLUMNS: [(&str, &str); 14] = [
    ("username", "user_name"),
    ("active", "active"),
    ("title", "title"),
    ("displayname", "name"),
    ("externalid", "correlation_id"),
    ("timezone", "time_zone"),
    ("preferredlanguage", "preferred_language"),
    ("name.givenname", "first_name"),
    ("name.familyname", "last_name"),
    ("name.middlename", "middle_name"),
    ("emails.value", "email"),
    ("emails", "email"),
    ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:user:employeenumber", "employee_number"),
    ("id", "sys_id"),
];

const GROUP_COLUMNS: [(&str, &str); 3] =
    [("displayname", "name"), ("externalid", "correlation_id"), ("id", "sys_id")];

impl Kind {
    pub(crate) fn table(self) -> &'static str {
        match self {
            Self::User => "sys_user",
            Self::Group => "sys_user_group",
        }
    }

    /// The word in addresses.
    pub(crate) fn segment(self) -> &'static str {
        match self {
            Self::User => "Users",
            Self::Group => "Groups",
        }
    }

    pub(crate) fn schema(self) -> &'static str {
        match self {
            Self::User => USER_SCHEMA,
            Self::Group => GROUP_SCHEMA,
        }
    }

    /// The column an attribute stands for, whatever its case and with or without the schema in front.
    pub(crate) fn column(self, attribute: &str) -> Option<&'static str> {
        let lower = attribute.to_ascii_lowercase();
        let own = format!("{}:", self.schema().to_ascii_lowercase());
        let bare = lower.strip_prefix(&own).unwrap_or(&lower);
        // Filters on one value of a list, as in `emails[type eq "work"].value`, mean the only one there is.
        let bare = match (bare.find('['), bare.find(']')) {
            (Some(open), Some(close)) if open < close => format!("{}{}", &bare[..open], &bare[close + 1..]),
            _ => bare.to_owned(),
        };
        let columns: &[(&str, &str)] = match self {
            Self::User => &USER_COLUMNS,
            Self::Group => &GROUP_COLUMNS,
        };
        columns.iter().find(|(name, _)| *name == bare).map(|(_, column)| *column)
    }
}

/// Who looks at the resources, at what, and under which address.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    pub(crate) base: Base<'a>,
    pub(crate) actor: &'a Actor,
    pub(crate) origin: &'a str,
}

impl<'a> Reader<'a> {
    /// The row, if there is one and the reader may see it.
    pub(crate) fn row(self, table: &str, id: &str) -> Option<&'a Record> {
        walk::reached(self.base, Some(self.actor), table, id)
    }

    /// The record without what stands in columns that are closed to the reader.
    fn seen(self, record: &Record) -> Cow<'_, Record> {
        let closed = |field: &&str| {
            let column = self.base.dictionary.field(&record.class, field);
            column.is_some_and(|column| !self.actor.may_see(column))
        };
        let closed: Vec<&str> = record.values().map(|(field, _)| field).filter(closed).collect();
        if closed.is_empty() {
            return Cow::Borrowed(record);
        }
        let mut seen = record.clone();
        for field in closed {
            seen.set(field, "");
        }
        seen.set("sys_id", record.id());
        Cow::Owned(seen)
    }

    fn place(self, kind: Kind, id: &str) -> String {
        format!("{}/api/now/scim/{}/{id}", self.origin, kind.segment())
    }
}

/// A record as a resource.
pub(crate) fn resource(reader: Reader<'_>, kind: Kind, record: &Record) -> Value {
    let record = &*reader.seen(record);
    let moment = |field: &str| stamp::instant(record.get(field)).map(|at| at.to_string());
    let meta = json!({
        "resourceType": if kind == Kind::User { "User" } else { "Group" },
        "created": moment("sys_created_on"),
        "lastModified": moment("sys_updated_on"),
        "location": reader.place(kind, record.id()),
    });
    let mut shown = match kind {
        Kind::User => user(reader, record),
        Kind::Group => group(reader, record),
    };
    let correlation = record.get("correlation_id");
    if !correlation.is_empty() {
        shown.insert("externalId".to_owned(), json!(correlation));
    }
    shown.insert("meta".to_owned(), meta);
    Value::Object(shown)
}

fn user(reader: Reader<'_>, record: &Record) -> Map<String, Value> {
    let mut user = object(json!({
        "schemas": [USER_SCHEMA, ENTERPRISE_SCHEMA],
        "id": record.id(),
        "userName": record.get("user_name"),
        "displayName": record.get("name"),
        "active": record.get("active") == "true",
    }));
    let name = [("givenName", "first_name"), ("middleName", "middle_name"), ("familyName", "last_name")];
    let mut names = filled(record, &name);
    if !record.get("name").is_empty() {
        names.insert("formatted".to_owned(), json!(record.get("name")));
    }
    let enterprise_columns = [("employeeNumber", "employee_number")];
    let mut enterprise = filled(record, &enterprise_columns);
    if let Some(department) = reader.row("cmn_department", record.get("department")) {
        enterprise.insert("department".to_owned(), json!(reader.seen(department).get("name")));
    }
    if let Some(manager) = reader.row("sys_user", record.get("manager")) {
        let (name, place) = (reader.seen(manager), reader.place(Kind::User, manager.id()));
        let of = json!({ "value": manager.id(), "displayName": name.get("name"), "$ref": place });
        enterprise.insert("manager".to_owned(), of);
    }
    user.extend(filled(
        record,
        &[("title", "title"), ("timezone", "time_zone"), ("preferredLanguage", "preferred_language")],
    ));
    let phones =
        [("work", "phone"), ("mobile", "mobile_phone")].map(|(kind, column)| (kind, record.get(column)));
    let phones = phones.iter().filter(|(_, number)| !number.is_empty());
    let phones: Vec<Value> = phones.map(|(kind, number)| json!({ "type": kind, "value": number })).collect();
    if !record.get("email").is_empty() {
        user.insert(
            "emails".to_owned(),
            json!([{ "type": "work", "value": record.get("email"), "primary": true }]),
        );
    }
    for (attribute, value) in [
        ("name", Value::Object(names)),
        ("phoneNumbers", json!(phones)),
        (ENTERPRISE_SCHEMA, Value::Object(enterprise)),
    ] {
        let empty =
            value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(Map::is_empty);
        if !empty {
            user.insert(attribute.to_owned(), value);
        }
    }
    user
}

fn group(reader: Reader<'_>, record: &Record) -> Map<String, Value> {
    let base = reader.base;
    let rows = base.store.having(base.dictionary, "sys_user_grmember", "group", record.id());
    let rows = rows.filter_map(|row| reader.row("sys_user_grmember", row.id()));
    let members = rows.filter_map(|row| reader.row("sys_user", row.get("user")));
    let member = |user: &Record| {
        let (name, place) = (reader.seen(user), reader.place(Kind::User, user.id()));
        json!({ "value": user.id(), "display": name.get("name"), "type": "User", "$ref": place })
    };
    let members: Vec<Value> = members.map(member).collect();
    object(json!({
        "schemas": [GROUP_SCHEMA],
        "id": record.id(),
        "displayName": record.get("name"),
        "members": members,
    }))
}

/// Attributes whose column holds something.
fn filled(record: &Record, columns: &[(&str, &str)]) -> Map<String, Value> {
    let filled = columns.iter().filter(|(_, column)| !record.get(column).is_empty());
    filled.map(|(attribute, column)| ((*attribute).to_owned(), json!(record.get(column)))).collect()
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// The columns a resource fills. With `whole`, attributes that are absent clear theirs, as a PUT does.
pub(crate) fn fields(kind: Kind, body: &Value, whole: bool) -> Fields {
    let mut fields = Fields::new();
    let mut put = |column: &str, value: Option<&Value>| match value {
        Some(Value::String(text)) => fields.push((column.to_owned(), text.clone())),
        Some(Value::Bool(flag)) => fields.push((column.to_owned(), flag.to_string())),
        Some(Value::Null) => fields.push((column.to_owned(), String::new())),
        None if whole => fields.push((column.to_owned(), String::new())),
        _ => {}
    };
    let body = lowered(body);
    match kind {
        Kind::User => {
            for (attribute, column) in [("username", "user_name"), ("active", "active")] {
                // A user without a name or a state keeps the one there is.
                if body.get(attribute).is_some() {
                    put(column, body.get(attribute));
                }
            }
            for (attribute, column) in [
                ("title", "title"),
                ("externalid", "correlation_id"),
                ("timezone", "time_zone"),
                ("preferredlanguage", "preferred_language"),
            ] {
                put(column, body.get(attribute));
            }
            for (part, column) in
                [("givenname", "first_name"), ("middlename", "middle_name"), ("familyname", "last_name")]
            {
                put(column, body.get("name").and_then(|name| name.get(part)));
            }
            put("email", listed(&body, "emails", "work"));
            put("phone", listed(&body, "phonenumbers", "work"));
            put("mobile_phone", listed(&body, "phonenumbers", "mobile"));
            let enterprise = body.get(ENTERPRISE_SCHEMA.to_ascii_lowercase());
            put("employee_number", enterprise.and_then(|one| one.get("employeenumber")));
            put("manager", enterprise.and_then(|one| one.get("manager")).and_then(|one| one.get("value")));
        }
        Kind::Group => {
            if body.get("displayname").is_some() {
                put("name", body.get("displayname"));
            }
            put("correlation_id", body.get("externalid"));
        }
    }
    fields
}

/// The value of a list's entry of that type, or of its only entry.
fn listed<'a>(body: &'a Value, list: &str, wanted: &str) -> Option<&'a Value> {
    let entries = body.get(list)?.as_array()?;
    let typed = |entry: &&Value| {
        entry.get("type").and_then(Value::as_str).unwrap_or("work").eq_ignore_ascii_case(wanted)
    };
    entries.iter().find(typed)?.get("value")
}

/// The same with the names of attributes in lower case: SCIM does not tell case apart.
fn lowered(value: &Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(
            members.iter().map(|(name, value)| (name.to_ascii_lowercase(), lowered(value))).collect(),
        ),
        Value::Array(items) => Value::Array(items.iter().map(lowered).collect()),
        other => other.clone(),
    }
}

/// The ids of the members a group resource names; nothing where it names none at all.
pub(crate) fn members(body: &Value) -> Option<Vec<String>> {
    let body = lowered(body);
    let entries = body.get("members")?.as_array()?;
    Some(entries.iter().filter_map(|entry| entry.get("value")?.as_str().map(str::to_owned)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_lead_to_columns_whatever_their_case() {
        let check = |kind: Kind, attribute: &str, column: Option<&str>| {
            assert_eq!(kind.column(attribute), column, "{attribute}")
        };
        check(Kind::User, "USERNAME", Some("user_name"));
        check(Kind::User, "emails[type eq \"work\"].value", Some("email"));
        check(Kind::User, "urn:ietf:params:scim:schemas:core:2.0:User:name.familyName", Some("last_name"));
        check(Kind::Group, "displayName", Some("name"));
        check(Kind::Group, "userName", None);
        check(Kind::User, "][", None);
    }

    #[test]
    fn a_whole_resource_clears_what_it_leaves_out_and_a_part_does_not() {
        let body =
            json!({ "UserName": "ann", "name": { "givenName": "Ann" }, "emails": [{ "value": "a@x" }] });
        let of = |whole: bool, column: &str| {
            fields(Kind::User, &body, whole)
                .into_iter()
                .find(|(name, _)| name == column)
                .map(|(_, value)| value)
        };
        assert_eq!(
            (of(false, "user_name").as_deref(), of(false, "email").as_deref()),
            (Some("ann"), Some("a@x"))
        );
        assert_eq!(
            (of(false, "title"), of(true, "title").as_deref(), of(true, "active")),
            (None, Some(""), None)
        );
    }
}
