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

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use pin_project::pin_project;
use tokio::task::unconstrained;

pub use tokio::time::{Instant, Sleep};

/// What stands for "never" where a moment would overflow: thirty years.
const FAR: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

/// This moment, on the monotonic clock.
#[inline]
#[must_use]
#[allow(clippy::disallowed_methods, reason = "this is the door")]
pub fn now() -> Instant {
    Instant::now()
}

/// Wall-clock time: only to read a date that somebody else wrote.
#[must_use]
#[allow(clippy::disallowed_methods, reason = "this is the door")]
pub fn wall() -> SystemTime {
    SystemTime::now()
}

/// `from` plus `delay`, or about thirty years on where that would overflow.
#[inline]
#[must_use]
pub fn later(from: Instant, delay: Duration) -> Instant {
    from.checked_add(delay).unwrap_or_else(|| from + FAR)
}

/// Waits for `delay`.
///
/// # Panics
/// When it is called outside a tokio runtime with time enabled.
#[allow(clippy::disallowed_methods, reason = "this is the door")]
pub fn sleep(delay: Duration) -> Sleep {
    tokio::time::sleep(delay)
}

/// Waits until `moment`.
///
/// # Panics
/// When it is called outside a tokio runtime with time enabled.
#[allow(clippy::disallowed_methods, reason = "this is the door")]
pub fn sleep_until(moment: Instant) -> Sleep {
    tokio::time::sleep_until(moment)
}

/// A timer that is made when somebody first waits for it.
///
/// A call that is ready at its first poll never pays for one.
///
/// ```
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// use ms_core::clock::{Alarm, later, now};
/// use std::{future::poll_fn, pin::pin, time::Duration};
///
/// let mut alarm = pin!(Alarm::new());
/// let moment = later(now(), Duration::from_secs(5));
/// poll_fn(|cx| alarm.as_mut().poll_at(cx, moment)).await;
/// assert_eq!(now(), moment);
/// # }
/// ```
#[pin_project]
#[derive(Debug, Default)]
pub struct Alarm {
    #[pin]
    sleep: Option<Sleep>,
}

impl Alarm {
    /// An alarm that is not set.
    #[inline]
    #[must_use]
    pub const fn new() -> Self {
        Self { sleep: None }
    }

    /// Whether a timer was made.
    #[inline]
    #[must_use]
    pub const fn is_set(&self) -> bool {
        self.sleep.is_some()
    }

    /// Ready once `moment` has come; before, the task is woken then.
    ///
    /// A `moment` other than that of the poll before moves the alarm.
    ///
    /// # Panics
    /// When it is called outside a tokio runtime with time enabled.
    pub fn poll_at(self: Pin<&mut Self>, cx: &mut Context<'_>, moment: Instant) -> Poll<()> {
        let mut sleep = self.project().sleep;
        match sleep.as_mut().as_pin_mut() {
            None => sleep.set(Some(sleep_until(moment))),
            Some(set) if set.deadline() != moment => set.reset(moment),
            Some(_) => {}
        }
        // Unconstrained: else a future that used up its task's turn before would never time out.
        let sleep = sleep.as_pin_mut();
        sleep.map_or(Poll::Pending, |sleep| pin!(unconstrained(sleep)).poll(cx))
    }

    /// Takes the timer away.
    pub fn clear(self: Pin<&mut Self>) {
        self.project().sleep.set(None);
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    #[test]
    fn a_moment_that_overflows_is_far_away_instead() {
        let start = now();
        assert_eq!(later(start, Duration::MAX), start + FAR);
    }

    #[tokio::test(start_paused = true)]
    async fn an_alarm_that_is_moved_rings_at_the_new_moment() {
        let mut alarm = pin!(Alarm::new());
        let start = now();
        let first = later(start, Duration::from_secs(5));
        let second = later(start, Duration::from_secs(1));

        poll_fn(|cx| {
            assert!(alarm.as_mut().poll_at(cx, first).is_pending());
            Poll::Ready(())
        })
        .await;
        poll_fn(|cx| alarm.as_mut().poll_at(cx, second)).await;

        assert_eq!(now(), second);
    }

    #[tokio::test(start_paused = true)]
    async fn an_alarm_rings_also_in_a_task_that_used_up_its_turn() {
        let mut alarm = pin!(Alarm::new());
        poll_fn(|cx| {
            while let Poll::Ready(proceed) = tokio::task::coop::poll_proceed(cx) {
                proceed.made_progress();
            }
            alarm.as_mut().poll_at(cx, now())
        })
        .await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_cleared_alarm_holds_no_timer() {
        let mut alarm = pin!(Alarm::new());
        poll_fn(|cx| {
            assert!(alarm.as_mut().poll_at(cx, later(now(), FAR)).is_pending());
            Poll::Ready(())
        })
        .await;
        alarm.as_mut().clear();
        assert!(!alarm.is_set());
    }
}
