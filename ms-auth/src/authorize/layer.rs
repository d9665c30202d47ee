//! The layer that enforces a rule.

use ms_core::name::Name;
use ms_core::registry::{Keeper, Registry};
use tower_layer::Layer;

use super::handle::Handle;
use super::rule::Rule;
use super::service::Authorize;

/// Lets a call through only for those who may make it. See the [module](super).
#[derive(Debug, Clone)]
pub struct AuthorizeLayer {
    keeper: Keeper<Handle>,
}

impl AuthorizeLayer {
    /// A policy called `name` that lets through whoever satisfies `rule`.
    pub fn new(name: impl Into<Name>, rule: Rule) -> Self {
        Self { keeper: Keeper::new("authorize", name, |voice| Handle::new(voice, rule)) }
    }

    /// Registers the policy in `registry` instead of the global one.
    #[must_use]
    pub fn registry(self, registry: &Registry) -> Self {
        Self { keeper: self.keeper.registry(registry) }
    }

    /// Makes every service of this layer a policy of its own.
    #[must_use]
    pub fn isolated(self) -> Self {
        Self { keeper: self.keeper.isolated() }
    }
}

impl<S> Layer<S> for AuthorizeLayer {
    type Service = Authorize<S>;

    fn layer(&self, inner: S) -> Authorize<S> {
        Authorize::new(inner, self.keeper.lend())
    }
}
