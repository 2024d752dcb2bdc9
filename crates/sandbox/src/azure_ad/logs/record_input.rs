//! Reads what the admin interface injects into the logs: any property by its name in Graph, and what is missing is
//! filled in by the callers.
//!
//! It refuses names and values that Graph does not have, because an answer must always fit its description.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::model::schema::{Kind, Property, Shape};
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::Tenant;
use crate::span::Span;

const RISK_DETAILS: &[&str] = &[
    "none",
    "adminGeneratedTemporaryPassword",
    "userPerformedSecuredPasswordChange",
    "userPerformedSecuredPasswordReset",
    "adminConfirmedSigninSafe",
    "aiConfirmedSigninSafe",
    "userPassedMFADrivenByRiskBasedPolicy",
    "adminDismissedAllRiskForUser",
    "adminConfirmedSigninCompromised",
    "hidden",
    "adminConfirmedUserCompromised",
    "unknownFutureValue",
    "m365DAdminDismissedDetection",
    "adminConfirmedServicePrincipalCompromised",
    "adminDismissedAllRiskForServicePrincipal",
    "userChangedPasswordOnPremises",
    "adminDismissedRiskForSignIn",
    "adminConfirmedAccountSafe",
    "microsoftRevokedSessions",
];
const RISK_LEVELS: &[&str] = &["low", "medium", "high", "hidden", "none", "unknownFutureValue"];
const RISK_STATES: &[&str] = &[
    "none",
    "confirmedSafe",
    "remediated",
    "dismissed",
    "atRisk",
    "confirmedCompromised",
    "unknownFutureValue",
];
pub(crate) const CLASSIFICATIONS: &[&str] =
    &["unknown", "falsePositive", "truePositive", "informationalExpectedActivity", "unknownFutureValue"];
pub(crate) const DETERMINATIONS: &[&str] = &[
    "unknown",
    "apt",
    "malware",
    "securityPersonnel",
    "securityTesting",
    "unwantedSoftware",
    "other",
    "multiStagedAttack",
    "compromisedAccount",
    "phishing",
    "maliciousUserActivity",
    "notMalicious",
    "notEnoughDataToValidate",
    "confirmedActivity",
    "lineOfBusinessApplication",
    "unknownFutureValue",
];
const SERVICE_SOURCES: &[&str] = &[
    "unknown",
    "microsoftDefenderForEndpoint",
    "microsoftDefenderForIdentity",
    "microsoftDefenderForCloudApps",
    "microsoftDefenderForOffice365",
    "microsoft365Defender",
    "azureAdIdentityProtection",
    "microsoftAppGovernance",
    "dataLossPrevention",
    "unknownFutureValue",
    "microsoftDefenderForCloud",
    "microsoftSentinel",
    "microsoftInsiderRiskManagement",
    "microsoftThreatIntelligence",
    "microsoftSecurityForAI",
];

const DETECTION_SOURCES: &[&str] = &[
    "unknown",
    "microsoftDefenderForEndpoint",
    "antivirus",
    "smartScreen",
    "customTi",
    "microsoftDefenderForOffice365",
    "automatedInvestigation",
    "microsoftThreatExperts",
    "customDetection",
    "microsoftDefenderForIdentity",
    "cloudAppSecurity",
    "microsoft365Defender",
    "azureAdIdentityProtection",
    "manual",
    "microsoftDataLossPrevention",
    "appGovernancePolicy",
    "appGovernanceDetection",
    "unknownFutureValue",
    "microsoftDefenderForCloud",
    "microsoftDefenderForIoT",
    "microsoftDefenderForServers",
    "microsoftDefenderForStorage",
    "microsoftDefenderForDNS",
    "microsoftDefenderForDatabases",
    "microsoftDefenderForContainers",
    "microsoftDefenderForNetwork",
    "microsoftDefenderForAppService",
    "microsoftDefenderForKeyVault",
    "microsoftDefenderForResourceManager",
    "microsoftDefenderForApiManagement",
    "nrtAlerts",
    "scheduledAlerts",
    "microsoftDefenderThreatIntelligenceAnalytics",
    "builtInMl",
    "microsoftInsiderRiskManagement",
    "microsoftThreatIntelligence",
    "microsoftDefenderForAIServices",
    "securityCopilot",
    "microsoftSentinel",
];
const INVESTIGATION_STATES: &[&str] = &[
    "unknown",
    "terminated",
    "successfullyRemediated",
    "benign",
    "failed",
    "partiallyRemediated",
    "running",
    "pendingApproval",
    "pendingResource",
    "queued",
    "innerFailure",
    "preexistingAlert",
    "unsupportedOs",
    "unsupportedAlertType",
    "suppressedAlert",
    "partiallyInvestigated",
    "terminatedByUser",
    "terminatedBySystem",
    "unknownFutureValue",
];
/// The older, closed list; `riskEventTypes_v2` is open.
const RISK_EVENT_TYPES: &[&str] = &[
    "unlikelyTravel",
    "anonymizedIPAddress",
    "maliciousIPAddress",
    "unfamiliarFeatures",
    "malwareInfectedIPAddress",
    "suspiciousIPAddress",
    "leakedCredentials",
    "investigationsThreatIntelligence",
    "generic",
    "adminConfirmedUserCompromised",
    "mcasImpossibleTravel",
    "mcasSuspiciousInboxManipulationRules",
    "investigationsThreatIntelligenceSigninLinked",
    "maliciousIPAddressValidCredentialsBlockedIP",
    "unknownFutureValue",
];

