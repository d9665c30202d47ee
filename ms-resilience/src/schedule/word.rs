//! The word itself.

use std::time::Duration;

/// Whatever says how long to wait after each failure of a call.
///
/// Everything has it that is `Clone` and yields [`Duration`]s. Where the delays end there is no
/// further attempt.
///
/// ```
/// use ms_resilience::schedule::Schedule;
/// use std::{iter::repeat_n, time::Duration};
///
/// let steady = repeat_n(Duration::from_millis(20), 4);
/// assert_eq!(steady.delays().sum::<Duration>(), Duration::from_millis(80));
/// assert_eq!(steady.delays().count(), 4); // each call starts anew
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no schedule",
    note = "a schedule is `Clone` and `IntoIterator<Item = Duration>`: an array of durations, a \
            `Backoff`, or with feature `backon` a `Backon(builder)`"
)]
pub trait Schedule: Clone {
    /// The delays of one call.
    type Delays: Iterator<Item = Duration>;

    /// The delays of a call whose first attempt has failed.
    fn delays(&self) -> Self::Delays;
}

impl<T> Schedule for T
where
    T: Clone + IntoIterator<Item = Duration>,
{
    type Delays = T::IntoIter;

    fn delays(&self) -> T::IntoIter {
        self.clone().into_iter()
    }
}
