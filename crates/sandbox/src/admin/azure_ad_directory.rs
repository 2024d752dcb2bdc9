//! Switches of the directory from outside: what the tenant pays for, its policies, roles, and the mails it sent.
//!
//! No permission is checked here.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::routing::{get, put};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::admin::answer::{Answer, Refusal, bad, body, missing, ok};
use crate::azure_ad::state::tenant::Tenant;
use crate::azure_ad::switches;
use crate::seed::directory::AccessPassPolicy;
use crate::world::World;

pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/_sandbox/azure_ad/settings", get(read_settings).patch(change_settings))
        .route("/_sandbox/azure_ad/skus/{sku}", put(set_seats))
        .route("/_sandbox/azure_ad/users/{user}/synced", put(sync_user).delete(unsync_user))
        .route("/_sandbox/azure_ad/roles/{role}/members/{member}", put(grant_role).delete(withdraw_role))
        .route("/_sandbox/azure_ad/mail", get(read_mail).delete(clear_mail))
}

/// Switches to change; absent ones stay.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// Whether the tenant pays for sign-in logs and Conditional Access.
    p1: Option<bool>,
    /// Whether it pays for Identity Protection and privileged identity management.
    p2: Option<bool>,
    /// Whether it pays for access packages and lifecycle workflows.
    governance: Option<bool>,
    /// Whether operations that need a signed-in person are open.
    delegated: Option<bool>,
    /// Whether an on-premises directory feeds the tenant.
    synced: Option<bool>,
    /// Whether passwords set here reach that directory.
    writeback: Option<bool>,
    /// Rules for temporary access passes.
    access_pass: Option<AccessPassPolicy>,
}

/// Seats of a product.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Seats {
    seats: u32,
    /// `Enabled`, `Warning`, `Suspended`, `Deleted` or `LockedOut`.
    status: Option<String>,
}

async fn read_settings(State(world): State<Arc<World>>) -> Answer {
    ok(shown(&world.tenant()))
}

async fn change_settings(State(world): State<Arc<World>>, bytes: Bytes) -> Answer {
    let wanted: Settings = body(&bytes)?;
    let mut tenant = world.tenant();
    let set = |switch: &mut bool, wanted: Option<bool>| *switch = wanted.unwrap_or(*switch);
    set(&mut tenant.premium.p1, wanted.p1);
    set(&mut tenant.premium.p2, wanted.p2);
    set(&mut tenant.premium.governance, wanted.governance);
    set(&mut tenant.settings.delegated, wanted.delegated);
    set(&mut tenant.settings.writeback, wanted.writeback);
    tenant.settings.synced = wanted.synced.or(tenant.settings.synced);
    if let Some(policy) = wanted.access_pass {
        tenant.settings.access_pass = policy;
    }
    ok(shown(&tenant))
}

fn shown(tenant: &Tenant) -> Value {
    let (premium, settings) = (tenant.premium, &tenant.settings);
    json!({
        "p1": premium.p1, "p2": premium.p2, "governance": premium.governance, "delegated": settings.delegated,
        "synced": settings.synced, "writeback": settings.writeback, "access_pass": settings.access_pass,
    })
}

async fn set_seats(State(world): State<Arc<World>>, Path(sku): Path<String>, bytes: Bytes) -> Answer {
    let wanted: Seats = body(&bytes)?;
    let status = wanted.status.as_deref().unwrap_or("Enabled");
    if !["Enabled", "Warning", "Suspended", "Deleted", "LockedOut"].contains(&status) {
        return Err(bad(format!("`{status}` is no status of a product")));
    }
    let now = world.clock.now();
    let done = switches::set_seats(&mut world.tenant(), now, &sku, (wanted.seats, status));
    done.ok_or_else(|| missing(format!("no product `{sku}`"))).and_then(ok)
}

async fn sync_user(State(world): State<Arc<World>>, Path(user): Path<String>) -> Answer {
    set_synced(&world, &user, true)
}

async fn unsync_user(State(world): State<Arc<World>>, Path(user): Path<String>) -> Answer {
    set_synced(&world, &user, false)
}

/// Says where the attributes of a user are mastered.
fn set_synced(world: &World, user: &str, synced: bool) -> Answer {
    let now = world.clock.now();
    let mut tenant = world.tenant();
    let id = tenant.user(user).map(|user| user.id.clone()).ok_or_else(|| unknown(user))?;
    let mut changes = Map::new();
    changes.insert("onPremisesSyncEnabled".to_owned(), if synced { json!(true) } else { Value::Null });
    tenant.update(now, &id, changes);
    ok(json!({ "user": id, "synced": synced }))
}

async fn grant_role(State(world): State<Arc<World>>, Path((role, member)): Path<(String, String)>) -> Answer {
    set_role(&world, (&role, &member), true)
}

async fn withdraw_role(
    State(world): State<Arc<World>>,
    Path((role, member)): Path<(String, String)>,
) -> Answer {
    set_role(&world, (&role, &member), false)
}

/// Gives or takes a directory role; the member is a user, a group, or an application by its id or name.
fn set_role(world: &World, (role, member): (&str, &str), held: bool) -> Answer {
    let now = world.clock.now();
    let changed = switches::set_role(&mut world.tenant(), now, (role, member), held);
    let changed =
        changed.ok_or_else(|| missing(format!("no role `{role}`, or nobody is called `{member}`")))?;
    ok(json!({ "changed": changed }))
}

async fn read_mail(State(world): State<Arc<World>>) -> Answer {
    ok(json!({ "mail": world.tenant().settings.outbox }))
}

async fn clear_mail(State(world): State<Arc<World>>) -> Answer {
    world.tenant().settings.outbox.clear();
    ok(json!({ "mail": [] }))
}

fn unknown(user: &str) -> Refusal {
    missing(format!("no user `{user}`"))
}
