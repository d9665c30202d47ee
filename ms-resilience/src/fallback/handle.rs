//! A fallback, to look at and to change while it runs.

use std::fmt;
use std::sync::Arc;

use ms_core::config::ConfigError;
use ms_core::lease::Leases;
use ms_core::name::Name;
use ms_core::registry::{Anew, Command, CommandError, Events, Policy, Readings, Voice};
use ms_core::tally::{Tally, Ticket};

use super::answer::Kind;
use super::config::FallbackConfig;
use super::metric::{CALLS, CallOutcome, IN_FLIGHT};
use super::shared::{Core, Shared};

/// What all services of one layer share, as the registry sees it.
pub(super) struct Handle<A> {
    leases: Leases<Shared<A>, Tally<CallOutcome>>,
}

impl<A: Kind> Handle<A> {
    pub(super) fn new(voice: Voice, config: &FallbackConfig, answer: A) -> Self {
        let core = Core::new(voice, A::NAME, config);
        Self { leases: Leases::striped(Shared { core, answer }) }
    }
}

impl<A> Handle<A> {
    #[inline]
    pub(super) fn ticket(&self) -> Ticket<Shared<A>, CallOutcome> {
        Ticket::new(self.leases.take())
    }

    #[inline]
    pub(super) fn core(&self) -> &Core {
        &self.leases.shared().core
    }
}

impl<A: Kind> Policy for Handle<A> {
    fn voice(&self) -> &Voice {
        &self.core().voice
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let FallbackConfig { max_concurrent, timeout, .. } = self.core().config();
        match max_concurrent {
            0 => write!(f, "{}, switched off", A::NAME),
            most => write!(f, "{}, {most} at a time, for up to {timeout:?}", A::NAME),
        }
    }

    fn read(&self, out: &mut dyn Readings) {
        let by = ("by", A::NAME);
        Tally::read(&self.leases, &CALLS, Some(by), out);
        out.gauge(&IN_FLIGHT, &[by], self.core().in_flight().into());
    }

    fn command(&self, command: &Command) -> Result<(), CommandError> {
        Ok(self.core().reconfigure(command.settings()?)?)
    }
}

impl<A: Kind> Anew for Handle<A> {
    fn anew(&self, voice: Voice) -> Self {
        Self::new(voice, &self.core().config(), self.leases.shared().answer.clone())
    }
}

impl<A> fmt::Debug for Handle<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Handle").field(self.core()).finish()
    }
}

/// A fallback of any kind, as its public handle sees it.
trait Seen: Policy {
    fn seen(&self) -> &Core;
}

impl<A: Kind> Seen for Handle<A> {
    fn seen(&self) -> &Core {
        self.core()
    }
}

/// A fallback, to look at and to change while it runs. Copies are one fallback.
///
/// ```
/// use ms_resilience::fallback::{FallbackConfig, FallbackLayer};
///
/// let layer = FallbackLayer::value("users", 0);
/// let users = layer.handle();
/// assert_eq!((users.name().as_str(), users.in_flight()), ("users", 0));
///
/// users.reconfigure(&FallbackConfig::default().max_concurrent(0))?; // switched off
/// # Ok::<(), ms_core::config::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct Fallback(Arc<dyn Seen>);

impl Fallback {
    pub(super) fn new<A: Kind>(handle: Arc<Handle<A>>) -> Self {
        Self(handle)
    }

    /// Under which name it stands in the registry.
    #[must_use]
    pub fn name(&self) -> &Name {
        self.0.seen().voice.name()
    }

    /// How many fallbacks are under way.
    #[must_use]
    pub fn in_flight(&self) -> u32 {
        self.0.seen().in_flight()
    }

    /// The settings that are in force.
    #[must_use]
    pub fn config(&self) -> FallbackConfig {
        self.0.seen().config()
    }

    /// Takes over `config`. What is under way goes on as it began.
    ///
    /// # Errors
    /// When a setting makes no sense. Then nothing changes.
    pub fn reconfigure(&self, config: &FallbackConfig) -> Result<(), ConfigError> {
        self.0.seen().reconfigure(config)
    }

    /// What it tells, from now on.
    #[must_use]
    pub fn subscribe(&self) -> Events {
        self.0.seen().voice.subscribe()
    }
}

impl fmt::Debug for Fallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let policy: &dyn Policy = &*self.0;
        fmt::Display::fmt(&policy.described(), f)
    }
}
