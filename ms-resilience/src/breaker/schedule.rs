//! Pure: for how long a circuit stays open.

use std::time::Duration;

/// The open time of the `opening`th opening in a row, counted from 1.
///
/// `chance` is from 0 to 1; what the peer asked for counts where it is longer. Nothing exceeds
/// `max`.
pub(super) fn open_time(
    schedule: &OpenTimes,
    opening: u32,
    chance: f64,
    asked: Option<Duration>,
) -> Duration {
    let growth = schedule.factor.powi(i32::try_from(opening.saturating_sub(1)).unwrap_or(i32::MAX));
    let (first, max) = (schedule.first.as_secs_f64(), schedule.max.as_secs_f64());
    let base = (first * growth).min(max);
    let spread = base * schedule.jitter * chance;
    // At the cap chance takes away, lest all that have reached it come back in step.
    let seconds = if base + spread > max { (max - spread).max(first) } else { base + spread };
    let time = Duration::try_from_secs_f64(seconds).unwrap_or(schedule.max);
    time.max(asked.unwrap_or_default()).clamp(schedule.first, schedule.max)
}

/// How the open time grows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct OpenTimes {
    pub(super) first: Duration,
    pub(super) factor: f64,
    pub(super) jitter: f64,
    pub(super) max: Duration,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TIMES: OpenTimes = OpenTimes {
        first: Duration::from_secs(5),
        factor: 2.0,
        jitter: 0.0,
        max: Duration::from_secs(60),
    };

    #[test]
    fn s_cb_6_the_open_time_grows_up_to_its_cap() {
        let times = [1, 2, 3, 4, 5, u32::MAX].map(|n| open_time(&TIMES, n, 0.5, None).as_secs());
        assert_eq!(times, [5, 10, 20, 40, 60, 60]);
    }

    #[test]
    fn s_cb_6_what_the_peer_asks_for_counts_where_it_is_longer_and_is_capped() {
        let asked = |seconds| open_time(&TIMES, 1, 0.0, Some(Duration::from_secs(seconds)));
        assert_eq!([1, 30, 10_000].map(|seconds| asked(seconds).as_secs()), [5, 30, 60]);
    }

    #[test]
    fn s_cb_6_those_that_have_reached_the_cap_do_not_come_back_in_step() {
        let times = OpenTimes { jitter: 0.5, ..TIMES };
        let seconds = |chance| open_time(&times, 9, chance, None).as_secs();
        assert_eq!([0.0, 0.5, 1.0].map(seconds), [60, 45, 30]);
    }

    #[test]
    fn s_cb_6_below_the_cap_chance_only_adds() {
        let times = OpenTimes { jitter: 0.5, ..TIMES };
        let seconds = |chance| open_time(&times, 3, chance, None).as_secs();
        assert_eq!([0.0, 0.5, 1.0].map(seconds), [20, 25, 30]);
    }

    proptest! {
        #[test]
        fn s_cb_6_no_open_time_is_shorter_than_the_first_or_longer_than_the_cap(
            opening: u32, chance in 0.0_f64..=1.0, factor in 1.0_f64..1e9, jitter in 0.0_f64..=1.0,
        ) {
            let times = OpenTimes { factor, jitter, ..TIMES };
            let time = open_time(&times, opening, chance, None);
            prop_assert!((TIMES.first..=TIMES.max).contains(&time));
        }
    }
}
