//! The only door through which time enters.
//!
//! Everything here is tokio's clock, so `tokio::time::pause` drives every layer of a test. Hearts
//! take a `now`; only layers and futures read it here.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! use ms_core::clock::{later, now, sleep};
//! use std::time::Duration;
//!
//! let start = now();
//! sleep(Duration::from_secs(3600)).await; // costs nothing: the clock of this test is paused
//! assert_eq!(now(), later(start, Duration::from_secs(3600)));
//! # }
//! ```

mod alarm;
mod drawer;
mod moment;

pub use alarm::Alarm;
pub use moment::{Instant, Sleep, later, now, sleep, sleep_until, wall};
