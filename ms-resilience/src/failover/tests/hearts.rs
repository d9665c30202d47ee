//! How one endpoint stands, step by step.

use super::super::standing::{Change, Phase, Rules, Standing};

const RULES: Rules = Rules { failures: 3, return_over: 1000, sticky: false };
const STICKY: Rules = Rules { sticky: true, ..RULES };

/// One that was left at the moment 0.
fn away() -> Standing {
    let standing = Standing::new();
    for _ in 0..3 {
        fail(&standing, 0);
    }
    standing
}

/// One that was left, and was found well at the moment 100.
fn returning() -> Standing {
    let standing = away();
    assert!(probe(&standing, 100));
    assert_eq!(succeed(&standing, 100), Some(Change::Returns));
    standing
}

fn succeed(standing: &Standing, now: u64) -> Option<Change> {
    standing.succeed(standing.read().generation, now, RULES)
}

fn fail(standing: &Standing, now: u64) -> Option<Change> {
    standing.fail(standing.read().generation, now, RULES)
}

fn probe(standing: &Standing, now: u64) -> bool {
    standing.probe(standing.read().generation, now, RULES)
}

fn share(standing: &Standing, now: u64) -> f64 {
    standing.read().share(now, RULES)
}

#[test]
fn s_fo_3_an_endpoint_is_left_after_so_many_failures_in_a_row() {
    let standing = Standing::new();
    assert_eq!((fail(&standing, 0), fail(&standing, 0)), (None, None));
    assert_eq!(succeed(&standing, 0), None);
    assert_eq!((fail(&standing, 0), fail(&standing, 0)), (None, None));
    assert_eq!(fail(&standing, 0), Some(Change::Left));
    assert_eq!(share(&standing, 0), 0.0);
}

#[test]
fn s_fo_3_one_call_at_a_time_finds_out_and_ever_more_rarely() {
    let standing = away();
    let mut probes = Vec::new();
    for now in 0..5000 {
        if probe(&standing, now) {
            probes.push(now);
            assert!(!probe(&standing, now), "two at a time");
            assert_eq!(fail(&standing, now), None);
        }
    }
    assert_eq!(probes, [100, 300, 700, 1500, 2500, 3500, 4500]);
}

#[test]
fn s_fo_3_what_was_found_well_gets_a_share_that_grows() {
    let standing = returning();
    let shares = [100, 350, 600, 1100, 9999].map(|now| share(&standing, now));
    assert_eq!(shares, [0.0, 0.25, 0.5, 1.0, 1.0]);

    assert_eq!(standing.promote(1099, RULES), None);
    assert_eq!(standing.promote(1100, RULES), Some(Change::Returned));
    assert_eq!(standing.read().phase, Phase::Trusted { failures: 0 });
}

#[test]
fn s_fo_3_two_failures_in_a_row_take_back_the_share() {
    let standing = returning();
    assert_eq!(fail(&standing, 500), None);
    assert_eq!(succeed(&standing, 500), None);
    assert_eq!(fail(&standing, 600), None);
    assert_eq!(share(&standing, 600), 0.5);
    assert_eq!(fail(&standing, 600), Some(Change::Left));
    assert_eq!(share(&standing, 700), 0.0);
    assert!(!probe(&standing, 799) && probe(&standing, 800), "rarer than the first time");
}

#[test]
fn s_fo_2_time_in_which_an_endpoint_is_not_available_is_no_time_of_success() {
    let standing = returning();
    assert_eq!(standing.shut(Some(700), 600, RULES), None);
    assert_eq!((share(&standing, 600), share(&standing, 850)), (0.0, 0.25));
}

#[test]
fn s_fo_2_an_endpoint_that_is_not_available_is_left_until_it_is() {
    let standing = Standing::new();
    assert_eq!(standing.shut(Some(40), 0, RULES), Some(Change::Left));
    assert!(!probe(&standing, 39) && probe(&standing, 40));
}

#[test]
fn s_fo_2_nobody_knows_how_long_something_is_closed_by_hand() {
    let (closed, for_long) = (Standing::new(), Standing::new());
    closed.shut(None, 0, RULES);
    assert!(!probe(&closed, 99) && probe(&closed, 100));
    for_long.shut(Some(1_000_000), 0, RULES);
    assert!(!probe(&for_long, 999) && probe(&for_long, 1000), "somebody may have opened it");
}

#[test]
fn s_6_what_was_asked_before_an_endpoint_was_left_decides_nothing_after() {
    let standing = Standing::new();
    let before = standing.read().generation;
    for _ in 0..3 {
        fail(&standing, 0);
    }
    let away = standing.read();
    assert_eq!(standing.succeed(before, 50, RULES), None);
    assert_eq!(standing.fail(before, 50, RULES), None);
    assert_eq!(standing.read(), away);

    assert!(probe(&standing, 100));
    succeed(&standing, 100);
    let returning = standing.read();
    for generation in [before, away.generation] {
        assert_eq!(standing.fail(generation, 200, RULES), None);
    }
    assert_eq!(standing.read(), returning);
}

#[test]
fn s_6_an_endpoint_falls_and_returns_any_number_of_times() {
    let standing = Standing::new();
    for round in 0..200_000_u64 {
        let now = round * 10_000;
        assert_eq!(standing.shut(Some(now), now, RULES), Some(Change::Left));
        assert!(probe(&standing, now));
        assert_eq!(succeed(&standing, now), Some(Change::Returns));
        assert_eq!(standing.promote(now + 1000, RULES), Some(Change::Returned));
    }
}

#[test]
fn s_fo_3_where_calls_stick_nobody_returns_gradually() {
    let standing = away();
    let generation = standing.read().generation;
    assert_eq!(standing.succeed(generation, 0, STICKY), Some(Change::Returned));
    assert_eq!(standing.trusted(), Some(standing.read().generation));
}

#[test]
fn moments_that_no_clock_shows_break_nothing() {
    let standing = away();
    standing.shut(Some(u64::MAX), u64::MAX, RULES);
    assert!(!probe(&standing, 1 << 41));
    assert!(probe(&standing, u64::MAX));
    assert_eq!(succeed(&standing, u64::MAX), Some(Change::Returns));
    assert_eq!(standing.promote(u64::MAX, RULES), Some(Change::Returned));
}
