//! How a case is called: by hand, so that no runtime is measured with it.

use std::future::Future;
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use ms_core::rejection::Rejectable;
use tokio::runtime::Builder;
use tower_service::Service;

/// What callgrind counts: this function and all that it calls.
pub const MEASURED: &str = "*measured_call*";

/// Calls `service` so many times.
///
/// # Panics
/// When a call is not answered at its first poll.
pub fn ready<S>(service: S, calls: u64)
where
    S: Service<u32, Response = u32>,
{
    drive::<S, 0>(service, calls);
}

/// Calls `service` so many times. A tokio runtime is entered, not run: timers can be made.
///
/// # Panics
/// When a call is not answered at its second poll.
pub fn pending_once<S>(service: S, calls: u64)
where
    S: Service<u32, Response = u32>,
{
    in_runtime(|| drive::<S, 1>(service, calls));
}

/// Calls `service` so many times, which rejects every call.
///
/// # Panics
/// When a call is not rejected at its first poll.
pub fn rejected<S>(mut service: S, calls: u64)
where
    S: Service<u32, Response = u32>,
    S::Error: Rejectable,
{
    let mut cx = Context::from_waker(Waker::noop());
    for _ in 0..calls {
        let is_rejected = measured_call_rejected(&mut service, black_box(7), &mut cx);
        assert!(is_rejected, "not rejected");
    }
}

/// With a tokio runtime entered, for a peer that makes a timer for every call.
///
/// # Panics
/// When there is no memory for a runtime.
#[allow(clippy::expect_used, reason = "without a runtime there is nothing to measure")]
pub fn in_runtime(run: impl FnOnce()) {
    let runtime = Builder::new_current_thread().enable_time().build();
    let runtime = runtime.expect("a runtime needs only memory");
    let _entered = runtime.enter();
    run();
}

fn drive<S, const PENDING: usize>(mut service: S, calls: u64)
where
    S: Service<u32, Response = u32>,
{
    let mut cx = Context::from_waker(Waker::noop());
    for _ in 0..calls {
        let request = black_box(7);
        let response = measured_call::<S, PENDING>(&mut service, request, &mut cx);
        assert_eq!(response, Some(request), "not answered after {PENDING} pending polls");
    }
}

/// Everything that a caller does: readiness, call, polls, and dropping the future.
#[inline(never)]
fn measured_call<S, const PENDING: usize>(
    service: &mut S,
    request: u32,
    cx: &mut Context<'_>,
) -> Option<u32>
where
    S: Service<u32, Response = u32>,
{
    let Poll::Ready(Ok(())) = service.poll_ready(cx) else { return None };
    let mut future = pin!(service.call(request));
    for _ in 0..PENDING {
        if future.as_mut().poll(cx).is_ready() {
            return None;
        }
    }
    match future.poll(cx) {
        Poll::Ready(Ok(response)) => Some(response),
        _ => None,
    }
}

/// The same for a call that is rejected.
#[inline(never)]
fn measured_call_rejected<S>(service: &mut S, request: u32, cx: &mut Context<'_>) -> bool
where
    S: Service<u32, Response = u32>,
    S::Error: Rejectable,
{
    let Poll::Ready(Ok(())) = service.poll_ready(cx) else { return false };
    match pin!(service.call(request)).poll(cx) {
        Poll::Ready(Err(error)) => error.as_rejection().is_some(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inner::Echo;

    #[test]
    fn each_kind_of_service_is_driven_to_its_answer() {
        ready(Echo::at_once(), 3);
        pending_once(Echo::late(), 3);
    }

    #[test]
    #[should_panic(expected = "not rejected")]
    fn a_service_that_answers_is_no_rejected_case() {
        rejected(Echo::at_once(), 1);
    }

    #[test]
    #[should_panic(expected = "not answered after 0 pending polls")]
    fn a_service_that_is_not_ready_is_no_ready_case() {
        ready(Echo::late(), 1);
    }

    #[test]
    #[should_panic(expected = "not answered after 1 pending polls")]
    fn a_service_that_is_ready_is_no_pending_case() {
        pending_once(Echo::at_once(), 1);
    }
}
