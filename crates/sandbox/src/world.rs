//! One world: a company, the two platforms that know it, and what happens to them.
//!
//! Owns the state and its locks. It answers no request and listens nowhere.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::azure_ad::tenant::Tenant;
use crate::calls::Calls;
use crate::clock::{Clock, ClockMode};
use crate::delivery::Courier;
use crate::endpoints::Endpoints;
use crate::faults::Faults;
use crate::seed::company::Company;
use crate::servicenow::instance::Instance;

/// Everything one sandbox holds. Locks are held for one request at most and never across a wait.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) clock: Clock,
    pub(crate) calls: Calls,
    pub(crate) faults: Faults,
    pub(crate) courier: Courier,
    pub(crate) company: Company,
    pub(crate) endpoints: Endpoints,
    tenant: Mutex<Tenant>,
    instance: Mutex<Instance>,
}

impl World {
    pub(crate) fn new(company: Company, mode: ClockMode, endpoints: Endpoints) -> Self {
        let clock = Clock::new(mode);
        let tenant = Mutex::new(Tenant::new(&company));
        let instance = Mutex::new(Instance::new(&company, clock.now()));
        Self {
            clock,
            calls: Calls::default(),
            faults: Faults::default(),
            courier: Courier::default(),
            company,
            endpoints,
            tenant,
            instance,
        }
    }

    /// The tenant, for as long as the guard lives.
    pub(crate) fn tenant(&self) -> MutexGuard<'_, Tenant> {
        self.tenant.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The instance, for as long as the guard lives.
    pub(crate) fn instance(&self) -> MutexGuard<'_, Instance> {
        self.instance.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns to the first moment: seed, clock, no calls, no faults.
    pub(crate) fn reset(&self) {
        self.clock.reset();
        *self.tenant() = Tenant::new(&self.company);
        *self.instance() = Instance::new(&self.company, self.clock.now());
        self.calls.reset();
        self.faults.clear();
    }
}
