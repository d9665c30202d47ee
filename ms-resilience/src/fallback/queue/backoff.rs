//! Pure: how long to wait after failures in a row.

use std::time::Duration;

use super::config::QueueConfig;

/// The wait after so many failures in a row, at least as long as the peer `asked` for, and never
/// longer than the longest. Half of it is by chance: `chance` is from 0 to 1.
pub(super) fn delay(
    config: &QueueConfig,
    failures: u32,
    asked: Option<Duration>,
    chance: f64,
) -> Duration {
    let factor = 1_u32.checked_shl(failures.saturating_sub(1)).unwrap_or(u32::MAX);
    let whole = config.backoff.saturating_mul(factor).min(config.backoff_max);
    let own = whole / 2 + (whole / 2).mul_f64(chance.clamp(0.0, 1.0));
    asked.map_or(own, |asked| own.max(asked)).min(config.backoff_max)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seconds(failures: u32, asked: Option<u64>, chance: f64) -> f64 {
        let config = QueueConfig::default();
        delay(&config, failures, asked.map(Duration::from_secs), chance).as_secs_f64()
    }

    #[test]
    fn a_wait_doubles_up_to_the_longest_and_half_of_it_is_by_chance() {
        assert_eq!(
            [1, 2, 3, 7, 99].map(|row| seconds(row, None, 1.0)),
            [1.0, 2.0, 4.0, 60.0, 60.0]
        );
        assert_eq!([0.0, 0.5, 1.0].map(|chance| seconds(2, None, chance)), [1.0, 1.5, 2.0]);
    }

    #[test]
    fn a_peer_is_heeded_up_to_the_longest_wait() {
        assert_eq!([5, 600].map(|asked| seconds(1, Some(asked), 0.5)), [5.0, 60.0]);
    }

    proptest! {
        #[test]
        fn a_wait_is_never_zero_and_never_too_long(
            failures in 1_u32..,
            asked in prop::option::of(0_u64..),
            chance in 0.0..1.0,
        ) {
            let wait = seconds(failures, asked, chance);
            prop_assert!((0.5..=60.0).contains(&wait));
        }
    }
}
