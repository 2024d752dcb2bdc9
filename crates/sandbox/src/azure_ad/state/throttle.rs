//! Throttling: token buckets per workload, filled by virtual time. Off until it is switched on.
//!
//! It is off by default because a frozen clock never fills a bucket and because load tests would meet it at once.
//!
//! Source: microsoft-graph.md section 9.1.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::azure_ad::errors::GraphError;

/// The buckets of a tenant.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Throttle {
    pub(crate) on: bool,
    /// The documented limits are divided by this, so that a test meets them soon; 0 counts as 1.
    pub(crate) divisor: u32,
    /// By the name that `x-ms-throttle-scope` gives them.
    buckets: BTreeMap<String, Bucket>,
}

/// What was used and is not forgotten yet, in thousandths of a unit.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Bucket {
    used: u64,
    at: Timestamp,
}

/// A limit that a request counts against.
struct Limit {
    scope: String,
    /// Units in a window.
    units: u64,
    window_secs: u64,
    cost: u64,
    /// Value of `x-ms-throttle-information`.
    information: &'static str,
    /// Whether the refusal says when to come back.
    says_when: bool,
}

/// A request as the limits see it.
pub(crate) struct Charge<'a> {
    pub(crate) method: &'a str,
    /// Path template.
    pub(crate) template: &'a str,
    pub(crate) app: &'a str,
    pub(crate) tenant: &'a str,
    /// Resource units.
    pub(crate) cost: u32,
    pub(crate) reads_sign_in_activity: bool,
    /// Users of the tenant, which decides how much it may do.
    pub(crate) users: usize,
}

impl Throttle {
    /// Takes a request's units out of its buckets, and gives the share of the fullest one when that is above 0.8.
    ///
    /// # Errors
    /// 429; a refused request counts too.
    pub(crate) fn charge(&mut self, now: Timestamp, charge: &Charge<'_>) -> Result<Option<f64>, GraphError> {
        if !self.on {
            return Ok(None);
        }
        let divisor = u64::from(self.divisor.max(1));
        let mut fullest: f64 = 0.0;
        let mut refusal = None;
        for mut limit in limits(charge) {
            limit.units = (limit.units / divisor).max(1);
            let bucket = self.buckets.entry(limit.scope.clone()).or_insert(Bucket { used: 0, at: now });
            let over = bucket.take(now, &limit);
            #[expect(clippy::cast_precision_loss, reason = "a share for people to read")]
            let share = bucket.used as f64 / (limit.units * 1000) as f64;
            fullest = fullest.max(share);
            if over && refusal.is_none() {
                refusal = Some(refused(&limit, bucket.wait_secs(&limit)));
            }
        }
        match refusal {
            Some(error) => Err(error),
            None => Ok(Some(fullest).filter(|share| *share > 0.8)),
        }
    }

    /// Forgets what was used.
    pub(crate) fn empty(&mut self) {
        self.buckets.clear();
    }
}

impl Bucket {
    /// Adds the cost after forgetting what time has forgiven, and tells whether it was too much.
    fn take(&mut self, now: Timestamp, limit: &Limit) -> bool {
        let millis = u64::try_from(now.duration_since(self.at).as_millis()).unwrap_or(0);
        let forgiven = millis.saturating_mul(limit.units) / limit.window_secs.max(1);
        self.used = self.used.saturating_sub(forgiven);
        self.at = now;
        let over = self.used + limit.cost * 1000 > limit.units * 1000;
        // What is refused counts, but no more than one window full: nobody is locked out for ever.
        self.used = (self.used + limit.cost * 1000).min(limit.units * 2000);
        over
    }

    /// Seconds until the cost fits again.
    fn wait_secs(&self, limit: &Limit) -> u64 {
        let excess = (self.used + limit.cost * 1000).saturating_sub(limit.units * 1000);
        excess.saturating_mul(limit.window_secs).div_ceil(limit.units * 1000).max(1)
    }
}

fn limits(charge: &Charge<'_>) -> Vec<Limit> {
    let (app, tenant) = (charge.app, charge.tenant);
    let template = charge.template;
    let reports = template.starts_with("/auditLogs/") || charge.reads_sign_in_activity;
    let slow =
        template.starts_with("/identityProtection/") || template.starts_with("/identity/conditionalAccess/");
    if reports {
        let scope = format!("Tenant_Application/Reporting/{app}/{tenant}");
        return vec![limit(scope, (5, 10), 1, "ResourceUnitLimitExceeded")];
    }
    if slow {
        let scope = format!("Tenant/IdentityProtection/{tenant}");
        return vec![Limit { says_when: false, ..limit(scope, (1, 1), 1, "ResourceUnitLimitExceeded") }];
    }
    if template.starts_with("/security/") || template.starts_with("/subscriptions") {
        return Vec::new();
    }
    let units = match charge.users {
        ..50 => 3_500,
        50..=500 => 5_000,
        _ => 8_000,
    };
    let scope = format!("Tenant_Application/ReadWrite/{app}/{tenant}");
    let mut limits = vec![limit(scope, (units, 10), u64::from(charge.cost), "ResourceUnitLimitExceeded")];
    if charge.method != "GET" {
        let scope = format!("Tenant_Application/Write/{app}/{tenant}");
        limits.push(limit(scope, (3_000, 150), 1, "WriteLimitExceeded"));
        limits.push(limit(format!("Tenant/Write/{tenant}"), (18_000, 300), 1, "WriteLimitExceeded"));
    }
    limits
}

fn limit(scope: String, (units, window_secs): (u64, u64), cost: u64, information: &'static str) -> Limit {
    Limit { scope, units, window_secs, cost, information, says_when: true }
}

fn refused(limit: &Limit, wait_secs: u64) -> GraphError {
    let error = GraphError::throttled()
        .with_header("x-ms-throttle-scope", limit.scope.clone())
        .with_header("x-ms-throttle-information", limit.information.to_owned());
    debug_assert_eq!(error.status, StatusCode::TOO_MANY_REQUESTS);
    match limit.says_when {
        true => error.with_header("Retry-After", wait_secs.to_string()),
        false => error,
    }
}
