//! What becomes of a call that is not admitted at once.

use std::sync::Arc;

use tower_service::Service;

use super::future::ResponseFuture;
use super::shared::Shared;
use super::state::State;
use super::wait::Wait;
use super::waiter::{Entry, Waiter};

/// A call was not admitted, since this is so. Out of line, and in two steps: a rejection is to be
/// cheap.
#[cold]
#[inline(never)]
pub(super) fn late<S, Req, R>(
    inner: &mut S,
    request: Req,
    shared: &Arc<Shared>,
    state: State,
) -> ResponseFuture<S, S::Future, Req, R>
where
    S: Service<Req> + Clone,
{
    if !state.has_queue(shared.gate.max_queue()) {
        return ResponseFuture::refused(shared.refuse(state));
    }
    queued(inner, request, shared)
}

/// What waits leaves the instance alone that was made ready, and owns a clone.
#[inline(never)]
fn queued<S, Req, R>(
    inner: &mut S,
    request: Req,
    shared: &Arc<Shared>,
) -> ResponseFuture<S, S::Future, Req, R>
where
    S: Service<Req> + Clone,
{
    match Waiter::join(shared) {
        Entry::Admitted(permit) => ResponseFuture::calling(inner.call(request), permit),
        Entry::Refused(rejection) => ResponseFuture::refused(rejection),
        Entry::Waits(waiter) => ResponseFuture::waiting(Wait::new(inner.clone(), request, waiter)),
    }
}
