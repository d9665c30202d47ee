//! What goes through a layer comes out as it was.

use std::time::Duration;

use super::drive::Law;
use super::subject::{Handle, Inner, TestedLayer};
use crate::clock::now;
use crate::rejection::Rejectable;
use crate::testing::probe::{Answer, Probe, ProbeError};

/// tokio's timers count in milliseconds, and round up.
const TICK: Duration = Duration::from_millis(1);

/// An inner service that answers with the request.
pub(super) fn echo() -> (Inner, Handle) {
    Probe::new(Answer::ready)
}

/// A request reaches the inner service, and its answer the caller, as they were.
pub async fn an_answer_passes_unchanged<L: TestedLayer>(make: impl Fn() -> L) {
    let law = Law("an_answer_passes_unchanged");
    let (probe, handle) = Probe::new(|request: u32| Answer::ready(request * 2));
    let mut service = make().layer(probe);
    let outcome = law.outcome(&mut service, 21).await;
    law.require_answer("where the inner service answered", &outcome, 42);
    let seen = handle.requests();
    law.require(seen.first() == Some(&21), format_args!("[21] was sent, {seen:?} arrived"));
}

/// An error of the inner service reaches the caller as it was (S-14), and harms no later call.
///
/// The caller's error may have another type, but has to show the text of the inner one.
pub async fn an_error_passes_unchanged<L: TestedLayer>(make: impl Fn() -> L) {
    let law = Law("an_error_passes_unchanged");
    let (probe, _handle) = Probe::new(|request: u32| match request {
        0 => Answer::error(ProbeError::new("the error of the inner service")),
        _ => Answer::ready(request),
    });
    let mut service = make().layer(probe);
    match law.outcome(&mut service, 0).await {
        Ok(answer) => law.broken(format_args!("it became the answer {answer}")),
        Err(error) => {
            law.require(error.as_rejection().is_none(), format_args!("it became {error:?}"));
            let same = format!("{error:?}").contains("the error of the inner service");
            law.require(same, format_args!("it became {error:?}"));
        }
    }
    law.echo("after an error", &mut service, 1).await;
}

/// A layer does not delay: what is ready at once is given at once, what comes later comes then.
pub async fn nothing_finishes_late<L: TestedLayer>(make: impl Fn() -> L) {
    let law = Law("nothing_finishes_late");
    for delay in [Duration::ZERO, Duration::from_millis(20)] {
        let (probe, _handle) = Probe::new(move |request: u32| match delay {
            Duration::ZERO => Answer::ready(request),
            _ => Answer::ready(request).after(delay),
        });
        let mut service = make().layer(probe);
        let start = now();
        law.echo("where time counts", &mut service, 1).await;
        let late = (now() - start).saturating_sub(delay);
        let what = format_args!("an answer due after {delay:?} came {late:?} late");
        law.require(late.is_zero() || (late <= TICK && !delay.is_zero()), what);
    }
}
