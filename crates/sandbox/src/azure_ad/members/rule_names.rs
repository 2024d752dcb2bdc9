//! What rules of dynamic groups may look at, and how they call it.
//!
//! Their names are older than those of Graph: `physicalDeliveryOfficeName` is `officeLocation`. What has no name here,
//! such as `employeeType`, cannot be asked for at all.
//!
//! Source: microsoft-graph.md section 6.3 (rules).

/// Sort of value a property has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    Text,
    Flag,
    Instant,
    /// A list of texts or objects.
    List,
}

/// A property of users: where Graph keeps it, empty where the tenant does not have it, and its sort.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) path: String,
    pub(crate) sort: Sort,
}

const USER: &[(&str, &str, Sort)] = &[
    ("accountEnabled", "accountEnabled", Sort::Flag),
    ("assignedPlans", "", Sort::List),
    ("city", "city", Sort::Text),
    ("companyName", "companyName", Sort::Text),
    ("country", "country", Sort::Text),
    ("department", "department", Sort::Text),
    ("dirSyncEnabled", "onPremisesSyncEnabled", Sort::Flag),
    ("displayName", "displayName", Sort::Text),
    ("employeeHireDate", "employeeHireDate", Sort::Instant),
    ("employeeId", "employeeId", Sort::Text),
    ("facsimileTelephoneNumber", "faxNumber", Sort::Text),
    ("givenName", "givenName", Sort::Text),
    ("jobTitle", "jobTitle", Sort::Text),
    ("mail", "mail", Sort::Text),
    ("mailNickName", "mailNickname", Sort::Text),
    ("memberOf", "", Sort::List),
    ("mobile", "mobilePhone", Sort::Text),
    ("objectId", "id", Sort::Text),
    ("onPremisesDistinguishedName", "onPremisesDistinguishedName", Sort::Text),
    ("onPremisesSecurityIdentifier", "onPremisesSecurityIdentifier", Sort::Text),
    ("otherMails", "otherMails", Sort::List),
    ("passwordPolicies", "passwordPolicies", Sort::Text),
    ("physicalDeliveryOfficeName", "officeLocation", Sort::Text),
    ("postalCode", "postalCode", Sort::Text),
    ("preferredLanguage", "preferredLanguage", Sort::Text),
    ("proxyAddresses", "proxyAddresses", Sort::List),
    ("sipProxyAddress", "", Sort::Text),
    ("state", "state", Sort::Text),
    ("streetAddress", "streetAddress", Sort::Text),
    ("surname", "surname", Sort::Text),
    ("telephoneNumber", "businessPhones", Sort::Text),
    ("usageLocation", "usageLocation", Sort::Text),
    ("userPrincipalName", "userPrincipalName", Sort::Text),
    ("userType", "userType", Sort::Text),
];

/// Devices are nobody's members by rule here: their rules are read and move nothing.
const DEVICE: &[(&str, Sort)] = &[
    ("accountEnabled", Sort::Flag),
    ("deviceCategory", Sort::Text),
    ("deviceId", Sort::Text),
    ("deviceManagementAppId", Sort::Text),
    ("deviceManufacturer", Sort::Text),
    ("deviceModel", Sort::Text),
    ("deviceOSType", Sort::Text),
    ("deviceOSVersion", Sort::Text),
    ("deviceOwnership", Sort::Text),
    ("devicePhysicalIds", Sort::List),
    ("deviceTrustType", Sort::Text),
    ("displayName", Sort::Text),
    ("enrollmentProfileName", Sort::Text),
    ("isRooted", Sort::Flag),
    ("managementType", Sort::Text),
    ("memberOf", Sort::List),
    ("objectId", Sort::Text),
    ("profileType", Sort::Text),
    ("systemLabels", Sort::List),
];

/// Finds a property of users, in any case.
pub(crate) fn of_user(name: &str) -> Option<Named> {
    if let Some((_, path, sort)) = USER.iter().find(|(known, ..)| known.eq_ignore_ascii_case(name)) {
        return Some(Named { path: (*path).to_owned(), sort: *sort });
    }
    let text = |path: String| Some(Named { path, sort: Sort::Text });
    match extension(name)? {
        Extension::Attribute(number) => {
            text(format!("onPremisesExtensionAttributes/extensionAttribute{number}"))
        }
        Extension::Directory => text(name.to_owned()),
    }
}

/// The sort of a property of devices.
pub(crate) fn of_device(name: &str) -> Option<Sort> {
    let known = DEVICE.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    known.map(|(_, sort)| *sort).or_else(|| extension(name).map(|_| Sort::Text))
}

enum Extension {
    /// `extensionAttribute1` to `extensionAttribute15`.
    Attribute(u8),
    /// `extension_<application>_<name>`.
    Directory,
}

fn extension(name: &str) -> Option<Extension> {
    let lower = name.to_ascii_lowercase();
    if let Some(number) = lower.strip_prefix("extensionattribute") {
        return number.parse().ok().filter(|number| (1..=15).contains(number)).map(Extension::Attribute);
    }
    let (application, own) = lower.strip_prefix("extension_")?.split_once('_')?;
    let is_id = application.len() == 32 && application.chars().all(|c| c.is_ascii_hexdigit());
    (is_id && !own.is_empty()).then_some(Extension::Directory)
}
