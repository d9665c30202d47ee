//! What a policy shows of itself.

use std::fmt;
use std::sync::Arc;

use super::command::{Command, CommandError};
use super::readings::Readings;
use super::voice::Voice;

/// A living policy: its counters, its settings, and what it can be told.
pub trait Policy: Send + Sync {
    /// Under which kind and name it was registered.
    fn voice(&self) -> &Voice;

    /// Writes its settings, for a person, on one line.
    ///
    /// # Errors
    /// Only those of the formatter.
    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;

    /// Reads its counters, gauges and histograms.
    fn read(&self, out: &mut dyn Readings);

    /// Does what it is told.
    ///
    /// # Errors
    /// When it does not know the command, or the settings in it are bad.
    fn command(&self, command: &Command) -> Result<(), CommandError> {
        Err(CommandError::unsupported(command))
    }

    /// The members of a family, as one for each key, the eldest first. None for most policies.
    ///
    /// The registry shows them as if they were registered themselves, and asks anew whenever
    /// somebody looks: a member that is gone is not seen any more. Members of members are not
    /// asked for.
    fn members(&self) -> Vec<Arc<dyn Policy>> {
        Vec::new()
    }
}

impl dyn Policy + '_ {
    /// Its kind, name and settings, to be printed.
    #[must_use]
    pub fn described(&self) -> Described<'_> {
        Described(self)
    }
}

/// Prints a policy: `timeout users: 500ms`.
pub struct Described<'a>(&'a dyn Policy);

impl fmt::Display for Described<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let voice = self.0.voice();
        write!(f, "{} {}: ", voice.kind(), voice.name())?;
        self.0.describe(f)
    }
}

impl fmt::Debug for Described<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
