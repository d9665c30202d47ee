//! Random commands, against models that are too simple to be wrong.

use std::time::Duration;

use ms_core::clock::{Instant, later, now};
use proptest::prelude::*;

use super::super::account::{Account, Source};
use super::super::{BudgetConfig, Funded, GrpcThrottle, Ratio};

const WINDOW: u64 = 1_000;

#[derive(Debug, Clone, Copy)]
enum Step {
    Succeed,
    Fail,
    Draw,
    /// One of the attempts that were drawn for ends.
    End(usize, End),
    Advance(u64),
}

#[derive(Debug, Clone, Copy)]
enum End {
    Succeeded,
    Failed,
    NeverMade,
}

fn step() -> impl Strategy<Value = Step> {
    let end = prop_oneof![Just(End::Succeeded), Just(End::Failed), Just(End::NeverMade)];
    prop_oneof![
        6 => Just(Step::Succeed),
        4 => Just(Step::Fail),
        4 => Just(Step::Draw),
        3 => (0_usize..4, end).prop_map(|(which, end)| Step::End(which, end)),
        2 => (0_u64..400).prop_map(Step::Advance),
    ]
}

/// What is drawn, and not over.
type Drawn = Vec<(Source, u64)>;

/// Counts in thousandths.
trait Model {
    fn succeed(&mut self, now: u64, is_first: bool);
    fn fail(&mut self, now: u64, is_first: bool);
    fn draw(&mut self, now: u64) -> bool;
    fn give_back(&mut self, drawn_at: u64);
    /// What is left, and the limit.
    fn read(&self, now: u64) -> (u64, u64);
}

struct FundedModel {
    held: u64,
    per_success: u64,
    cap: u64,
}

impl Model for FundedModel {
    fn succeed(&mut self, _: u64, _: bool) {
        self.held = (self.held + self.per_success).min(self.cap);
    }

    fn fail(&mut self, _: u64, _: bool) {}

    fn draw(&mut self, _: u64) -> bool {
        let is_paid = self.held >= 1_000;
        self.held -= if is_paid { 1_000 } else { 0 };
        is_paid
    }

    fn give_back(&mut self, _: u64) {
        self.held = (self.held + 1_000).min(self.cap);
    }

    fn read(&self, _: u64) -> (u64, u64) {
        (self.held, self.cap)
    }
}

struct ThrottleModel {
    held: u64,
    ratio: u64,
    max: u64,
}

impl Model for ThrottleModel {
    fn succeed(&mut self, _: u64, _: bool) {
        self.held = (self.held + self.ratio).min(self.max);
    }

    fn fail(&mut self, _: u64, _: bool) {
        self.held = self.held.saturating_sub(1_000);
    }

    fn draw(&mut self, _: u64) -> bool {
        2 * self.held > self.max
    }

    fn give_back(&mut self, _: u64) {}

    fn read(&self, _: u64) -> (u64, u64) {
        (self.held, self.max)
    }
}

#[derive(Default)]
struct RatioModel {
    share: u64,
    reserve: u64,
    calls: Vec<u64>,
    drawn: Vec<u64>,
}

impl RatioModel {
    fn is_inside(then: u64, now: u64) -> bool {
        let bucket = WINDOW / 10;
        then / bucket + 10 > now / bucket
    }
}

impl Model for RatioModel {
    fn succeed(&mut self, now: u64, is_first: bool) {
        if is_first {
            self.calls.push(now);
        }
    }

    fn fail(&mut self, now: u64, is_first: bool) {
        self.succeed(now, is_first);
    }

    fn draw(&mut self, now: u64) -> bool {
        let is_paid = self.read(now).0 >= 1_000;
        if is_paid {
            self.drawn.push(now);
        }
        is_paid
    }

    fn give_back(&mut self, drawn_at: u64) {
        let index = self.drawn.iter().position(|then| *then == drawn_at).unwrap();
        self.drawn.remove(index);
    }

