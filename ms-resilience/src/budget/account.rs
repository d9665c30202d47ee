//! Pure: what pays for an attempt, whatever the kind of the budget. Takes `now`.

use std::time::Duration;

use ms_core::clock::Instant;
use ms_core::lease::Counter;
use ms_core::sync::{AtomicU64, Mutex, Ordering, lock};

use super::config::BudgetConfig;
use super::snapshot::Snapshot;
use super::tokens::{Held, ONE, Tokens, tokens, units};
use super::window::{Allowance, BUCKETS, Window};

/// What all copies of a budget share.
#[derive(Debug)]
pub(super) struct Account {
    /// Never full where a window counts every call; always full where nothing is counted.
    pub(super) tokens: Tokens,
    /// Which kind of budget it is: a [`Rule`].
    rule: AtomicU64,
    /// What a success pays in, in units.
    per_success: AtomicU64,
    window: Window,
    share: AtomicU64,
    reserve: AtomicU64,
    /// How long a bucket of the window is, in nanoseconds.
    bucket: AtomicU64,
    /// What buckets are counted from.
    start: Instant,
    config: Mutex<BudgetConfig>,
    pub(super) spent: Counter,
    refused: Counter,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    Funded,
    Ratio,
    GrpcThrottle,
    Unlimited,
}

/// Where the right to an attempt was taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Tokens,
    /// In this tick.
    Window(u64),
    /// From where nothing is missing then.
    Nowhere,
}

impl Account {
    /// With a `config` that was validated.
    pub(super) fn new(config: BudgetConfig, now: Instant) -> Self {
        let none = || AtomicU64::new(0);
        let account = Self {
            tokens: Tokens::new(Held { units: 0, cap: 0 }),
            rule: none(),
            per_success: none(),
            window: Window::default(),
            share: none(),
            reserve: none(),
            bucket: none(),
            start: now,
            config: Mutex::new(config),
            spent: Counter::default(),
            refused: Counter::default(),
        };
        account.begin(&config);
        account
    }

    /// A first attempt succeeded.
    pub(super) fn succeed(&self, now: impl FnOnce() -> Instant) {
        match self.rule() {
            Rule::Funded | Rule::GrpcThrottle => self.fund(),
            Rule::Ratio => self.window.see(self.tick(now())),
            Rule::Unlimited => {}
        }
    }

    /// A first attempt failed.
    pub(super) fn fail(&self, now: impl FnOnce() -> Instant) {
        match self.rule() {
            Rule::GrpcThrottle => self.tokens.drain(ONE),
            Rule::Ratio => self.window.see(self.tick(now())),
            Rule::Funded | Rule::Unlimited => {}
        }
    }

    /// An attempt that was drawn for succeeded.
    pub(super) fn succeed_again(&self) {
        if matches!(self.rule(), Rule::Funded | Rule::GrpcThrottle) {
            self.fund();
        }
    }

    /// An attempt that was drawn for failed.
    pub(super) fn fail_again(&self) {
        if self.rule() == Rule::GrpcThrottle {
            self.tokens.drain(ONE);
        }
    }

    /// One more attempt, if there is enough for it.
    pub(super) fn draw(&self, now: impl FnOnce() -> Instant) -> Option<Source> {
        let drawn = match self.rule() {
            Rule::Funded => self.tokens.take(ONE).then_some(Source::Tokens),
            Rule::Ratio => {
                let tick = self.tick(now());
                self.window.draw(tick, self.allowance()).then_some(Source::Window(tick))
            }
            Rule::GrpcThrottle => {
                let held = self.tokens.read();
                (held.units > held.cap / 2).then_some(Source::Nowhere)
            }
            Rule::Unlimited => Some(Source::Nowhere),
        };
        if drawn.is_none() {
            self.refused.count();
        }
        drawn
    }

    /// An attempt that was drawn for was not made.
    pub(super) fn give_back(&self, source: Source) {
        match (source, self.rule()) {
            (Source::Tokens, Rule::Funded) => self.tokens.add(ONE),
            (Source::Window(tick), Rule::Ratio) => self.window.give_back(tick),
            // What it was taken from is there no more.
            _ => {}
        }
    }

