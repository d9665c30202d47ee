//! The stack of a server.

use std::fmt;

use ms_core::config::ConfigError;
use ms_core::http::guard::BodyEnd;
use ms_core::http::respond::{Fallible, RespondService, respond};
use ms_core::name::Name;
use ms_core::registry::Registry;
use tower_layer::{Identity, Layer, Stack};

use super::server_config::StandardServerConfig;
use crate::bulkhead::{Bulkhead, BulkheadLayer, BulkheadService};
use crate::deadline::{DeadlineLayer, DeadlineService};

/// A whole stack around a router, in the order that is known to be right. See the
/// [module](super).
///
/// ```
/// use axum::{Router, routing::get};
/// use ms_resilience::standard::StandardServer;
///
/// let app: Router = Router::new()
///     .route("/orders", get(|| async { "two books" }))
///     .layer(StandardServer::named("orders"));
/// ```
#[derive(Clone)]
pub struct StandardServer<A = Identity> {
    deadline: DeadlineLayer,
    authenticate: A,
    bulkhead: BulkheadLayer<BodyEnd>,
}

impl StandardServer {
    /// A stack whose policies are called `name`, with the settings of `config`.
    ///
    /// # Errors
    /// When a setting makes no sense.
    pub fn new(name: impl Into<Name>, config: &StandardServerConfig) -> Result<Self, ConfigError> {
        config.validate()?;
        let name = name.into();
        Ok(Self {
            deadline: DeadlineLayer::with(&name, &config.deadline)?,
            authenticate: Identity::new(),
            bulkhead: BulkheadLayer::new(&name, &config.bulkhead)?.until_body_end(),
        })
    }

    /// A stack whose policies are called `name`, with the defaults.
    pub fn named(name: impl Into<Name>) -> Self {
        let name = name.into();
        Self {
            deadline: DeadlineLayer::named(&name),
            authenticate: Identity::new(),
            bulkhead: BulkheadLayer::named(&name).until_body_end(),
        }
    }
}

impl<A> StandardServer<A> {
    /// Registers its policies in `registry` instead of the global one.
    #[must_use]
    pub fn registry(self, registry: &Registry) -> Self {
        Self {
            deadline: self.deadline.registry(registry),
            bulkhead: self.bulkhead.registry(registry),
            ..self
        }
    }

    /// What finds out who is calling. It stands between the deadline and the bulkhead: a stranger
    /// takes no place.
    #[must_use]
    pub fn authenticate<Other>(self, layer: Other) -> StandardServer<Other> {
        StandardServer { deadline: self.deadline, authenticate: layer, bulkhead: self.bulkhead }
    }

    /// The bulkhead, to look at it and to resize it.
    #[must_use]
    pub fn bulkhead(&self) -> Bulkhead {
        self.bulkhead.handle()
    }

    fn layers(&self) -> Layers<A>
    where
        A: Clone,
    {
        let inside = Stack::new(self.bulkhead.clone(), self.authenticate.clone());
        Stack::new(inside, self.deadline.clone())
    }
}

/// From the inside out.
type Layers<A> = Stack<Stack<BulkheadLayer<BodyEnd>, A>, DeadlineLayer>;

impl<A, S> Layer<S> for StandardServer<A>
where
    A: Clone + Layer<BulkheadService<Fallible<S>, BodyEnd>>,
{
    type Service = RespondService<DeadlineService<A::Service>>;

    fn layer(&self, inner: S) -> Self::Service {
        respond(self.layers()).layer(inner)
    }
}

/// The layers and their settings, the outermost first.
impl<A> fmt::Display for StandardServer<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (deadline, bulkhead) = (self.deadline.policy(), self.bulkhead.policy());
        write!(f, "{}\n{}", deadline.described(), bulkhead.described())
    }
}

impl<A> fmt::Debug for StandardServer<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (deadline, bulkhead) = (self.deadline.policy(), self.bulkhead.policy());
        let policies = [deadline.described(), bulkhead.described()];
        f.debug_tuple("StandardServer").field(&policies).finish()
    }
}
