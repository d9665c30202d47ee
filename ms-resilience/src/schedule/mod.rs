//! How long to wait before trying again, as several policies need it.
//!
//! ```
//! use ms_resilience::schedule::{Backoff, Jitter, Schedule};
//! use std::time::Duration;
//!
//! let growing = Backoff::exponential(Duration::from_millis(50)).jitter(Jitter::None);
//! let pauses: Vec<_> = growing.delays().take(3).map(|pause| pause.as_millis()).collect();
//! assert_eq!(pauses, [50, 100, 200]);
//!
//! // Whatever yields durations is a schedule; this one ends after two.
//! let twice = [Duration::from_millis(10), Duration::from_millis(500)];
//! assert_eq!(twice.delays().count(), 2);
//! ```
//!
//! ```text
//!   pause                        ┌──────────── cap
//!     │                   ┌──────┘░░░░░░
//!     │            ┌──────┘░░░░░░░░░░░░░   full jitter: anywhere below the line
//!     │     ┌──────┘░░░░░░░░░░░░░░░░░░░░
//!     └─────┴──────┴──────┴──────┴──────
//!           1      2      3      4    failures
//! ```
//!
//! # Behaviour
//!
//! - A [`Schedule`] is anything that is `Clone` and yields [`Duration`](std::time::Duration)s: an
//!   array, a `Vec`, an iterator, or a [`Backoff`], which is plain data and never ends. Where one
//!   ends there is no further attempt. It is started for each call anew, and only when the first
//!   attempt failed: before, it costs nothing.
//! - No delay of a [`Backoff`] exceeds its cap, jitter included, however many attempts there were.
//! - Clients never share a sequence of jitter: each call draws its own, unless it is
//!   [seeded](Backoff::seeded).
//!
//! # Schedules of other crates
//!
//! | feature | adds | takes |
//! |---|---|---|
//! | `backon` | `backon`, `fastrand` | any `backon::BackoffBuilder`: `Backon(builder)` |
//! | `backoff` | `backoff` and 9 more | any `backoff::backoff::Backoff`: `BackoffCrate(policy)` |
//!
//! `backoff` is not maintained any more (RUSTSEC-2025-0012) and brings `instant`, which is not
//! either (RUSTSEC-2024-0384): the feature is for those who have policies of it already.
//!
//! # Defaults
//!
//! | setting | default |
//! |---|---|
//! | `growth` | exponential, by a factor of 2 |
//! | `base` | 50 ms |
//! | `cap` | 2 s |
//! | `jitter` | full |

mod config;
mod delay;
mod delays;
#[cfg(feature = "backoff")]
mod from_backoff;
#[cfg(feature = "backon")]
mod from_backon;
#[cfg(test)]
mod tests;
mod word;

pub use config::{Backoff, Growth, Jitter};
pub use delay::delay;
pub use delays::{Delays, Seeded};
#[cfg(feature = "backoff")]
pub use from_backoff::{BackoffCrate, BackoffCrateDelays};
#[cfg(feature = "backon")]
pub use from_backon::Backon;
pub use word::Schedule;
