//! One world: a company, the two platforms that know it, and what happens to them.
//!
//! Owns the state and its locks. It answers no request and listens nowhere.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::agenda::Agenda;
use crate::azure_ad::state::tenant::Tenant;
use crate::calls::Calls;
use crate::clock::{Clock, ClockMode};
use crate::delivery::Courier;
use crate::endpoints::Endpoints;
use crate::faults::book::Faults;
use crate::script::Script;
use crate::seed::company::Company;
use crate::seed::mark::SeedMark;
use crate::servicenow::instance::Instance;

/// Everything one sandbox holds. Locks are held for one request at most and never across a wait.
///
/// Whoever needs both platforms at once takes the tenant first.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) clock: Clock,
    pub(crate) calls: Calls,
    pub(crate) faults: Faults,
    pub(crate) courier: Courier,
    pub(crate) agenda: Agenda,
    pub(crate) endpoints: Endpoints,
    pub(crate) seed: SeedMark,
    company: Company,
    mode: ClockMode,
    script: Option<Script>,
    tenant: Mutex<Tenant>,
    instance: Mutex<Instance>,
    /// Rises with every request that may have changed something.
    touched: AtomicU64,
}

/// What a world begins with.
#[derive(Debug)]
pub(crate) struct Beginning {
    pub(crate) company: Company,
    pub(crate) seed: SeedMark,
    pub(crate) mode: ClockMode,
    pub(crate) script: Option<Script>,
}

impl World {
    pub(crate) fn new(beginning: Beginning, endpoints: Endpoints) -> Self {
        let Beginning { company, seed, mode, script } = beginning;
        let clock = Clock::new(mode);
        let tenant = Mutex::new(Tenant::new(&company));
        let instance = Mutex::new(Instance::new(&company, clock.now()));
        let world = Self {
            clock,
            calls: Calls::default(),
            faults: Faults::default(),
            courier: Courier::default(),
            agenda: Agenda::default(),
            endpoints,
            seed,
            company,
            mode,
            script,
            tenant,
            instance,
            touched: AtomicU64::new(0),
        };
        world.take_up_script();
        world
    }

    /// The tenant, for as long as the guard lives.
    pub(crate) fn tenant(&self) -> MutexGuard<'_, Tenant> {
        self.tenant.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The instance, for as long as the guard lives.
    pub(crate) fn instance(&self) -> MutexGuard<'_, Instance> {
        self.instance.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that something may have changed.
    pub(crate) fn touch(&self) {
        self.touched.fetch_add(1, Ordering::Relaxed);
    }

    /// A number that is another one whenever something may have changed.
    pub(crate) fn touched(&self) -> u64 {
        self.touched.load(Ordering::Relaxed)
    }

    /// Returns to the first moment: seed, clock, script, no calls, no faults.
    pub(crate) fn reset(&self) {
        self.clock.reset();
        *self.tenant() = Tenant::new(&self.company);
        *self.instance() = Instance::new(&self.company, self.clock.now());
        self.calls.reset();
        self.faults.reset();
        self.agenda.restore(crate::agenda::Kept::default());
        self.take_up_script();
    }

    fn take_up_script(&self) {
        if let Some(script) = &self.script {
            // An empty agenda has room for what one script file can hold.
            let _ = self.agenda.add_script(script, self.mode.start());
        }
    }
}
