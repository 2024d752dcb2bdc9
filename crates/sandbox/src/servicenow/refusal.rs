//! Why the instance does not do what it was asked, in the platform's own words.
//!
//! Owns the texts and their statuses. Sends nothing.
//! Source: reference section 5.1; "Operation Failed" as the message of a 403 is not confirmed.

use crate::servicenow::actor::Deed;

/// A request that is not carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    NoTable(String),
    NoRecord,
    /// The first version of the API reports an empty list this way.
    NoMatch,
    Unreadable(String),
    NoResource(String),
    NotAuthenticated,
    /// A signed-in session came without the token of its pages, which the answer names.
    NoUserToken(String),
    /// The password is right; the code of the second factor is missing or wrong.
    SecondFactor,
    /// A rate rule is exceeded.
    RateLimit {
        limit: u64,
        api: &'static str,
    },
    /// The account may not do that to the row.
    Acl(Deed),
    /// The query names a field the account may not read.
    QueryAcl,
    /// The table is closed to web services.
    ApiAcl,
    /// Labels of the fields that are missing.
    Mandatory(Vec<String>),
    Duplicate {
        value: String,
        key: String,
    },
    /// A business rule of that name and id took the write back.
    Aborted {
        table: String,
        rule: String,
        id: String,
    },
    BadRequest(String),
    Method,
    /// No language the client wants to read is spoken here.
    NotAcceptable,
    MediaType,
}

impl Refusal {
    pub(crate) fn status(&self) -> u16 {
        match self {
            Self::NoTable(_) | Self::Unreadable(_) | Self::NoResource(_) | Self::BadRequest(_) => 400,
            Self::NotAuthenticated | Self::NoUserToken(_) | Self::SecondFactor => 401,
            Self::Acl(_) | Self::QueryAcl | Self::ApiAcl | Self::Mandatory(_) => 403,
            Self::Duplicate { .. } | Self::Aborted { .. } => 403,
            Self::NoRecord | Self::NoMatch => 404,
            Self::Method => 405,
            Self::NotAcceptable => 406,
            Self::MediaType => 415,
            Self::RateLimit { .. } => 429,
        }
    }

    pub(crate) fn message(&self) -> String {
        match self {
            Self::NoTable(table) => format!("Invalid table {table}"),
            Self::NoRecord | Self::NoMatch => "No Record found".to_owned(),
            Self::Unreadable(_) => "Exception while reading request".to_owned(),
            Self::NoResource(_) => "Requested URI does not represent any resource".to_owned(),
            Self::NotAuthenticated | Self::NoUserToken(_) | Self::SecondFactor => {
                "User Not Authenticated".to_owned()
            }
            Self::RateLimit { .. } => "Rate limit exceeded".to_owned(),
            Self::QueryAcl => "Insufficient rights to query records".to_owned(),
            Self::ApiAcl => "Failed API level ACL Validation".to_owned(),
            Self::BadRequest(text) => text.clone(),
            Self::Method => "Method not supported".to_owned(),
            Self::NotAcceptable => "Not acceptable".to_owned(),
            Self::MediaType => "Unsupported media type".to_owned(),
            Self::Acl(_) | Self::Mandatory(_) | Self::Duplicate { .. } | Self::Aborted { .. } => {
                "Operation Failed".to_owned()
            }
        }
    }

    pub(crate) fn detail(&self) -> Option<String> {
        match self {
            Self::NoRecord => Some("Record doesn't exist or ACL restricts the record retrieval".to_owned()),
            Self::NoMatch => {
                Some("Records matching query not found. Check query parameter or offset parameter".to_owned())
            }
            Self::Unreadable(detail) | Self::NoResource(detail) => Some(detail.clone()),
            Self::NotAuthenticated | Self::NoUserToken(_) | Self::SecondFactor => {
                Some("Required to provide Auth information".to_owned())
            }
            Self::RateLimit { limit, api } => {
                Some(format!("Rate limit of {limit} requests per hour for {api} exceeded"))
            }
            Self::Acl(deed) => {
                let deed = match deed {
                    Deed::Create => "Insert",
                    Deed::Delete => "Delete",
                    Deed::Read | Deed::Write => "Update",
                };
                Some(format!("ACL Exception {deed} Failed due to security constraints"))
            }
            Self::Mandatory(labels) => Some(format!(
                "Data Policy Exception: The following fields are mandatory: {}",
                labels.join(", ")
            )),
            Self::Duplicate { value, key } => Some(format!(
                "Unique Key violation detected by database (Duplicate entry '{value}' for key '{key}')"
            )),
            Self::Aborted { table, rule, id } => Some(format!(
                "Operation against file '{table}' was aborted by Business Rule '{rule}^{id}'. \
                 Business Rule Stack:{rule}"
            )),
            Self::QueryAcl => {
                Some("Field(s) present in the query do not have permission to be read.".to_owned())
            }
            Self::NoTable(_) | Self::ApiAcl | Self::BadRequest(_) => None,
            Self::Method | Self::NotAcceptable | Self::MediaType => None,
        }
    }
}
