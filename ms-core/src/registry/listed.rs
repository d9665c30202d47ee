//! A policy as it is listed.

use std::fmt;
use std::sync::Arc;

use super::command::{Command, CommandError};
use super::policy::Policy;
use super::readings::Readings;
use super::voice::Voice;
use crate::name::Name;

/// A policy, and the name under which it is listed if that is not its own.
pub(super) struct Listed {
    pub(super) policy: Arc<dyn Policy>,
    pub(super) number: Option<Name>,
}

impl Listed {
    /// As whoever asks the registry sees it.
    pub(super) fn named(self) -> Arc<dyn Policy> {
        let Self { policy, number } = self;
        match number {
            Some(name) => {
                let voice = policy.voice().renamed(name);
                Arc::new(Renamed { policy, voice })
            }
            None => policy,
        }
    }

    /// By what lists are ordered.
    pub(super) fn key(&self) -> (&'static str, &Name) {
        let voice = self.policy.voice();
        (voice.kind(), self.number.as_ref().unwrap_or_else(|| voice.name()))
    }
}

/// A member as it is listed where another one reads like it.
struct Renamed {
    policy: Arc<dyn Policy>,
    voice: Voice,
}

impl Policy for Renamed {
    fn voice(&self) -> &Voice {
        &self.voice
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.policy.describe(f)
    }

    fn read(&self, out: &mut dyn Readings) {
        self.policy.read(out);
    }

    fn command(&self, command: &Command) -> Result<(), CommandError> {
        self.policy.command(command)
    }
}
