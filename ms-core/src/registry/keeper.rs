//! How a layer holds its policy.

use std::fmt;
use std::sync::Arc;

use super::book::Registry;
use super::policy::Policy;
use super::voice::Voice;
use crate::name::Name;

/// A policy that can be built again: with its settings, and without what it has seen.
pub trait Anew: Policy + Sized + 'static {
    /// The same settings under another voice.
    #[must_use]
    fn anew(&self, voice: Voice) -> Self;
}

/// How a layer holds its policy: named, registered, and shared by all services of the layer
/// unless each shall have its own.
///
/// The setters that every layer has are one line each with it:
///
/// ```
/// # use ms_core::registry::{Anew, Keeper, Policy, Readings, Registry, Voice};
/// # use std::fmt;
/// # #[derive(Debug)]
/// # struct Door { voice: Voice }
/// # impl Policy for Door {
/// #     fn voice(&self) -> &Voice { &self.voice }
/// #     fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str("open") }
/// #     fn read(&self, out: &mut dyn Readings) {}
/// # }
/// # impl Anew for Door {
/// #     fn anew(&self, voice: Voice) -> Self { Self { voice } }
/// # }
/// struct DoorLayer {
///     keeper: Keeper<Door>,
/// }
///
/// impl DoorLayer {
///     fn named(name: &str) -> Self {
///         Self { keeper: Keeper::new("door", name, |voice| Door { voice }) }
///     }
///     fn registry(self, registry: &Registry) -> Self {
///         Self { keeper: self.keeper.registry(registry) }
///     }
/// }
///
/// let registry = Registry::new();
/// let layer = DoorLayer::named("front").registry(&registry);
/// assert_eq!(layer.keeper.policy().voice().name().as_str(), "front");
/// assert_eq!(registry.policies().len(), 1);
/// ```
pub struct Keeper<P> {
    name: Name,
    registry: Registry,
    policy: Arc<P>,
    is_isolated: bool,
}

impl<P: Anew> Keeper<P> {
    /// Registers what `build` makes in the global registry.
    pub fn new(kind: &'static str, name: impl Into<Name>, build: impl FnOnce(Voice) -> P) -> Self {
        let (name, registry) = (name.into(), Registry::global().clone());
        let policy = registry.register(kind, &name, |voice| Arc::new(build(voice)));
        Self { name, registry, policy, is_isolated: false }
    }

    /// Under another name.
    #[must_use]
    pub fn name(self, name: impl Into<Name>) -> Self {
        let name = name.into();
        if name == self.name { self } else { Self { name, ..self }.registered() }
    }

    /// In another registry.
    #[must_use]
    pub fn registry(self, registry: &Registry) -> Self {
        if registry.is(&self.registry) {
            return self;
        }
        Self { registry: registry.clone(), ..self }.registered()
    }

    /// With a policy of its own for every service.
    #[must_use]
    pub fn isolated(self) -> Self {
        Self { is_isolated: true, ..self }.registered()
    }

    /// With the policy that `build` makes instead, under the same name and in the same place.
    ///
    /// ```
    /// # use ms_core::registry::{Anew, Keeper, Policy, Readings, Registry, Voice};
    /// # use std::fmt;
    /// # struct Door(Voice, &'static str);
    /// # impl Policy for Door {
    /// #     fn voice(&self) -> &Voice { &self.0 }
    /// #     fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(self.1) }
    /// #     fn read(&self, out: &mut dyn Readings) {}
    /// # }
    /// # impl Anew for Door {
    /// #     fn anew(&self, voice: Voice) -> Self { Self(voice, self.1) }
    /// # }
    /// let registry = Registry::new();
    /// let keeper = Keeper::new("door", "front", |voice| Door(voice, "open")).registry(&registry);
    /// let keeper = keeper.replace(|voice| Door(voice, "one for each visitor"));
    /// assert_eq!(format!("{keeper:?}"), "door front: one for each visitor");
    /// assert_eq!(registry.policies().len(), 1);
    /// ```
    #[must_use]
    pub fn replace<Q: Anew>(self, build: impl FnOnce(Voice) -> Q) -> Keeper<Q> {
        let Self { name, registry, policy, is_isolated } = self;
        let kind = policy.voice().kind();
        drop(policy); // so that its name is free
        let unseen = Registry::new();
        let place = if is_isolated { &unseen } else { &registry };
        let policy = place.register(kind, &name, |voice| Arc::new(build(voice)));
        Keeper { name, registry, policy, is_isolated }
    }

