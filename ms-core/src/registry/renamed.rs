//! A policy under another name.

use std::fmt;
use std::sync::Arc;

use super::command::{Command, CommandError};
use super::policy::Policy;
use super::readings::Readings;
use super::voice::Voice;

/// A member as it is listed where another one reads like it.
pub(super) struct Renamed {
    policy: Arc<dyn Policy>,
    voice: Voice,
}

impl Renamed {
    pub(super) const fn new(policy: Arc<dyn Policy>, voice: Voice) -> Self {
        Self { policy, voice }
    }
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
