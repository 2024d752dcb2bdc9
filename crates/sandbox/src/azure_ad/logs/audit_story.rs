//! What an entry of the change log tells an auditor: names of activities, their targets, what was modified.
//!
//! Names of objects are those they had at the time. That is why the log is read backwards, from the names of today.
//!
//! Source: microsoft-graph.md section 10.1.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::changes::{Change, Modified, What};
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::Tenant;

/// One activity.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) activity: String,
    pub(crate) targets: Vec<Value>,
}

/// The names that objects had at some time.
pub(crate) struct Names<'a> {
    tenant: &'a Tenant,
    /// Those that are not the names of today, by id: display name and user principal name.
    then: HashMap<String, (Option<String>, Option<String>)>,
}

impl<'a> Names<'a> {
    /// The names of today.
    pub(crate) fn of(tenant: &'a Tenant) -> Self {
        Self { tenant, then: HashMap::new() }
    }

    /// Goes back to before a change.
    pub(crate) fn undo(&mut self, change: &Change) {
        let (display, upn) = self.both(change.kind, &change.object);
        match &change.what {
            What::Changed(modified) => {
                let old =
                    |name: &str| modified.iter().find(|modified| modified.name == name).map(|one| &one.old);
                let text = |old: Option<&Value>, now: Option<String>| match old {
                    Some(old) => old.as_str().map(str::to_owned),
                    None => now,
                };
                let names = (text(old("displayName"), display), text(old("userPrincipalName"), upn));
                if old("displayName").is_some() || old("userPrincipalName").is_some() {
                    self.then.insert(change.object.clone(), names);
                }
            }
            // A deleted user's name is set aside: the id without dashes goes before it.
            What::Deleted => {
                let prefix = change.object.replace('-', "");
                let freed = upn.as_deref().and_then(|upn| upn.strip_prefix(&prefix)).map(str::to_owned);
                if freed.is_some() {
                    self.then.insert(change.object.clone(), (display, freed));
                }
            }
            _ => {}
        }
    }

    /// Display name and user principal name.
    pub(crate) fn both(&self, kind: Kind, id: &str) -> (Option<String>, Option<String>) {
        if let Some(names) = self.then.get(id) {
            return names.clone();
        }
        let object = self.object(kind, id);
        let text = |name: &str| object.and_then(|object| object.text(name)).map(str::to_owned);
        (text("displayName"), text("userPrincipalName"))
    }

    /// An object as it is now, or was last.
    fn object(&self, kind: Kind, id: &str) -> Option<&'a Object> {
        self.tenant.directory.get(kind, id).or_else(|| self.tenant.records.gone(kind, id))
    }

    /// The kind of an object of the directory.
    fn kind(&self, id: &str) -> Kind {
        let found = self.tenant.object(id).map(|object| object.kind);
        found.unwrap_or_else(|| {
            let gone = |kind: &Kind| self.tenant.records.gone(*kind, id).is_some();
            crate::azure_ad::model::schema::DIRECTORY.into_iter().find(gone).unwrap_or(Kind::User)
        })
    }
}

/// The activities of a change; none for what no auditor hears of.
pub(crate) fn tell(names: &Names<'_>, change: &Change) -> Vec<Told> {
    match change.kind {
        Kind::AuthenticationMethod => method(names, change),
        Kind::AppRoleAssignment => app_role(names, change),
        Kind::RoleAssignment | Kind::RoleAssignmentScheduleRequest | Kind::RoleEligibilityScheduleRequest => {
            role(names, change)
        }
        Kind::AssignmentRequest => access_package(names, change),
        Kind::User => user(names, change),
        kind => match noun(kind) {
            Some(noun) => thing(names, change, noun),
            None => noted(names, change),
        },
    }
}

/// What the names of activities call a kind.
fn noun(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Group => Some("group"),
        Kind::DirectoryRole => Some("role"),
        Kind::AdministrativeUnit => Some("administrative unit"),
        Kind::Device => Some("device"),
        Kind::ServicePrincipal => Some("service principal"),
        Kind::ConditionalAccessPolicy => Some("Conditional Access policy"),
        Kind::NamedLocation => Some("named location"),
        _ => None,
    }
}

