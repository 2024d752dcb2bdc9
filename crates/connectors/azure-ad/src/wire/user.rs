//! Users on the wire: their properties, how they are asked for, how their answers are read.
//!
//! Property names are Graph's own. What Graph leaves out stays absent, what it sends as null stays null.

use drawbridge_sdk::{Answer, Error, Fault, Method, Request};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};

use crate::odata::user_segments;

/// What may be absent and what may be null are two things.
type Maybe<T> = Option<Option<T>>;

fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(value: D) -> Result<Maybe<T>, D::Error> {
    Option::<T>::deserialize(value).map(Some)
}

macro_rules! properties {
    ($($(#[$doc:meta])* $field:ident $variant:ident $name:literal: $type:ty;)*) => {
        /// A user of Azure AD. Holds the properties that were asked for; the others are absent.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
        pub(crate) struct User {
            /// Object id, a GUID; never changes and is never used again.
            pub(crate) id: String,
            $(
                $(#[$doc])*
                #[serde(rename = $name, default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
                pub(crate) $field: Maybe<$type>,
            )*
        }

        /// A property of a user that can be asked for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
        pub(crate) enum Property {
            /// Object id; always asked for.
            #[serde(rename = "id")]
            Id,
            $(
                $(#[$doc])*
                #[serde(rename = $name)]
                $variant,
            )*
        }

        impl Property {
            /// The name that Graph uses.
            fn name(self) -> &'static str {
                match self {
                    Self::Id => "id",
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

// Source: `docs/reference/microsoft-graph.md`, users; all of these can be selected in lists and deltas.
properties! {
    /// Sign-in name, such as `ann@contoso.test`.
    user_principal_name UserPrincipalName "userPrincipalName": String;
    /// Name for people.
    display_name DisplayName "displayName": String;
    /// First name.
    given_name GivenName "givenName": String;
    /// Last name.
    surname Surname "surname": String;
    /// Main mail address; null for users without a mailbox.
    mail Mail "mail": String;
    /// Alias in front of the mail domain.
    mail_nickname MailNickname "mailNickname": String;
    /// `Member` or `Guest`; null for some old users.
    user_type UserType "userType": String;
    /// Whether the user may sign in.
    account_enabled AccountEnabled "accountEnabled": bool;
    /// Department, as free text.
    department Department "department": String;
    /// Job title.
    job_title JobTitle "jobTitle": String;
    /// Number that the employer gave.
    employee_id EmployeeId "employeeId": String;
    /// Kind of employment, as free text, such as `Employee` or `Contractor`.
    employee_type EmployeeType "employeeType": String;
    /// First day of work, in UTC.
    employee_hire_date EmployeeHireDate "employeeHireDate": String;
    /// Company, for guests and partners.
    company_name CompanyName "companyName": String;
    /// Office.
    office_location OfficeLocation "officeLocation": String;
    /// Street and number.
    street_address StreetAddress "streetAddress": String;
    /// City.
    city City "city": String;
    /// State or province.
    state State "state": String;
    /// Postal code.
    postal_code PostalCode "postalCode": String;
    /// Country or region, as free text.
    country Country "country": String;
    /// Two-letter country in which licences are used.
    usage_location UsageLocation "usageLocation": String;
    /// Preferred language, such as `en-GB`.
    preferred_language PreferredLanguage "preferredLanguage": String;
    /// Mobile phone.
    mobile_phone MobilePhone "mobilePhone": String;
    /// Business phones; at most one.
    business_phones BusinessPhones "businessPhones": Vec<String>;
    /// When the user was created, in UTC.
    created_date_time CreatedDateTime "createdDateTime": String;
    /// Whether the user is mastered in an on-premises directory; null if never.
    on_premises_sync_enabled OnPremisesSyncEnabled "onPremisesSyncEnabled": bool;
    /// Sign-in name in the on-premises directory.
    on_premises_sam_account_name OnPremisesSamAccountName "onPremisesSamAccountName": String;
}

/// What is asked for where an author names nothing.
const USUAL: &[Property] = &[
    Property::UserPrincipalName,
    Property::DisplayName,
    Property::GivenName,
    Property::Surname,
    Property::Mail,
    Property::AccountEnabled,
    Property::UserType,
    Property::Department,
    Property::JobTitle,
    Property::EmployeeType,
    Property::OfficeLocation,
    Property::City,
    Property::Country,
    Property::CompanyName,
    Property::UsageLocation,
    Property::EmployeeHireDate,
    Property::CreatedDateTime,
];

/// The names of what is asked for where an author names nothing.
pub(crate) fn usual_names() -> impl Iterator<Item = &'static str> {
    USUAL.iter().map(|property| property.name())
}

/// `$select` for these properties, each once, always with `id`.
pub(crate) fn select(properties: &[Property]) -> String {
    let mut names = vec!["id"];
    for property in properties {
        if !names.contains(&property.name()) {
            names.push(property.name());
        }
    }
    names.join(",")
}

/// `$select` for the usual properties and these.
pub(crate) fn select_usual_and(extra: &[Property]) -> String {
    select(&[USUAL, extra].concat())
}

/// One user.
pub(crate) fn get(user: &str, select: &str) -> Result<Request, Error> {
    below(Method::Get, user, None).map(|request| request.query("$select", select))
}

/// The manager of a user.
pub(crate) fn manager(user: &str) -> Result<Request, Error> {
    let select = select(&MANAGER);
    below(Method::Get, user, Some("manager")).map(|request| request.query("$select", select))
}

const MANAGER: [Property; 4] =
    [Property::DisplayName, Property::UserPrincipalName, Property::Mail, Property::AccountEnabled];

/// Which of at most [`CHECK_MAX`] groups a user is in, directly or through other groups.
pub(crate) fn check_member_groups(user: &str, groups: &[String]) -> Result<Request, Error> {
    below(Method::Post, user, Some("checkMemberGroups"))
        .map(|request| request.json(json!({ "groupIds": groups })))
}

/// Most groups in one `checkMemberGroups`.
pub(crate) const CHECK_MAX: usize = 20;

/// The start of a delta round over all users.
pub(crate) fn delta(select: &str) -> Request {
    Request::new(Method::Get, &["v1.0", "users", "delta"]).query("$select", select)
}

fn below(method: Method, user: &str, last: Option<&str>) -> Result<Request, Error> {
    let user = user_segments(user)?;
    let segments: Vec<&str> =
        std::iter::once("v1.0").chain(user.iter().map(String::as_str)).chain(last).collect();
    Ok(Request::new(method, &segments))
}

/// Reads the body of a success.
///
/// # Errors
/// The fault of any other answer; `Refused` CN010 for a body of another shape.
pub(crate) fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, Error> {
    T::deserialize(answer.ok()?).map_err(|error| {
        let summary = format!("Microsoft Graph answered in a shape that is not known: {error}");
        Error::Refused(Fault { status: Some(answer.status), ..Fault::new("CN010", summary) })
    })
}

/// The refusal for a user who is not there.
pub(crate) fn unknown_user(user: &str, answer: &Answer) -> Error {
    let fault = Fault::new("CN005", format!("Azure AD has no user `{}`", user.trim()))
        .help("look at the object id or user principal name; a user who was made moments ago may not be visible yet");
    let remote_code = answer.fault.as_ref().and_then(|fault| fault.remote_code.clone());
    Error::Refused(Fault { status: Some(answer.status), remote_code, ..fault })
}

/// A page of a delta round.
#[derive(Debug, Deserialize)]
pub(crate) struct DeltaPage {
    #[serde(default)]
    pub(crate) value: Vec<DeltaItem>,
    #[serde(rename = "@odata.nextLink")]
    pub(crate) next_link: Option<String>,
    #[serde(rename = "@odata.deltaLink")]
    pub(crate) delta_link: Option<String>,
}

/// One user of a delta round, changed or removed.
#[derive(Debug, Deserialize)]
pub(crate) struct DeltaItem {
    #[serde(rename = "@removed")]
    pub(crate) removed: Option<Removed>,
    #[serde(flatten)]
    pub(crate) user: User,
}

/// Why a user is no longer there.
#[derive(Debug, Deserialize)]
pub(crate) struct Removed {
    /// `changed` for users who can be restored, `deleted` for purged ones.
    #[serde(default)]
    pub(crate) reason: String,
}

/// The ids in the answer of `checkMemberGroups`.
#[derive(Debug, Deserialize)]
pub(crate) struct Ids {
    pub(crate) value: Vec<String>,
}

/// Whether an answer to a delta link says that the link is of no use any more.
///
/// Source: `docs/reference/microsoft-graph.md`, delta query; the codes vary, so parts of them count.
pub(crate) fn must_start_anew(answer: &Answer) -> bool {
    const PARTS: [&str; 4] = ["resyncrequired", "syncstate", "expireddeltatoken", "expiredpagetoken"];
    let code = answer.fault.as_ref().and_then(|fault| fault.remote_code.as_deref()).unwrap_or_default();
    let code = code.to_ascii_lowercase();
    answer.status == 410
        || (matches!(answer.status, 400..=499) && PARTS.iter().any(|part| code.contains(part)))
}

/// What a known user is remembered by: that it was there is all that "created" needs.
pub(crate) fn remembered() -> Value {
    Value::Bool(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_and_null_stay_what_they_are() {
        let user: User = serde_json::from_value(json!({
            "@odata.context": "x", "id": "1", "department": null, "displayName": "Ann", "unknown": 1
        }))
        .unwrap();
        assert_eq!(user.display_name, Some(Some("Ann".to_owned())));
        assert_eq!((&user.department, &user.mail), (&Some(None), &None));
        assert_eq!(
            serde_json::to_value(&user).unwrap(),
            json!({"id": "1", "displayName": "Ann", "department": null})
        );
    }

    #[test]
    fn select_names_each_property_once_and_always_the_id() {
        assert_eq!(select(&[]), "id");
        assert_eq!(select(&[Property::Mail, Property::Id, Property::Mail]), "id,mail");
        assert!(
            select_usual_and(&[Property::EmployeeId, Property::Mail]).ends_with("createdDateTime,employeeId")
        );
    }

    #[test]
    fn requests_go_below_the_version_and_the_user() {
        let describe = |request: Result<Request, Error>| request.unwrap().describe();
        assert_eq!(describe(get("ann@contoso.test", "id")), "GET /v1.0/users/ann@contoso.test?$select=id");
        assert_eq!(
            describe(manager("1")),
            "GET /v1.0/users/1/manager?$select=id,displayName,userPrincipalName,mail,accountEnabled"
        );
        assert_eq!(describe(check_member_groups("1", &[])), "POST /v1.0/users/1/checkMemberGroups");
        assert!(get(" ", "id").is_err());
    }

    #[test]
    fn delta_links_that_ended_are_recognised_by_status_or_code() {
        let check = |status, code: &str, expected| {
            let fault = Fault { remote_code: Some(code.to_owned()), ..Fault::new("CN006", "x") };
            let answer = Answer {
                status,
                headers: std::collections::BTreeMap::new(),
                body: Value::Null,
                at: jiff::Timestamp::UNIX_EPOCH,
                fault: Some(fault),
            };
            assert_eq!(must_start_anew(&answer), expected, "{status} {code}");
        };
        check(410, "", true);
        check(400, "Directory_ExpiredPageToken", true);
        check(404, "syncStateNotFound", true);
        check(400, "Request_BadRequest", false);
        check(403, "Authorization_RequestDenied", false);
    }
}
