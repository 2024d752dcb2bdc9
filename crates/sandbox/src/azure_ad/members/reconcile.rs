//! What follows from changes of its own accord: members of dynamic groups and licences that come through groups.
//!
//! The service takes seconds to minutes for it; here it is done before the next request is looked at.

use jiff::Timestamp;

use crate::azure_ad::licensing::licences;
use crate::azure_ad::members::membership_rule::Rule;
use crate::azure_ad::members::rule_parser;
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::changes::What;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::Tenant;

/// Works off the change log up to its head, with what this itself appends.
pub(crate) fn settle(tenant: &mut Tenant, now: Timestamp) {
    while tenant.settings.reconciled < tenant.head() {
        let from = tenant.settings.reconciled;
        tenant.settings.reconciled += 1;
        let Some(change) = tenant.changes(from, from + 1).first() else { return };
        let (kind, id, what) = (change.kind, change.object.clone(), change.what.clone());
        match (kind, what) {
            (Kind::User, What::Created | What::Restored) => {
                place(tenant, now, &id, |_| true);
                licences::inherit(tenant, now, &id);
            }
            (Kind::User, What::Changed(changed)) => {
                place(tenant, now, &id, |rule| changed.iter().any(|change| rule.reads(&change.name)));
            }
            (Kind::Group, What::Created) => fill(tenant, now, &id),
            (Kind::Group, What::Changed(changed)) => {
                if changed.iter().any(|change| change.name.starts_with("membershipRule")) {
                    fill(tenant, now, &id);
                }
                if changed.iter().any(|change| change.name == "assignedLicenses") {
                    inherit_all(tenant, now, &id);
                }
            }
            (Kind::Group, What::MemberAdded(member) | What::MemberRemoved(member)) => {
                licences::inherit(tenant, now, &member);
                licences::note_errors(tenant, now, &id);
            }
            (Kind::Group, What::Deleted | What::Restored) => inherit_all(tenant, now, &id),
            (Kind::Group, What::Purged) => inherit_orphans(tenant, now, &id),
            _ => {}
        }
    }
}

/// The rule of a group that works.
fn rule(group: &Object) -> Option<Rule> {
    let on =
        group.is_group_type("DynamicMembership") && group.text("membershipRuleProcessingState") == Some("On");
    let text = group.text("membershipRule").filter(|_| on)?;
    rule_parser::parse(text).ok().filter(Rule::is_clear)
}

/// Puts a user into the dynamic groups whose rule concerns the change, or takes it out.
fn place(tenant: &mut Tenant, now: Timestamp, user: &str, concerned: impl Fn(&Rule) -> bool) {
    let Some(found) = tenant.find(Kind::User, user) else { return };
    let judge = |group: &Object| {
        let rule = rule(group).filter(|rule| concerned(rule))?;
        Some((group.id.clone(), rule.takes(found)))
    };
    let verdicts: Vec<(String, bool)> = tenant.live(Kind::Group).filter_map(judge).collect();
    for (group, member) in verdicts {
        set(tenant, now, (&group, user), member);
    }
}

/// Works out all members of a group.
fn fill(tenant: &mut Tenant, now: Timestamp, group: &str) {
    let Some(rule) = tenant.find(Kind::Group, group).and_then(rule) else { return };
    let verdicts: Vec<(String, bool)> =
        tenant.live(Kind::User).map(|user| (user.id.clone(), rule.takes(user))).collect();
    for (user, member) in verdicts {
        set(tenant, now, (group, &user), member);
    }
}

fn set(tenant: &mut Tenant, now: Timestamp, (group, user): (&str, &str), member: bool) {
    match member {
        true => tenant.add_member(now, group, user),
        false => tenant.remove_member(now, group, user),
    };
}

/// Passes the licences of a group on to its members, or takes them back.
fn inherit_all(tenant: &mut Tenant, now: Timestamp, group: &str) {
    let members: Vec<String> =
        tenant.object(group).into_iter().flat_map(|group| group.members.iter().cloned()).collect();
    for member in members {
        licences::inherit(tenant, now, &member);
    }
    licences::note_errors(tenant, now, group);
}

/// Takes back what came through a group that is gone for good.
fn inherit_orphans(tenant: &mut Tenant, now: Timestamp, group: &str) {
    let through =
        |user: &&Object| licences::states(user).iter().any(|state| state.group.as_deref() == Some(group));
    let users: Vec<String> = tenant.live(Kind::User).filter(through).map(|user| user.id.clone()).collect();
    for user in users {
        licences::inherit(tenant, now, &user);
    }
}