fn user(names: &Names<'_>, change: &Change) -> Vec<Told> {
    let id = &change.object;
    let on_user =
        |activity: &str, modified: Vec<Value>| told(activity, vec![target(names, Kind::User, id, modified)]);
    match &change.what {
        What::Created => {
            let (display, upn) = names.both(Kind::User, id);
            let set = [("DisplayName", display), ("UserPrincipalName", upn)];
            let set =
                set.into_iter().filter_map(|(name, value)| Some(property(name, None, Some(json!([value?])))));
            vec![on_user("Add user", set.collect())]
        }
        What::Changed(all) => {
            let mut parts: Vec<(&str, Vec<&Modified>)> = Vec::new();
            for modified in all {
                let activity = user_activity(modified);
                match parts.iter_mut().find(|(known, _)| *known == activity) {
                    Some((_, part)) => part.push(modified),
                    None => parts.push((activity, vec![modified])),
                }
            }
            parts.into_iter().map(|(activity, part)| on_user(activity, properties(&part))).collect()
        }
        What::ManagerSet(manager) | What::ManagerRemoved(manager) => {
            let value = Some(json!([manager]));
            let set = matches!(change.what, What::ManagerSet(_));
            let (old, new) = if set { (None, value) } else { (value, None) };
            let user = target(names, Kind::User, id, vec![property("Manager", old, new)]);
            vec![told("Set user manager", vec![user, target(names, Kind::User, manager, Vec::new())])]
        }
        What::Deleted => vec![on_user("Delete user", Vec::new())],
        What::Restored => vec![on_user("Restore user", Vec::new())],
        What::Purged => vec![on_user("Hard Delete user", Vec::new())],
        _ => noted(names, change),
    }
}

/// The activity a changed property of a user is audited as.
///
/// A real tenant is said to audit "Update user" beside some of them; the reference does not say so.
fn user_activity(modified: &Modified) -> &'static str {
    match modified.name.as_str() {
        "accountEnabled" if modified.new == json!(false) => "Disable account",
        "accountEnabled" => "Enable account",
        "assignedLicenses" | "licenseAssignmentStates" | "assignedPlans" => "Change user license",
        "passwordProfile" | "lastPasswordChangeDateTime" => "Reset password",
        "signInSessionsValidFromDateTime" => "Update StsRefreshTokenValidFrom Timestamp",
        _ => "Update user",
    }
}

/// What happens to a thing with a name of its own.
fn thing(names: &Names<'_>, change: &Change, noun: &str) -> Vec<Told> {
    let (kind, id) = (change.kind, &change.object);
    let on_thing = |verb: &str, modified: Vec<Value>| {
        vec![told(&format!("{verb} {noun}"), vec![target(names, kind, id, modified)])]
    };
    let directory = kind == Kind::Group;
    match &change.what {
        // Roles are there by themselves; that one is used for the first time is nothing to audit.
        What::Created | What::Changed(_) | What::Purged if kind == Kind::DirectoryRole => Vec::new(),
        What::Created => on_thing("Add", Vec::new()),
        // That members' licences fail or work again is worked out, not done by somebody.
        What::Changed(all) if all.iter().all(|one| one.name == "hasMembersWithLicenseErrors") => Vec::new(),
        What::Changed(all) => {
            let all: Vec<&Modified> = all.iter().collect();
            let is = |wanted: &[&str]| all.iter().all(|one| wanted.contains(&one.name.as_str()));
            let activity = match kind {
                Kind::Group if is(&["assignedLicenses", "licenseProcessingState"]) => {
                    "Set group license".to_owned()
                }
                Kind::ServicePrincipal if is(&["keyCredentials", "passwordCredentials"]) => {
                    "Add service principal credentials".to_owned()
                }
                _ => format!("Update {noun}"),
            };
            vec![told(&activity, vec![target(names, kind, id, properties(&all))])]
        }
        What::Deleted if kind == Kind::ServicePrincipal => on_thing("Remove", Vec::new()),
        What::Deleted => on_thing("Delete", Vec::new()),
        What::Restored => on_thing("Restore", Vec::new()),
        What::Purged if directory => on_thing("Hard Delete", Vec::new()),
        What::Purged if kind == Kind::ServicePrincipal => on_thing("Remove", Vec::new()),
        What::Purged => on_thing("Delete", Vec::new()),
        What::MemberAdded(member) => vec![relation(names, change, member, &format!("Add member to {noun}"))],
        What::MemberRemoved(member) => {
            vec![relation(names, change, member, &format!("Remove member from {noun}"))]
        }
        What::OwnerAdded(owner) => vec![relation(names, change, owner, &format!("Add owner to {noun}"))],
        What::OwnerRemoved(owner) => {
            vec![relation(names, change, owner, &format!("Remove owner from {noun}"))]
        }
        _ => noted(names, change),
    }
}