    /// Takes over a `config` that was validated, and keeps what is held where its kind stays.
    pub(super) fn reconfigure(&self, config: BudgetConfig) {
        let mut current = lock(&self.config);
        match (*current, config) {
            (BudgetConfig::Funded(_), BudgetConfig::Funded(funded)) => {
                self.set_per_success(funded.per_success);
                self.tokens.set_cap(units(funded.cap));
            }
            (BudgetConfig::GrpcThrottle(_), BudgetConfig::GrpcThrottle(throttle)) => {
                self.set_per_success(throttle.token_ratio);
                self.tokens.set_cap(throttle.max_tokens * ONE);
            }
            (BudgetConfig::Ratio(old), BudgetConfig::Ratio(new)) if old.window == new.window => {
                self.set_allowance(new.share, new.reserve);
            }
            _ => self.begin(&config),
        }
        *current = config;
    }

    pub(super) fn config(&self) -> BudgetConfig {
        *lock(&self.config)
    }

    pub(super) fn snapshot(&self, now: Instant) -> Snapshot {
        let (held, limit) = match self.rule() {
            Rule::Funded | Rule::GrpcThrottle => {
                let held = self.tokens.read();
                (tokens(held.units), tokens(held.cap))
            }
            Rule::Ratio => {
                let balance = self.window.read(self.tick(now), self.allowance());
                (many_tokens(balance.left), many_tokens(balance.limit))
            }
            Rule::Unlimited => (f64::INFINITY, f64::INFINITY),
        };
        let (spent, refused) = (self.spent.get(), self.refused.get());
        Snapshot { tokens: held, limit, spent, refused }
    }

    /// Starts anew.
    fn begin(&self, config: &BudgetConfig) {
        let (rule, units, cap) = match config {
            BudgetConfig::Funded(funded) => {
                self.set_per_success(funded.per_success);
                (Rule::Funded, units(funded.start), units(funded.cap))
            }
            BudgetConfig::Ratio(ratio) => {
                self.window.clear();
                self.set_allowance(ratio.share, ratio.reserve);
                let bucket = (nanos(ratio.window) / BUCKETS).max(1);
                self.bucket.store(bucket, Ordering::Relaxed);
                (Rule::Ratio, 0, u32::MAX)
            }
            BudgetConfig::GrpcThrottle(throttle) => {
                self.set_per_success(throttle.token_ratio);
                let full = throttle.max_tokens * ONE;
                (Rule::GrpcThrottle, full, full)
            }
            BudgetConfig::Unlimited => (Rule::Unlimited, 0, 0),
        };
        self.tokens.set(Held { units, cap });
        self.rule.store(rule as u64, Ordering::Relaxed);
    }

    fn fund(&self) {
        let units = self.per_success.load(Ordering::Relaxed);
        self.tokens.add(u32::try_from(units).unwrap_or(u32::MAX));
    }

    fn rule(&self) -> Rule {
        let rules = [Rule::Funded, Rule::Ratio, Rule::GrpcThrottle];
        let rule = self.rule.load(Ordering::Relaxed);
        rules.into_iter().find(|known| *known as u64 == rule).unwrap_or(Rule::Unlimited)
    }

    fn allowance(&self) -> Allowance {
        let load = |setting: &AtomicU64| setting.load(Ordering::Relaxed);
        Allowance { share: load(&self.share), reserve: load(&self.reserve) }
    }

    fn set_per_success(&self, tokens: f64) {
        self.per_success.store(units(tokens).into(), Ordering::Relaxed);
    }

    fn set_allowance(&self, share: f64, reserve: u32) {
        self.share.store(units(share).into(), Ordering::Relaxed);
        self.reserve.store(u64::from(reserve) * u64::from(ONE), Ordering::Relaxed);
    }

    fn tick(&self, now: Instant) -> u64 {
        let bucket = self.bucket.load(Ordering::Relaxed).max(1);
        nanos(now.saturating_duration_since(self.start)) / bucket
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// Units as tokens, to be looked at.
fn many_tokens(units: u64) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "to be looked at")]
    let units = units as f64;
    units / f64::from(ONE)
}
