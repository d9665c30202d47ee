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

/// A timer that rings once, in a task that used up its turn as well.
///
/// Who may never have to wait keeps an `Option<Alarm>`, and makes it at the first wait: a call that
/// is ready at its first poll never pays for a timer.
///
/// ```
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// use ms_core::clock::{Alarm, later, now};
/// use std::{future::poll_fn, pin::pin, time::Duration};
///
/// let moment = later(now(), Duration::from_secs(5));
/// let mut alarm = pin!(Alarm::at(moment));
/// poll_fn(|cx| alarm.as_mut().poll(cx)).await;
/// assert_eq!(now(), moment);
/// # }
/// ```
#[pin_project]
#[derive(Debug)]
pub struct Alarm {
    #[pin]
    sleep: Sleep,
}

impl Alarm {
    /// An alarm for `moment`.
    ///
    /// # Panics
    /// When it is called outside a tokio runtime with time enabled.
    #[must_use]
    pub fn at(moment: Instant) -> Self {
        Self { sleep: sleep_until(moment) }
    }

    /// Ready once its moment has come; before, the task is woken then.
    pub fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        // Unconstrained: else a future that used up its task's turn before would never time out.
        pin!(unconstrained(self.project().sleep)).poll(cx)
    }

    /// Makes the alarm in `slot`, or moves it to `moment`, and polls it.
    ///
    /// # Panics
    /// When it is called outside a tokio runtime with time enabled.
    pub fn poll_at(
        mut slot: Pin<&mut Option<Self>>,
        cx: &mut Context<'_>,
        moment: Instant,
    ) -> Poll<()> {
        match slot.as_mut().as_pin_mut() {
            None => slot.set(Some(Self::at(moment))),
            Some(alarm) if alarm.sleep.deadline() != moment => {
                alarm.project().sleep.reset(moment);
            }
            Some(_) => {}
        }
        slot.as_pin_mut().map_or(Poll::Pending, |alarm| alarm.poll(cx))
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::task::coop::poll_proceed;

    use super::*;

    #[test]
    fn a_moment_that_overflows_is_far_away_instead() {
        let start = now();
        assert_eq!(later(start, Duration::MAX), start + FAR);
    }

    #[tokio::test(start_paused = true)]
    async fn an_alarm_that_is_moved_rings_at_the_new_moment() {
        let mut slot = pin!(None);
        let start = now();
        let (first, second) = (start + Duration::from_secs(5), start + Duration::from_secs(1));
        poll_fn(|cx| {
            assert!(Alarm::poll_at(slot.as_mut(), cx, first).is_pending());
            Poll::Ready(())
        })
        .await;

        poll_fn(|cx| Alarm::poll_at(slot.as_mut(), cx, second)).await;

        assert_eq!(now(), second);
    }

    #[tokio::test(start_paused = true)]
    async fn an_alarm_rings_also_in_a_task_that_used_up_its_turn() {
        let mut alarm = pin!(Alarm::at(now()));
        poll_fn(|cx| {
            while let Poll::Ready(proceed) = poll_proceed(cx) {
                proceed.made_progress();
            }
            alarm.as_mut().poll(cx)
        })
        .await;
    }
}