    fn read(&self, now: u64) -> (u64, u64) {
        let inside = |all: &[u64]| all.iter().filter(|then| Self::is_inside(**then, now)).count();
        let limit = inside(&self.calls) as u64 * self.share + self.reserve * 1_000;
        (limit.saturating_sub(inside(&self.drawn) as u64 * 1_000), limit)
    }
}

struct Pair<M> {
    account: Account,
    model: M,
    start: Instant,
    millis: u64,
    drawn: Drawn,
}

impl<M: Model> Pair<M> {
    fn new(config: BudgetConfig, model: M) -> Self {
        let start = now();
        Self { account: Account::new(config, start), model, start, millis: 0, drawn: Vec::new() }
    }

    fn now(&self) -> Instant {
        later(self.start, Duration::from_millis(self.millis))
    }

    fn take(&mut self, step: Step) {
        let now = self.now();
        match step {
            Step::Succeed => {
                self.account.succeed(|| now);
                self.model.succeed(self.millis, true);
            }
            Step::Fail => {
                self.account.fail(|| now);
                self.model.fail(self.millis, true);
            }
            Step::Draw => {
                let drawn = self.account.draw(|| now);
                assert_eq!(drawn.is_some(), self.model.draw(self.millis));
                self.drawn.extend(drawn.map(|source| (source, self.millis)));
            }
            Step::End(which, end) if which < self.drawn.len() => {
                let (source, drawn_at) = self.drawn.remove(which);
                self.end(source, drawn_at, end);
            }
            Step::End(..) => {}
            Step::Advance(millis) => self.millis += millis,
        }
    }

    fn end(&mut self, source: Source, drawn_at: u64, end: End) {
        match end {
            End::Succeeded => {
                self.account.succeed_again();
                self.model.succeed(self.millis, false);
            }
            End::Failed => {
                self.account.fail_again();
                self.model.fail(self.millis, false);
            }
            End::NeverMade => {
                self.account.give_back(source);
                self.model.give_back(drawn_at);
            }
        }
    }

    #[allow(clippy::cast_precision_loss, reason = "small numbers")]
    fn check(&self) {
        let seen = self.account.snapshot(self.now());
        let (left, limit) = self.model.read(self.millis);
        let thousandths = [seen.tokens, seen.limit].map(|tokens| (tokens * 1_000.0).round());
        assert_eq!(thousandths, [left as f64, limit as f64]);
    }

    fn run(mut self, steps: Vec<Step>) {
        for step in steps {
            self.take(step);
            self.check();
        }
    }
}

#[allow(clippy::cast_precision_loss, reason = "small numbers")]
fn thousandths(number: u64) -> f64 {
    number as f64 / 1_000.0
}

proptest! {
    #[test]
    fn s_rt_5_successes_pay_exactly_for_what_follows(
        per_success in 1_u64..=1_000, cap in 1_000_u64..=5_000, start in 0_u64..=5_000,
        steps in prop::collection::vec(step(), 1..200),
    ) {
        let held = start.min(cap);
        let config = Funded::default().per_success(thousandths(per_success));
        let config = config.cap(thousandths(cap)).start(thousandths(held));
        Pair::new(config.into(), FundedModel { held, per_success, cap }).run(steps);
    }

    #[test]
    fn s_rt_5_a_throttle_does_what_grpc_defines(
        max in 1_u32..6, ratio in 1_u64..3_000, steps in prop::collection::vec(step(), 1..200),
    ) {
        let config = GrpcThrottle::default().max_tokens(max).token_ratio(thousandths(ratio));
        let max = u64::from(max) * 1_000;
        Pair::new(config.into(), ThrottleModel { held: max, ratio, max }).run(steps);
    }

    #[test]
    fn s_rt_5_s_8_a_ratio_is_a_share_of_what_the_window_holds(
        share in 1_u64..=1_000, reserve in 0_u32..3, steps in prop::collection::vec(step(), 1..200),
    ) {
        let window = Duration::from_millis(WINDOW);
        let config = Ratio::default().share(thousandths(share)).reserve(reserve).window(window);
        let model = RatioModel { share, reserve: reserve.into(), ..RatioModel::default() };
        Pair::new(config.into(), model).run(steps);
    }
}
