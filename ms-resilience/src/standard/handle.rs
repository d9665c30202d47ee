//! A whole stack, to look at and to change while it runs.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ms_core::clock::sleep;
use ms_core::config::ConfigError;
use ms_core::registry::{Command, CommandError, Policy};
use ms_core::sync::{Mutex, lock};

use super::config::StandardConfig;
use super::event;
use crate::timeout::TimeoutConfig;

/// Whoever asks for no pause at all shall not keep a processor busy.
const SHORTEST: Duration = Duration::from_millis(100);

/// The policies of a stack, the outermost first. Copies are one stack.
#[derive(Clone)]
pub struct StandardHandle {
    policies: [Arc<dyn Policy>; 5],
    settings: Arc<Settings>,
}

/// What the policies were told last.
#[derive(Debug, Default)]
pub(super) struct Settings {
    current: Mutex<StandardConfig>,
    /// Held by whoever tells them something else.
    changing: Mutex<()>,
}

impl Settings {
    pub(super) fn new(config: StandardConfig) -> Self {
        Self { current: Mutex::new(config), changing: Mutex::default() }
    }
}

impl StandardHandle {
    pub(super) const fn new(policies: [Arc<dyn Policy>; 5], settings: Arc<Settings>) -> Self {
        Self { policies, settings }
    }

    /// The settings that are in force, as they were given.
    #[must_use]
    pub fn config(&self) -> StandardConfig {
        lock(&self.settings.current).clone()
    }

    /// All policies take over other settings and keep their state.
    ///
    /// # Errors
    /// When a setting makes no sense, by itself or together with others; the old ones stay in
    /// force, all of them.
    pub fn reconfigure(&self, config: &StandardConfig) -> Result<(), ConfigError> {
        config.validate()?;
        let _changing = lock(&self.settings.changing);
        let commands = [
            Command::reconfigure(TimeoutConfig::new(config.total)),
            Command::reconfigure(config.retry.clone()),
            Command::reconfigure(config.breaker.clone()),
            Command::reconfigure(config.bulkhead.clone()),
            Command::reconfigure(TimeoutConfig::new(config.attempt)),
        ];
        for (policy, command) in self.policies.iter().zip(&commands) {
            policy.command(command).map_err(refused)?;
        }
        *lock(&self.settings.current) = config.clone();
        Ok(())
    }

    /// Reads settings anew whenever `every` has passed, for ever: from a file, for one. What
    /// cannot be read, or is refused, leaves the settings as they are; an event says so, once for
    /// each cause.
    ///
    /// To be spawned, or polled beside the work. It reads ten times a second at most.
    pub async fn follow<E: fmt::Display>(
        &self,
        every: Duration,
        mut read: impl FnMut() -> Result<StandardConfig, E>,
    ) -> std::convert::Infallible {
        let (every, mut trouble) = (every.max(SHORTEST), None);
        loop {
            sleep(every).await;
            let found = match read() {
                Ok(config) if config == self.config() => Ok(false),
                Ok(config) => {
                    self.reconfigure(&config).map(|()| true).map_err(|error| error.to_string())
                }
                Err(error) => Err(error.to_string()),
            };
            match found {
                Ok(is_new) if is_new => event::reloaded(self.name()),
                Ok(_) => {}
                Err(error) if trouble.as_ref() == Some(&error) => continue,
                Err(error) => {
                    event::not_reloaded(self.name(), &error);
                    trouble = Some(error);
                    continue;
                }
            }
            trouble = None;
        }
    }

    fn name(&self) -> &str {
        self.policies[0].voice().name()
    }
}

/// The layers and their settings, the outermost first.
impl fmt::Display for StandardHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, policy) in self.policies.iter().enumerate() {
            let line = if number == 0 { "" } else { "\n" };
            write!(f, "{line}{}", policy.described())?;
        }
        Ok(())
    }
}

impl fmt::Debug for StandardHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.policies.iter().map(|policy| policy.described())).finish()
    }
}

/// What was validated is refused by a policy only if it changed its mind since.
fn refused(error: CommandError) -> ConfigError {
    match error {
        CommandError::Refused(error) => error,
        other => ConfigError::new("policy", &other.to_string(), "one that takes these settings"),
    }
}
