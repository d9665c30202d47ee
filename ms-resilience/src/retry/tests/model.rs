//! Random scripts, against a model of the order in which is decided.

use std::time::Duration;

use ms_core::clock::now;
use ms_core::context::Context;
use ms_core::deadline::Deadline;
use ms_core::rejection::{Fault, Reason};
use ms_core::repeat::NotRepeatable;
use ms_core::verdict::{Failure, Resend};
use proptest::prelude::*;

use super::super::RetryConfig;
use super::{End, ms, stand_with};
use crate::budget::Funded;

const OPEN: Reason = Reason::unavailable("circuit_breaker", "circuit_open");
const SLOW: Reason = Reason::deadline("timeout", "attempt_timeout").fault_of(Fault::Peer);
const LATE: Reason = Reason::deadline("timeout", "deadline").fault_of(Fault::Caller);

/// How long an attempt takes.
const TAKES: u64 = 10;

fn failure() -> impl Strategy<Value = Failure> {
    let resend = prop_oneof![
        1 => Just(Resend::Never),
        5 => Just(Resend::IfSafe),
        3 => Just(Resend::NeverSent),
    ];
    // Shorter than every pause, so that it is never heeded.
    let hint = prop::option::of((0_u64..20).prop_map(ms));
    (resend, hint).prop_map(|(resend, hint)| Failure::new(resend).retry_after(hint))
}

fn end() -> impl Strategy<Value = End> {
    prop_oneof![
        2 => Just(End::Answer),
        4 => failure().prop_map(End::Bad),
        6 => failure().prop_map(End::Fails),
        1 => Just(End::Neutral),
        2 => Just(End::Rejected(&OPEN)),
        2 => Just(End::Rejected(&SLOW)),
        1 => Just(End::Rejected(&LATE)),
        2 => failure().prop_map(End::Unready),
    ]
}

#[derive(Debug, Clone)]
struct Case {
    script: Vec<End>,
    attempts: u32,
    is_safe: bool,
    pauses: Vec<u64>,
    deadline: Option<u64>,
    /// In the budget, in tenths.
    tokens: u64,
    retry_rejections: bool,
    too_large: bool,
}

fn case() -> impl Strategy<Value = Case> {
    let script = (end(), prop::collection::vec(end(), 0..8)).prop_map(|(first, rest)| {
        // The first attempt uses what was made ready before.
        let first = if matches!(first, End::Unready(_)) { End::Answer } else { first };
        [vec![first], rest].concat()
    });
    let pauses = prop::collection::vec(20_u64..200, 0..6);
    let deadline = prop::option::of(1_u64..600);
    let flags = (any::<bool>(), any::<bool>(), prop::bool::weighted(0.1));
    (script, 1_u32..6, pauses, deadline, 0_u64..40, flags).prop_map(
        |(script, attempts, pauses, deadline, tokens, (is_safe, retry_rejections, too_large))| {
            Case {
                script,
                attempts,
                is_safe,
                pauses,
                deadline,
                tokens,
                retry_rejections,
                too_large,
            }
        },
    )
}

/// What is expected.
#[derive(Debug, PartialEq)]
struct Expected {
    /// When the service is called.
    calls: Vec<u64>,
    outcome: &'static str,
    ends_at: u64,
    /// In tenths.
    tokens: u64,
}

/// How an end is to be judged: whether it is a success, whether our own side refused it, and with
/// which failure it may be tried again.
fn judged(end: End, case: &Case) -> (bool, bool, Option<Resend>) {
    match end {
        End::Answer => (true, false, None),
        End::Bad(failure) | End::Fails(failure) => (false, false, Some(failure.resend)),
        End::Unready(failure) if failure.resend == Resend::Never => {
            (false, false, Some(Resend::Never))
        }
        End::Unready(_) => (false, false, Some(Resend::NeverSent)),
        End::Rejected(reason) if reason.fault() == Fault::Local => {
            (false, true, case.retry_rejections.then_some(Resend::NeverSent))
        }
        End::Rejected(reason) if reason.fault() == Fault::Peer => {
            (false, false, Some(Resend::IfSafe))
        }
        _ => (false, false, None),
    }
}

