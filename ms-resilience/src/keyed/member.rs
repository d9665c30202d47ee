//! What a policy has to be, to be had once for each key.

use std::fmt;

use ms_core::config::ConfigError;
use ms_core::registry::{Command, CommandError, Policy, Voice};

use super::metrics::KeyMetrics;

/// A policy of which a [`Family`](super::Family) has one for each key.
///
/// It is small, since there are many of it.
pub trait Member: Policy + Sized + 'static {
    /// What all members of a family are made of.
    type Config: Clone + Send + Sync + 'static;

    /// What the family counts.
    const METRICS: &'static KeyMetrics;

    /// One for a key, with settings that were validated.
    fn new(voice: Voice, config: &Self::Config) -> Self;

    /// Whether it may be forgotten as it is now. Asked only while nobody holds it.
    fn stay(&self) -> Stay {
        Stay::WhileRoom
    }

    /// Refuses settings that make no sense.
    ///
    /// # Errors
    /// When a setting makes no sense.
    fn validate(config: &Self::Config) -> Result<(), ConfigError>;

    /// What all members are to be made of that were made of `config` so far, as `command` says.
    ///
    /// # Errors
    /// When the settings are of another policy.
    fn settings(command: &Command, config: &Self::Config) -> Result<Self::Config, CommandError> {
        let _ = config;
        command.settings().cloned()
    }

    /// Settings that were validated are about to be taken over, by one member after the other.
    /// Called once, under a lock.
    fn replace(config: &Self::Config) {
        let _ = config;
    }

    /// Takes over settings that were validated, and keeps its state. Called under a lock: wakes
    /// nobody and tells nothing.
    fn take_over(&self, config: &Self::Config);

    /// Settings were taken over, and no lock is held: now whoever waits may be woken.
    fn taken_over(&self) {}

    /// The family that has this `voice` took over other settings, with all its members: the moment
    /// to say so.
    fn reconfigured(_voice: &Voice, _from: &Self::Config, _to: &Self::Config) {}

    /// Writes settings, for a person, on one line.
    ///
    /// # Errors
    /// Only those of the formatter.
    fn outline(config: &Self::Config, f: &mut fmt::Formatter<'_>) -> fmt::Result;
}

/// When a member may be forgotten that nobody holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stay {
    /// When another key needs the room, or nobody used it for long: what most are.
    WhileRoom,
    /// Only when nobody used it for long: an open circuit, which a closed one must not drive out.
    WhileUsed,
    /// Never: what somebody has told it by hand must not be lost.
    Always,
}