    /// The policy for one more service of the layer.
    #[must_use]
    pub fn lend(&self) -> Arc<P> {
        if self.is_isolated { self.again(&self.registry) } else { Arc::clone(&self.policy) }
    }

    /// What no service uses is a pattern for others, and nobody shall see it.
    fn registered(self) -> Self {
        let unseen = Registry::new();
        let registry = if self.is_isolated { &unseen } else { &self.registry };
        Self { policy: self.again(registry), ..self }
    }

    fn again(&self, registry: &Registry) -> Arc<P> {
        let kind = self.policy.voice().kind();
        registry.register(kind, &self.name, |voice| Arc::new(self.policy.anew(voice)))
    }
}

impl<P> Keeper<P> {
    /// The policy.
    #[must_use]
    pub const fn policy(&self) -> &Arc<P> {
        &self.policy
    }
}

impl<P> Clone for Keeper<P> {
    fn clone(&self) -> Self {
        Self {
            name: self.name.clone(),
            registry: self.registry.clone(),
            policy: Arc::clone(&self.policy),
            is_isolated: self.is_isolated,
        }
    }
}

/// The setters of a layer that keeps its policy `$policy` in a [`Keeper`] called `keeper`: `name`,
/// `registry`, `isolated`, and `policy` to look at it. They stand in an `impl` of the layer.
///
/// ```
/// # use ms_core::registry::{Anew, Keeper, Policy, Readings, Registry, Voice};
/// # use std::fmt;
/// # struct Door { voice: Voice }
/// # impl Policy for Door {
/// #     fn voice(&self) -> &Voice { &self.voice }
/// #     fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str("open") }
/// #     fn read(&self, out: &mut dyn Readings) {}
/// # }
/// # impl Anew for Door {
/// #     fn anew(&self, voice: Voice) -> Self { Self { voice } }
/// # }
/// struct DoorLayer {
///     keeper: Keeper<Door>,
/// }
///
/// impl DoorLayer {
///     fn new() -> Self {
///         Self { keeper: Keeper::new("door", "front", |voice| Door { voice }) }
///     }
///
///     ms_core::keeper_setters!(Door);
/// }
///
/// let layer = DoorLayer::new().registry(&Registry::new()).name("back");
/// assert_eq!(layer.policy().described().to_string(), "door back: open");
/// ```
#[macro_export]
macro_rules! keeper_setters {
    ($policy:ty) => {
        /// Calls the policy `name`.
        #[must_use]
        pub fn name(self, name: impl Into<$crate::name::Name>) -> Self {
            #[allow(clippy::needless_update, reason = "a layer may have no other field")]
            Self { keeper: self.keeper.name(name), ..self }
        }

        /// Registers the policy in `registry` instead of the global one.
        #[must_use]
        pub fn registry(self, registry: &$crate::registry::Registry) -> Self {
            #[allow(clippy::needless_update, reason = "a layer may have no other field")]
            Self { keeper: self.keeper.registry(registry), ..self }
        }

        /// Gives every service of this layer a policy of its own.
        #[must_use]
        pub fn isolated(self) -> Self {
            #[allow(clippy::needless_update, reason = "a layer may have no other field")]
            Self { keeper: self.keeper.isolated(), ..self }
        }

        /// The policy, as the registry sees it.
        #[must_use]
        pub fn policy(&self) -> ::std::sync::Arc<dyn $crate::registry::Policy> {
            ::std::sync::Arc::<$policy>::clone(self.keeper.policy())
        }
    };
}

impl<P: Policy> fmt::Debug for Keeper<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let policy: &dyn Policy = &*self.policy;
        let isolated = if self.is_isolated { ", one for each service" } else { "" };
        write!(f, "{}{isolated}", policy.described())
    }
}