fn expected(case: &Case) -> Expected {
    let (mut time, mut calls, mut tokens) = (0, Vec::new(), case.tokens);
    let mut pauses = case.pauses.iter();
    let (mut reached, mut paid) = (false, false);
    for attempt in 1.. {
        let end = case.script.get(attempt as usize - 1).copied().unwrap_or(End::Answer);
        if !matches!(end, End::Unready(_)) {
            calls.push(time);
            time += TAKES;
        }
        let (is_success, is_refused, resend) = judged(end, case);
        tokens += if is_refused && paid { 10 } else { 0 };
        reached |= !is_refused;
        let mut over = |outcome, tokens| Expected {
            calls: std::mem::take(&mut calls),
            outcome,
            ends_at: time,
            tokens,
        };
        if is_success {
            let outcome = if attempt == 1 { "success" } else { "recovered" };
            return over(outcome, (tokens + 1).min(100));
        }
        let Some(resend) = resend.filter(|resend| *resend != Resend::Never) else {
            return over("not_retryable", tokens);
        };
        if attempt >= case.attempts {
            return over("attempts", tokens);
        }
        if resend == Resend::IfSafe && !case.is_safe {
            return over("unsafe", tokens);
        }
        if case.too_large {
            return over("committed", tokens);
        }
        let Some(pause) = pauses.next() else { return over("attempts", tokens) };
        if case.deadline.is_some_and(|deadline| time + pause >= deadline) {
            return over("deadline", tokens);
        }
        paid = reached;
        if paid && tokens < 10 {
            return over("budget", tokens);
        }
        tokens -= if paid { 10 } else { 0 };
        time += pause;
    }
    unreachable!("attempts are bounded")
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small numbers")]
#[allow(clippy::cast_precision_loss, reason = "small numbers")]
async fn observed(case: &Case) -> Expected {
    let budget = Funded::default().start(case.tokens as f64 / 10.0);
    let config = RetryConfig::default().attempts(case.attempts).budget(budget);
    let config = config.retry_rejections(case.retry_rejections);
    let pauses: Vec<Duration> = case.pauses.iter().map(|pause| ms(*pause)).collect();
    let stand = stand_with(&config, pauses, case.script.clone());
    stand.requests.refuse(case.too_large.then_some(NotRepeatable::TooLarge));
    let deadline = case.deadline.map(|deadline| Deadline::after(now(), ms(deadline)));
    let context = deadline.into_iter().fold(Context::new(), Context::with_deadline);
    let _ = context.scope(stand.call(if case.is_safe { 2 } else { 3 })).await;
    let counted = stand.counted();
    let [outcome] = counted[..] else { panic!("one outcome: {counted:?}") };
    Expected {
        calls: stand.times().into_iter().map(|time| time as u64).collect(),
        outcome,
        ends_at: (now() - stand.start).as_millis() as u64,
        tokens: (stand.tokens() * 10.0).round() as u64,
    }
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_time().start_paused(true).build().unwrap().block_on(future)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn s_rt_1_every_call_is_decided_in_the_order_of_the_rule(case in case()) {
        prop_assert_eq!(run(observed(&case)), expected(&case));
    }

    #[test]
    fn s_rt_1_no_retry_is_begun_after_the_deadline(case in case()) {
        let seen = run(observed(&case));
        if let Some(deadline) = case.deadline {
            prop_assert!(seen.calls.iter().skip(1).all(|call| *call < deadline));
        }
    }

    #[test]
    fn s_rt_2_what_is_not_safe_is_never_sent_again_once_it_may_have_left(case in case()) {
        let case = Case { is_safe: false, ..case };
        let seen = run(observed(&case));
        let sent = case.script.iter().filter(|end| !matches!(end, End::Unready(_)));
        let may_have_left = |end: &&End| match end {
            End::Bad(failure) | End::Fails(failure) => failure.resend != Resend::NeverSent,
            End::Rejected(reason) => reason.fault() != Fault::Local,
            _ => true,
        };
        let left = sent.take(seen.calls.len()).filter(may_have_left).count();
        let answered = usize::from(seen.calls.len() > case.script.len());
        prop_assert!(left + answered <= 1, "{left} and {answered} of {seen:?}");
    }
}