/// Values a property may have, by name; any where it is not listed. Source: microsoft-graph.md section 10.
const VALUES: &[(&[Kind], &str, &[&str])] = &[
    (&[Kind::SignIn], "conditionalAccessStatus", &["success", "failure", "notApplied", "unknownFutureValue"]),
    (&[Kind::SignIn, Kind::RiskDetection, Kind::RiskyUser], "riskDetail", RISK_DETAILS),
    (&[Kind::SignIn], "riskLevelAggregated", RISK_LEVELS),
    (&[Kind::SignIn], "riskLevelDuringSignIn", RISK_LEVELS),
    (&[Kind::SignIn, Kind::RiskDetection, Kind::RiskyUser], "riskState", RISK_STATES),
    (&[Kind::RiskDetection, Kind::RiskyUser], "riskLevel", RISK_LEVELS),
    (&[Kind::RiskDetection], "activity", &["signin", "user", "unknownFutureValue", "servicePrincipal"]),
    (
        &[Kind::RiskDetection],
        "detectionTimingType",
        &["notDefined", "realtime", "nearRealtime", "offline", "unknownFutureValue"],
    ),
    (
        &[Kind::RiskDetection],
        "tokenIssuerType",
        &[
            "AzureAD",
            "ADFederationServices",
            "UnknownFutureValue",
            "AzureADBackupAuth",
            "ADFederationServicesMFAAdapter",
            "NPSExtension",
        ],
    ),
    (&[Kind::DirectoryAudit], "result", &["success", "failure", "timeout", "unknownFutureValue"]),
    (&[Kind::Alert], "classification", CLASSIFICATIONS),
    (&[Kind::Alert], "determination", DETERMINATIONS),
    (&[Kind::Alert], "serviceSource", SERVICE_SOURCES),
    (
        &[Kind::Alert],
        "severity",
        &["unknown", "informational", "low", "medium", "high", "unknownFutureValue"],
    ),
    (&[Kind::Alert], "status", &["unknown", "new", "inProgress", "resolved", "unknownFutureValue"]),
    (&[Kind::Alert], "detectionSource", DETECTION_SOURCES),
    (&[Kind::Alert], "investigationState", INVESTIGATION_STATES),
    (&[Kind::SignIn], "riskEventTypes", RISK_EVENT_TYPES),
];

/// What a body says, taken out part by part; what is left at the end are properties of Graph.
#[derive(Debug)]
pub(crate) struct Body {
    left: Map<String, Value>,
}

impl Body {
    pub(crate) fn new(left: Map<String, Value>) -> Self {
        Self { left }
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.left.contains_key(name)
    }

    /// A text that stays where it is.
    pub(crate) fn peek(&self, name: &str) -> Option<&str> {
        self.left.get(name).and_then(Value::as_str)
    }

    pub(crate) fn take(&mut self, name: &str) -> Option<Value> {
        self.left.remove(name).filter(|value| !value.is_null())
    }

