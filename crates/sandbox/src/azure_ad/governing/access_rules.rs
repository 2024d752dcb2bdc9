//! What the parts of a Conditional Access policy and of a named location may look like.
//!
//! Pure data. Source: the description of Graph, microsoft-graph.md section 6.5.

use crate::azure_ad::kernel::form::Form;

const STATES: &[&str] = &["enabled", "disabled", "enabledForReportingButNotEnforced"];
const RISKS: &[&str] = &["low", "medium", "high", "hidden", "none"];
const CLIENTS: &[&str] =
    &["all", "browser", "mobileAppsAndDesktopClients", "exchangeActiveSync", "easSupported", "other"];
const PLATFORMS: &[&str] = &["android", "iOS", "windows", "windowsPhone", "macOS", "all", "linux"];
const CONTROLS: &[&str] = &[
    "block",
    "mfa",
    "compliantDevice",
    "domainJoinedDevice",
    "approvedApplication",
    "compliantApplication",
    "passwordChange",
    "riskRemediation",
];

const RULE: &[(&str, Form)] =
    &[("mode", Form::Member(&["include", "exclude"], false)), ("rule", Form::Text(false))];

const APPLICATIONS: &[(&str, Form)] = &[
    ("applicationFilter", Form::Part(RULE)),
    ("excludeApplications", Form::Texts),
    ("includeApplications", Form::Texts),
    ("includeAuthenticationContextClassReferences", Form::Texts),
    ("includeUserActions", Form::Texts),
];

const CLIENT_APPLICATIONS: &[(&str, Form)] = &[
    ("excludeServicePrincipals", Form::Texts),
    ("includeServicePrincipals", Form::Texts),
    ("servicePrincipalFilter", Form::Part(RULE)),
];

const GUESTS: &[(&str, Form)] = &[
    ("guestOrExternalUserTypes", Form::Text(false)),
    (
        "externalTenants",
        Form::Part(&[
            ("membershipKind", Form::Member(&["all", "enumerated"], true)),
            ("members", Form::Texts),
        ]),
    ),
];

const USERS: &[(&str, Form)] = &[
    ("excludeGroups", Form::Texts),
    ("excludeGuestsOrExternalUsers", Form::Part(GUESTS)),
    ("excludeRoles", Form::Texts),
    ("excludeUsers", Form::Texts),
    ("includeGroups", Form::Texts),
    ("includeGuestsOrExternalUsers", Form::Part(GUESTS)),
    ("includeRoles", Form::Texts),
    ("includeUsers", Form::Texts),
];

const CONDITIONS: &[(&str, Form)] = &[
    ("applications", Form::Part(APPLICATIONS)),
    ("authenticationFlows", Form::Part(&[("transferMethods", Form::Text(false))])),
    ("clientApplications", Form::Part(CLIENT_APPLICATIONS)),
    ("clientAppTypes", Form::Members(CLIENTS)),
    ("devices", Form::Part(&[("deviceFilter", Form::Part(RULE))])),
    ("insiderRiskLevels", Form::Text(true)),
    ("locations", Form::Part(&[("excludeLocations", Form::Texts), ("includeLocations", Form::Texts)])),
    (
        "platforms",
        Form::Part(&[
            ("excludePlatforms", Form::Members(PLATFORMS)),
            ("includePlatforms", Form::Members(PLATFORMS)),
        ]),
    ),
    ("servicePrincipalRiskLevels", Form::Members(RISKS)),
    ("signInRiskLevels", Form::Members(RISKS)),
    ("userRiskLevels", Form::Members(RISKS)),
    ("users", Form::Part(USERS)),
];

const GRANT: &[(&str, Form)] = &[
    ("builtInControls", Form::Members(CONTROLS)),
    ("customAuthenticationFactors", Form::Texts),
    ("operator", Form::Member(&["AND", "OR"], true)),
    ("termsOfUse", Form::Texts),
];

const ENABLED: (&str, Form) = ("isEnabled", Form::Flag(true));

const SESSION: &[(&str, Form)] = &[
    ("applicationEnforcedRestrictions", Form::Part(&[ENABLED])),
    (
        "cloudAppSecurity",
        Form::Part(&[
            ENABLED,
            (
                "cloudAppSecurityType",
                Form::Member(&["mcasConfigured", "monitorOnly", "blockDownloads"], true),
            ),
        ]),
    ),
    ("disableResilienceDefaults", Form::Flag(true)),
    ("persistentBrowser", Form::Part(&[ENABLED, ("mode", Form::Member(&["always", "never"], true))])),
    ("secureSignInSession", Form::Part(&[ENABLED])),
    (
        "signInFrequency",
        Form::Part(&[
            ENABLED,
            (
                "authenticationType",
                Form::Member(&["primaryAndSecondaryAuthentication", "secondaryAuthentication"], true),
            ),
            ("frequencyInterval", Form::Member(&["timeBased", "everyTime"], true)),
            ("type", Form::Member(&["days", "hours"], true)),
            ("value", Form::Number),
        ]),
    ),
];

/// What a change of a policy may hold.
pub(crate) const POLICY: &[(&str, Form)] = &[
    ("conditions", Form::Whole(CONDITIONS)),
    ("description", Form::Text(true)),
    ("displayName", Form::Text(false)),
    ("grantControls", Form::Part(GRANT)),
    ("sessionControls", Form::Part(SESSION)),
    ("state", Form::Member(STATES, false)),
];

/// What a change of a location of addresses may hold.
pub(crate) const IP_LOCATION: &[(&str, Form)] = &[
    ("displayName", Form::Text(false)),
    ("ipRanges", Form::Parts(&[("cidrAddress", Form::Text(false))])),
    ("isTrusted", Form::Flag(false)),
];

/// What a change of a location of countries may hold.
pub(crate) const COUNTRY_LOCATION: &[(&str, Form)] = &[
    ("countriesAndRegions", Form::Texts),
    ("countryLookupMethod", Form::Member(&["clientIpAddress", "authenticatorAppGps"], true)),
    ("displayName", Form::Text(false)),
    ("includeUnknownCountriesAndRegions", Form::Flag(false)),
];
