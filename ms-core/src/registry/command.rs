//! What a running policy can be told.

use std::any::Any;
use std::error::Error;
use std::fmt;

use crate::config::ConfigError;

/// What a running policy is told. A policy that does not know a command says so.
///
/// ```
/// use ms_core::registry::Command;
///
/// struct DoorConfig { open: bool }
///
/// let command = Command::reconfigure(DoorConfig { open: false });
/// assert!(!command.settings::<DoorConfig>().unwrap().open);
/// assert!(command.settings::<u32>().is_err());
/// ```
#[non_exhaustive]
pub enum Command {
    /// Refuse every call until told otherwise.
    ForceOpen,
    /// Forget what was learned, and whatever was forced.
    Reset,
    /// Take over these settings and keep the state.
    Reconfigure(Box<dyn Any + Send + Sync>),
}

impl Command {
    /// Take over `settings`: the configuration type of the policy that is told.
    pub fn reconfigure<C: Any + Send + Sync>(settings: C) -> Self {
        Self::Reconfigure(Box::new(settings))
    }

    /// The settings that it brings, as the type that the policy expects.
    ///
    /// # Errors
    /// When it is no [`Command::Reconfigure`], or brings settings of another type.
    pub fn settings<C: Any>(&self) -> Result<&C, CommandError> {
        let Self::Reconfigure(settings) = self else {
            return Err(CommandError::unsupported(self));
        };
        settings.downcast_ref().ok_or(CommandError::WrongSettings(std::any::type_name::<C>()))
    }

    const fn as_str(&self) -> &'static str {
        match self {
            Self::ForceOpen => "force open",
            Self::Reset => "reset",
            Self::Reconfigure(_) => "reconfigure",
        }
    }
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a command was not carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CommandError {
    /// The policy does not know this command.
    Unsupported(&'static str),
    /// The settings are of another type than the one named here.
    WrongSettings(&'static str),
    /// A setting is refused; the old ones stay in force.
    Refused(ConfigError),
    /// No living policy has this kind and name.
    Unknown,
}

impl CommandError {
    /// The policy does not know `command`.
    #[must_use]
    pub const fn unsupported(command: &Command) -> Self {
        Self::Unsupported(command.as_str())
    }
}

impl From<ConfigError> for CommandError {
    fn from(error: ConfigError) -> Self {
        Self::Refused(error)
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsupported(command) => write!(f, "this policy cannot {command}"),
            Self::WrongSettings(expected) => write!(f, "the settings are not a `{expected}`"),
            Self::Refused(_) => f.write_str("a setting is refused"),
            Self::Unknown => f.write_str("there is no such policy"),
        }
    }
}

impl Error for CommandError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Refused(error) => Some(error),
            Self::Unsupported(_) | Self::WrongSettings(_) | Self::Unknown => None,
        }
    }
}
