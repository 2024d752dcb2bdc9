//! The public face: start a sandbox, learn where it listens, stop it.
//!
//! Owns the listeners, the tasks that serve them and the task that keeps the state. Knows nothing
//! of what is served.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::calls::Platform;
use crate::clock::ClockMode;
use crate::endpoints::{AzureAdEndpoint, Endpoints, Https, ServiceNowEndpoint};
use crate::error::Error;
use crate::front::Front;
use crate::lock::Lock;
use crate::routers::Routers;
use crate::script::Script;
use crate::seed::company::Company;
use crate::seed::load::Seed;
use crate::seed::mark::SeedMark;
use crate::server::{Reception, serve};
use crate::tls::Tls;
use crate::world::{Beginning, World};
use crate::{dump, passing, posts};

/// How often the state is written while things change.
const SAVE_PAUSE: Duration = Duration::from_secs(5);

/// How often a running clock is asked whether something is due.
const TICK: Duration = Duration::from_millis(250);

/// How a sandbox is started.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where Azure AD listens; ServiceNow takes the next port, and with `tls` both once more the two ports
    /// behind. Port 0 gives each a free one.
    pub listen: SocketAddr,
    /// Where the virtual time begins and whether it runs.
    pub clock: ClockMode,
    /// The company both platforms start with.
    pub seed: Seed,
    /// Folder of certificates for https; without it only plain HTTP is served.
    pub tls: Option<PathBuf>,
    /// What happens by itself.
    pub script: Option<Script>,
    /// File the state is taken from, if it is there, and kept in.
    pub state: Option<PathBuf>,
}

impl Default for Options {
    /// Free ports of 127.0.0.1, plain HTTP, a running clock, the small company, nothing kept.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            clock: ClockMode::running(),
            seed: Seed::default(),
            tls: None,
            script: None,
            state: None,
        }
    }
}

/// A running sandbox. Dropping it stops it too, without waiting for answers under way.
pub struct Sandbox {
    world: Arc<World>,
    state: Option<PathBuf>,
    lock: Option<Lock>,
    resumed: bool,
    stop: watch::Sender<()>,
    tasks: Vec<JoinHandle<()>>,
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Everything else is a whole company.
        out.debug_struct("Sandbox").field("state", &self.state).finish_non_exhaustive()
    }
}

impl Sandbox {
    /// Reads the seed, listens on every port and serves. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// `Error::Listen` and `Error::NoSecondPort` for the ports, the `Seed…` ones for the seed, the `Tls…` ones
    /// for the certificate, the `State…` ones for the state.
    pub async fn start(options: Options) -> Result<Self, Error> {
        let Options { listen, clock, seed, tls, script, state } = options;
        let company = seed.load()?;
        let lock = state.as_deref().map(Lock::take).transpose()?;
        let tls = tls.map(|folder| Tls::open(&folder, listen.ip())).transpose()?;
        let listeners = Listeners::bind(listen, tls.is_some()).await?;
        let endpoints = endpoints(&company, &listeners, tls.as_ref())?;
        let mark = SeedMark::new(seed.name(), &company);
        let beginning = Beginning { company, seed: mark, mode: clock, script };
        let world = Arc::new(World::new(beginning, endpoints));
        let resumed = state.as_ref().is_some_and(|path| path.exists());
        if let Some(path) = &state {
            dump::load(&world, path)?;
            // Whether it can be kept is better known now than at the end.
            dump::save(&world, path)?;
        }
        let (stop, stopped) = watch::channel(());
        let routers = Arc::new(Routers::new(&world));
        let front = |platform| Front::new(Arc::clone(&world), platform, Arc::clone(&routers));
        let mut tasks = Vec::new();
        for (listener, platform, is_encrypted) in listeners.0 {
            let tls = tls.as_ref().filter(|_| is_encrypted).map(|tls| tls.acceptor.clone());
            let reception = Reception { front: front(platform), tls };
            tasks.push(tokio::spawn(serve(listener, reception, stopped.clone())));
        }
        tasks.push(tokio::spawn(posts::run(Arc::clone(&world), stopped.clone())));
        if world.clock.is_running() {
            tasks.push(tokio::spawn(tick(Arc::clone(&world), routers, stopped.clone())));
        }
        if let Some(path) = &state {
            tasks.push(tokio::spawn(keep(Arc::clone(&world), path.clone(), stopped)));
        }
        Ok(Self { world, state, lock, resumed, stop, tasks })
    }

    /// Where it listens and the credentials its clients use.
    pub fn endpoints(&self) -> &Endpoints {
        &self.world.endpoints
    }

    /// Whether it went on from a kept state.
    pub fn is_resumed(&self) -> bool {
        self.resumed
    }

