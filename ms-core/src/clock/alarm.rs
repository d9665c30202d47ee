//! A timer for who may have to wait.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use tokio::task::unconstrained;

use super::drawer::{self, Timer};
use super::moment::{Instant, Sleep};

/// A timer that rings once, in a task that used up its turn as well.
///
/// Who may never have to wait keeps an `Option<Alarm>`, and makes it at the first wait: a call that
/// is ready at its first poll never pays for a timer. It is as large as a pointer, so that futures
/// stay small; what it points to is used again by the next alarm of the thread.
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
#[derive(Debug)]
pub struct Alarm {
    /// None only where it is dropped.
    timer: Option<Timer>,
}

impl Alarm {
    /// An alarm for `moment`.
    ///
    /// # Panics
    /// When it is called outside a tokio runtime with time enabled.
    #[must_use]
    pub fn at(moment: Instant) -> Self {
        Self { timer: Some(drawer::take(moment)) }
    }

    /// Ready once its moment has come; before, the task is woken then.
    pub fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Some(sleep) = self.get_mut().sleep() else { return Poll::Pending };
        // Unconstrained: else a future that used up its task's turn before would never time out.
        pin!(unconstrained(sleep)).poll(cx)
    }

    /// Makes the alarm in `slot`, or moves it to `moment`, and polls it.
    ///
    /// # Panics
    /// When it is called outside a tokio runtime with time enabled.
    pub fn poll_at(
        slot: Pin<&mut Option<Self>>,
        cx: &mut Context<'_>,
        moment: Instant,
    ) -> Poll<()> {
        let alarm = slot.get_mut().get_or_insert_with(|| Self::at(moment));
        if let Some(sleep) = alarm.sleep().filter(|sleep| sleep.deadline() != moment) {
            sleep.reset(moment);
        }
        Pin::new(alarm).poll(cx)
    }

    fn sleep(&mut self) -> Option<Pin<&mut Sleep>> {
        self.timer.as_mut()?.as_mut().as_pin_mut()
    }
}

impl Drop for Alarm {
    #[inline]
    fn drop(&mut self) {
        if let Some(timer) = self.timer.take() {
            drawer::give_back(timer);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::time::Duration;

    use tokio::task::coop::poll_proceed;

    use super::super::moment::now;
    use super::*;

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