    /// # Errors
    /// 400 for what is no text.
    pub(crate) fn take_text(&mut self, name: &str) -> Result<Option<String>, GraphError> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(GraphError::bad_request(format!("`{name}` takes a text."))),
        }
    }

    /// # Errors
    /// 400 for what is no instant, such as `2026-01-05T08:00:00Z`.
    pub(crate) fn take_instant(&mut self, name: &str) -> Result<Option<Timestamp>, GraphError> {
        let Some(text) = self.take_text(name)? else { return Ok(None) };
        let instant =
            text.parse().map_err(|_| GraphError::bad_request(format!("`{name}` takes an instant, UTC.")));
        instant.map(Some)
    }

    /// # Errors
    /// 400 for what is no span, such as `30s`.
    pub(crate) fn take_span(&mut self, name: &str) -> Result<Option<Span>, GraphError> {
        let Some(text) = self.take_text(name)? else { return Ok(None) };
        text.parse().map(Some).map_err(|error: String| GraphError::bad_request(error))
    }

    /// When it happened: `at`, or `ago` before now, or now.
    ///
    /// # Errors
    /// 400 for what is neither instant nor span.
    pub(crate) fn take_when(&mut self, now: Timestamp) -> Result<Timestamp, GraphError> {
        let at = self.take_instant("at")?;
        let ago = self.take_span("ago")?.and_then(|ago| now.checked_sub(ago.0).ok());
        Ok(at.or(ago).unwrap_or(now))
    }

    /// The user that `user` names by object id or UPN, also a deleted one by id.
    ///
    /// # Errors
    /// 404 for somebody unknown, 400 for what is no name.
    pub(crate) fn take_user(&mut self, tenant: &Tenant) -> Result<Option<Object>, GraphError> {
        let Some(name) = self.take_text("user")? else { return Ok(None) };
        let found = tenant.user(&name).or_else(|| tenant.directory.get(Kind::User, &name));
        found.cloned().map(Some).ok_or_else(|| GraphError::not_found(&name))
    }

    /// Puts what is left over the defaults: objects property by property, everything else as a whole.
    ///
    /// # Errors
    /// 400 for a name or a value the kind does not have.
    pub(crate) fn over(self, kind: Kind, defaults: Value) -> Result<Map<String, Value>, GraphError> {
        let mut all = fields(defaults);
        for (name, value) in self.left {
            let Some(property) = kind.property(&name).filter(|property| property.name != "id") else {
                let kind = kind.short_name();
                return Err(GraphError::bad_request(format!(
                    "`{name}` is no property of {kind} that can be set."
                )));
            };
            check(kind, property, &value)?;
            let merged = match (all.get(property.name), value) {
                (Some(Value::Object(under)), Value::Object(over)) => {
                    let mut under = under.clone();
                    under.extend(over);
                    Value::Object(under)
                }
                (_, value) => value,
            };
            all.insert(property.name.to_owned(), merged);
        }
        Ok(all)
    }
}

fn check(kind: Kind, property: &Property, value: &Value) -> Result<(), GraphError> {
    let name = property.name;
    let fits = match (property.shape, value) {
        (_, Value::Null) => property.nullable,
        (Shape::Text, Value::String(text)) => is_value(kind, name, text),
        (Shape::Instant, Value::String(text)) => text.parse::<Timestamp>().is_ok(),
        (Shape::Flag, Value::Bool(_))
        | (Shape::Number, Value::Number(_))
        | (Shape::Complex, Value::Object(_)) => true,
        (Shape::Texts, Value::Array(all)) => {
            all.iter().all(|one| one.as_str().is_some_and(|text| is_value(kind, name, text)))
        }
        (Shape::Items, Value::Array(all)) => all.iter().all(Value::is_object),
        _ => false,
    };
    if fits {
        Ok(())
    } else {
        Err(GraphError::bad_request(format!("`{name}` does not take the value {value}.")))
    }
}

/// The fields of a JSON object that was just written down.
pub(crate) fn fields(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

/// Whether a text is one of the values a property may have.
pub(crate) fn is_value(kind: Kind, name: &str, text: &str) -> bool {
    let row = VALUES.iter().find(|(kinds, of, _)| kinds.contains(&kind) && *of == name);
    row.is_none_or(|(_, _, values)| values.contains(&text))
}