    /// Stops listening and waits, a second at most, for answers under way. A state that is kept and cannot be
    /// written is logged.
    pub async fn stop(self) {
        if let Err(error) = self.close().await {
            tracing::error!(%error, "the state of the sandbox was not kept");
        }
    }

    /// Stops as `stop` does, and says whether the state was kept.
    ///
    /// # Errors
    /// `Error::StateUnwritable`.
    pub async fn close(self) -> Result<(), Error> {
        drop(self.stop);
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a task of the sandbox ended abnormally");
            }
        }
        let kept = self.state.map_or(Ok(()), |path| dump::save(&self.world, &path));
        drop(self.lock);
        kept
    }
}

/// Lets happen what is due, also when nobody calls.
async fn tick(world: Arc<World>, routers: Arc<Routers>, mut stop: watch::Receiver<()>) {
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            () = tokio::time::sleep(TICK) => passing::until(&world, &routers, world.clock.now()).await,
        }
    }
}

/// Writes the state now and then while it changes. The last writing is `close`'s.
async fn keep(world: Arc<World>, path: PathBuf, mut stop: watch::Receiver<()>) {
    let mut kept = world.touched();
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            () = tokio::time::sleep(SAVE_PAUSE) => {}
        }
        let touched = world.touched();
        if touched == kept {
            continue;
        }
        let (world, path) = (Arc::clone(&world), path.clone());
        match tokio::task::spawn_blocking(move || dump::save(&world, &path)).await {
            Ok(Ok(())) => kept = touched,
            Ok(Err(error)) => tracing::error!(%error, "the state of the sandbox was not kept"),
            Err(error) => tracing::error!(%error, "the state of the sandbox was not kept"),
        }
    }
}

/// Every listener with what is behind it and whether it is encrypted.
struct Listeners(Vec<(TcpListener, Platform, bool)>);

impl Listeners {
    async fn bind(first: SocketAddr, with_tls: bool) -> Result<Self, Error> {
        let mut wanted = vec![(Platform::AzureAd, false), (Platform::ServiceNow, false)];
        if with_tls {
            wanted.extend([(Platform::AzureAd, true), (Platform::ServiceNow, true)]);
        }
        let mut listeners = Vec::new();
        for (place, (platform, is_encrypted)) in (0_u16..).zip(wanted) {
            let port = match first.port() {
                0 => 0,
                port => port.checked_add(place).ok_or(Error::NoSecondPort { port })?,
            };
            let address = SocketAddr::new(first.ip(), port);
            let listener = TcpListener::bind(address).await;
            let listener = listener.map_err(|source| Error::Listen { address, source })?;
            listeners.push((listener, platform, is_encrypted));
        }
        Ok(Self(listeners))
    }

    fn url(&self, platform: Platform, is_encrypted: bool) -> Result<String, Error> {
        let address = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
        let unknown = |source| Error::Listen { address, source };
        let wanted = |entry: &&(TcpListener, Platform, bool)| entry.1 == platform && entry.2 == is_encrypted;
        let (listener, ..) = self.0.iter().find(wanted).expect("every platform has its listeners");
        let scheme = if is_encrypted { "https" } else { "http" };
        Ok(format!("{scheme}://{}", listener.local_addr().map_err(unknown)?))
    }
}

fn endpoints(company: &Company, listeners: &Listeners, tls: Option<&Tls>) -> Result<Endpoints, Error> {
    let app = company.azure_ad.apps.first().ok_or(Error::SeedLacks { what: "azure_ad.apps" })?;
    let client = company.servicenow.clients.first().ok_or(Error::SeedLacks { what: "servicenow.clients" })?;
    let graph = listeners.url(Platform::AzureAd, false)?;
    let https = |tls: &Tls| {
        Ok(Https {
            azure_ad: listeners.url(Platform::AzureAd, true)?,
            servicenow: listeners.url(Platform::ServiceNow, true)?,
            ca_file: tls.ca_file.clone(),
        })
    };
    Ok(Endpoints {
        admin: format!("{graph}/_sandbox"),
        azure_ad: AzureAdEndpoint {
            authority: graph.clone(),
            graph,
            tenant_id: company.tenant_id(),
            client_id: app.client_id(),
            client_secret: app.secret.clone(),
        },
        servicenow: ServiceNowEndpoint {
            instance: listeners.url(Platform::ServiceNow, false)?,
            client_id: client.client_id(),
            client_secret: client.secret.clone(),
            user_name: company.person(&client.acts_as).map(|person| company.upn(person)).unwrap_or_default(),
            password: client.secret.clone(),
        },
        https: tls.map(https).transpose()?,
    })
}