/// Somebody comes into something or leaves it: the data of that something stand at the somebody.
fn relation(names: &Names<'_>, change: &Change, member: &str, activity: &str) -> Told {
    let (kind, id) = (change.kind, &change.object);
    let whole = type_name(kind);
    let adds = matches!(change.what, What::MemberAdded(_) | What::OwnerAdded(_));
    let name = names.both(kind, id).0;
    let template = names.object(kind, id).and_then(|object| object.text("roleTemplateId"));
    let data = [
        ("ObjectID", Some(json!(id))),
        ("DisplayName", Some(json!(name))),
        ("TemplateId", template.map(|id| json!(id))),
    ];
    let data = data.into_iter().filter_map(|(what, value)| {
        let value = Some(value?);
        let (old, new) = if adds { (None, value) } else { (value, None) };
        Some(property(&format!("{whole}.{what}"), old, new))
    });
    let member = target(names, names.kind(member), member, data.collect());
    told(activity, vec![member, target(names, kind, id, Vec::new())])
}

fn method(names: &Names<'_>, change: &Change) -> Vec<Told> {
    let activity = match &change.what {
        What::Created => "Admin registered security info",
        What::Changed(_) => "Admin updated security info",
        What::Purged | What::Deleted => "Admin deleted security info",
        _ => return noted(names, change),
    };
    let user = names.object(change.kind, &change.object).and_then(|method| method.parent.clone());
    vec![told(activity, user.iter().map(|user| target(names, Kind::User, user, Vec::new())).collect())]
}

fn app_role(names: &Names<'_>, change: &Change) -> Vec<Told> {
    let Some(assignment) = names.object(change.kind, &change.object) else { return Vec::new() };
    let text = |name: &str| assignment.text(name).unwrap_or_default();
    let adds = change.what == What::Created;
    let (kind, activity) = match (text("principalType"), adds) {
        ("Group", true) => (Kind::Group, "Add app role assignment to group"),
        ("Group", false) => (Kind::Group, "Remove app role assignment from group"),
        ("ServicePrincipal", true) => {
            (Kind::ServicePrincipal, "Add app role assignment to service principal")
        }
        ("ServicePrincipal", false) => {
            (Kind::ServicePrincipal, "Remove app role assignment from service principal")
        }
        (_, true) => (Kind::User, "Add app role assignment grant to user"),
        (_, false) => (Kind::User, "Remove app role assignment from user"),
    };
    if !adds && !matches!(change.what, What::Deleted | What::Purged) {
        return noted(names, change);
    }
    let role = Some(json!(text("appRoleId")));
    let (old, new) = if adds { (None, role) } else { (role, None) };
    let principal = target(names, kind, text("principalId"), vec![property("AppRole.Id", old, new)]);
    let resource = target(names, Kind::ServicePrincipal, text("resourceId"), Vec::new());
    vec![told(activity, vec![principal, resource])]
}

fn role(names: &Names<'_>, change: &Change) -> Vec<Told> {
    let Some(assignment) = names.object(change.kind, &change.object) else { return Vec::new() };
    let text = |name: &str| assignment.text(name).unwrap_or_default();
    let activity = match (change.kind, &change.what, text("action")) {
        (Kind::RoleAssignment, What::Created, _) => "Add member to role",
        (Kind::RoleAssignment, What::Purged | What::Deleted, _) => "Remove member from role",
        (Kind::RoleEligibilityScheduleRequest, What::Created, "adminAssign") => "Add eligible member to role",
        (Kind::RoleEligibilityScheduleRequest, What::Created, "adminRemove") => {
            "Remove eligible member from role"
        }
        (Kind::RoleAssignmentScheduleRequest, What::Created, "selfActivate") => {
            "Add member to role completed (PIM activation)"
        }
        (Kind::RoleAssignmentScheduleRequest, What::Created, "adminAssign") => {
            "Add member to role in PIM requested (timebound)"
        }
        _ => return noted(names, change),
    };
    let role = text("roleDefinitionId");
    let name = names.both(Kind::RoleDefinition, role).0;
    let removes = activity.starts_with("Remove");
    let data =
        [("Role.ObjectID", json!(role)), ("Role.DisplayName", json!(name)), ("Role.TemplateId", json!(role))];
    let data = data.into_iter().map(|(name, value)| {
        let (old, new) = if removes { (Some(value), None) } else { (None, Some(value)) };
        property(name, old, new)
    });
    let principal = text("principalId");
    let principal = target(names, names.kind(principal), principal, data.collect());
    vec![told(activity, vec![principal, target(names, Kind::RoleDefinition, role, Vec::new())])]
}

