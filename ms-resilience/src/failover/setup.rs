//! How a failover is built.

use std::sync::Arc;

use ms_core::config::ConfigError;
use ms_core::http::classify::Http;
use ms_core::http::repeat::Requests;
use ms_core::name::Name;
use ms_core::registry::{Keeper, Registry};
use ms_core::repeat::Plain;
use ms_core::verdict::Errors;

use super::config::FailoverConfig;
use super::handle::Handle;
use super::purse::Purse;
use super::roster::MOST;
use super::service::Failover;
use super::shared::Shared;
use super::templates::Templates;
use crate::budget::Budget;

impl<S: Clone> Failover<S> {
    /// A failover called `name` over `endpoints`, the most preferred first, with the settings of
    /// `config`.
    ///
    /// # Errors
    /// When a setting makes no sense, or there is no endpoint, or there are more than 16.
    pub fn new(
        name: impl Into<Name>,
        config: &FailoverConfig,
        endpoints: impl IntoIterator<Item = S>,
    ) -> Result<Self, ConfigError> {
        config.validate()?;
        let templates = Templates::new(endpoints);
        let count = templates.len();
        if !(1..=MOST).contains(&count) {
            return Err(ConfigError::new("endpoints", &count, "1 to 16"));
        }
        let purse = Purse::own(Budget::new(config.budget)?);
        let names = (1..=count).map(|number| number.to_string().into()).collect();
        let build = |voice| Handle::new(voice, names, config.clone(), purse);
        let keeper = Keeper::new("failover", name, build);
        Ok(Self::over(keeper, templates, (Requests, Http)))
    }

    /// The same with the default settings.
    ///
    /// # Errors
    /// When there is no endpoint, or there are more than 16.
    pub fn named(
        name: impl Into<Name>,
        endpoints: impl IntoIterator<Item = S>,
    ) -> Result<Self, ConfigError> {
        Self::new(name, &FailoverConfig::default(), endpoints)
    }
}

impl<S: Clone, K: Clone, C: Clone> Failover<S, K, C> {
    /// Calls the policy `name`.
    #[must_use]
    pub fn name(self, name: impl Into<Name>) -> Self {
        self.keeping(|keeper| keeper.name(name))
    }

    /// Registers the policy in `registry` instead of the global one.
    #[must_use]
    pub fn registry(self, registry: &Registry) -> Self {
        self.keeping(|keeper| keeper.registry(registry))
    }

    /// What the endpoints are called in metrics and events, in their order, instead of `1`, `2` and
    /// so on.
    ///
    /// # Errors
    /// When there are not as many names as endpoints, or two are the same.
    ///
    /// ```
    /// # use ms_core::availability::AlwaysAvailable;
    /// # use ms_resilience::failover::Failover;
    /// # let client = tower::service_fn(|id: u32| async move { Ok::<_, ()>(id) });
    /// # let client = AlwaysAvailable::new(client);
    /// let users = Failover::named("users", [client, client])?;
    /// assert!(users.clone().endpoint_names(["eu", "us"]).is_ok());
    ///
    /// let error = users.endpoint_names(["eu", "eu"]).unwrap_err();
    /// assert_eq!(error.to_string(), "`endpoint_names` is [\"eu\", \"eu\"], but must be \
    ///     as many different names as there are endpoints");
    /// # Ok::<(), ms_core::config::ConfigError>(())
    /// ```
    pub fn endpoint_names<N: Into<Name>>(
        self,
        names: impl IntoIterator<Item = N>,
    ) -> Result<Self, ConfigError> {
        let names: Vec<Name> = names.into_iter().map(Into::into).collect();
        let is_new = |(index, name)| !names[..index].contains(name);
        if names.len() != self.shared().templates.len() || !names.iter().enumerate().all(is_new) {
            let allowed = "as many different names as there are endpoints";
            return Err(ConfigError::new("endpoint_names", &names, allowed));
        }
        let (config, purse) = (self.shared().state().config(), self.shared().state().purse());
        let build = |voice| Handle::new(voice, names, config, purse.anew());
        Ok(self.keeping(|keeper| keeper.replace(build)))
    }

    /// For requests that are not HTTP and can be cloned: it does no harm to send one twice if
    /// `is_safe` says so. Every error is a failure and every response a success, until a
    /// [classifier](Self::classify) says something else.
    #[must_use]
    pub fn plain<F>(self, is_safe: F) -> Failover<S, Plain<F>, Errors> {
        let shared = self.shared();
        let how = (Plain::new(is_safe), Errors);
        Failover::over(shared.keeper.clone(), shared.templates.again(), how)
    }

    /// How requests are kept, sent again and numbered: those of HTTP, until something else is said
    /// here. It goes with a classifier for what answers them.
    #[must_use]
    pub fn requests<Other>(self, requests: Other) -> Failover<S, Other, C> {
        let shared = self.shared();
        let how = (requests, shared.classifier.clone());
        Failover::over(shared.keeper.clone(), shared.templates.again(), how)
    }

    /// Says what an outcome is worth: without it, what [`Http`] says of the status and the error.
    #[must_use]
    pub fn classify<Other>(self, classifier: Other) -> Failover<S, K, Other> {
        let shared = self.shared();
        let how = (shared.requests.clone(), classifier);
        Failover::over(shared.keeper.clone(), shared.templates.again(), how)
    }

    /// What pays for sending a request to another endpoint that the one before may have got, in
    /// place of the `budget` of the settings. It is funded by what succeeds here.
    #[must_use]
    pub fn budget(self, budget: Budget) -> Self {
        self.paying(Purse::given(budget))
    }

    /// The same with the budget of a retry further out, which funds it: were it funded here as
    /// well, each success would count twice.
    ///
    /// ```
    /// # use ms_core::availability::AlwaysAvailable;
    /// # use ms_core::rejection::BoxError;
    /// # use ms_resilience::{budget::Budget, failover::Failover};
    /// # use tower::{ServiceExt, service_fn};
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), BoxError> {
    /// # let client = service_fn(|id: u32| async move { Ok::<_, BoxError>(id) });
    /// # let client = AlwaysAvailable::new(client);
    /// let budget = Budget::default(); // which a `RetryLayer` is given as well
    /// let users = Failover::named("users", [client, client])?.draws_on(budget.clone());
    /// users.plain(|_: &u32| true).oneshot(7).await?;
    /// assert_eq!(budget.snapshot().tokens, 1.0);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn draws_on(self, budget: Budget) -> Self {
        self.paying(Purse::drawn(budget))
    }

    fn paying(self, purse: Purse) -> Self {
        self.shared().state().draw_on(purse);
        self.keeping(|keeper| keeper)
    }

    fn keeping(self, change: impl FnOnce(Keeper<Handle>) -> Keeper<Handle>) -> Self {
        let shared = self.shared();
        let how = (shared.requests.clone(), shared.classifier.clone());
        let (keeper, templates) = (shared.keeper.clone(), shared.templates.again());
        // Only when nobody holds the policy any more its name is free.
        drop(self);
        Self::over(change(keeper), templates, how)
    }
}

impl<S: Clone, K, C> Failover<S, K, C> {
    fn over(keeper: Keeper<Handle>, templates: Templates<S>, how: (K, C)) -> Self {
        let held = templates.instance(0);
        let shared = Shared::new(keeper, templates, how);
        Self::holding(held, Arc::new(shared.in_shares()))
    }
}