fn access_package(names: &Names<'_>, change: &Change) -> Vec<Told> {
    let Some(request) = names.object(change.kind, &change.object) else { return Vec::new() };
    let states = |all: &[Modified]| {
        let lower = |value: &Value| value.as_str().unwrap_or_default().to_ascii_lowercase();
        let state = all.iter().find(|modified| modified.name == "state");
        state.map(|modified| (lower(&modified.old), lower(&modified.new))).unwrap_or_default()
    };
    let activity = match &change.what {
        What::Created if request.text("requestType").is_some_and(|kind| kind.starts_with("admin")) => {
            "Administrator directly assigns user to access package"
        }
        What::Created => "User requests access package assignment",
        What::Changed(all) => match states(all) {
            (old, new) if old == "pendingapproval" && ["delivering", "scheduled"].contains(&new.as_str()) => {
                "Approve access package assignment request"
            }
            (_, new) if new == "denied" => "Deny access package assignment request",
            (_, new) if new == "delivered" => "Fulfill access package assignment request",
            (_, new) if new == "deliveryfailed" => "Failed access package assignment request",
            _ => return Vec::new(),
        },
        _ => return noted(names, change),
    };
    let requestor = request.properties.get("requestor").and_then(|requestor| requestor["objectId"].as_str());
    let mut targets = vec![target(names, change.kind, &change.object, Vec::new())];
    targets.extend(requestor.map(|user| target(names, Kind::User, user, Vec::new())));
    vec![told(activity, targets)]
}

/// What is audited under a name of its own.
fn noted(names: &Names<'_>, change: &Change) -> Vec<Told> {
    let What::Noted(activity) = &change.what else { return Vec::new() };
    // A risky user has the id of the user.
    let kind = if change.kind == Kind::RiskyUser { Kind::User } else { change.kind };
    vec![told(activity, vec![target(names, kind, &change.object, Vec::new())])]
}

fn told(activity: &str, targets: Vec<Value>) -> Told {
    Told { activity: activity.to_owned(), targets }
}

/// An object as a target.
pub(crate) fn target(names: &Names<'_>, kind: Kind, id: &str, modified: Vec<Value>) -> Value {
    let (display, upn) = names.both(kind, id);
    let unified = names.object(kind, id).is_some_and(|object| object.is_group_type("Unified"));
    // The example of the reference has this value for a security group.
    let group_type =
        (kind == Kind::Group).then_some(if unified { "unifiedGroups" } else { "unknownFutureValue" });
    json!({
        "id": id, "displayName": display, "type": type_name(kind), "userPrincipalName": upn, "groupType": group_type,
        "modifiedProperties": modified,
    })
}

fn type_name(kind: Kind) -> String {
    match kind {
        Kind::DirectoryRole | Kind::RoleDefinition => "Role".to_owned(),
        Kind::ConditionalAccessPolicy | Kind::NamedLocation => "Policy".to_owned(),
        Kind::AssignmentRequest => "Request".to_owned(),
        kind => kind.type_name(),
    }
}

/// Changed properties as the directory audits them: lists inside texts, and the names of all.
fn properties(all: &[&Modified]) -> Vec<Value> {
    let shown = |modified: &&&Modified| modified.name != "passwordProfile";
    let listed = |value: &Value| Some(value).filter(|value| !value.is_null()).map(|value| json!([value]));
    let one = |modified: &&Modified| {
        property(&capitalized(&modified.name), listed(&modified.old), listed(&modified.new))
    };
    let mut properties: Vec<Value> = all.iter().filter(shown).map(one).collect();
    if !properties.is_empty() {
        let names: Vec<String> =
            all.iter().filter(shown).map(|modified| capitalized(&modified.name)).collect();
        properties.push(property("Included Updated Properties", None, Some(json!(names.join(", ")))));
    }
    properties
}

/// A modified property: JSON inside texts.
pub(crate) fn property(name: &str, old: Option<Value>, new: Option<Value>) -> Value {
    let inside = |value: Option<Value>| value.map(|value| value.to_string());
    json!({ "displayName": name, "oldValue": inside(old), "newValue": inside(new) })
}

fn capitalized(name: &str) -> String {
    let first = name.get(..1).unwrap_or_default().to_ascii_uppercase();
    format!("{first}{}", name.get(1..).unwrap_or_default())
}
