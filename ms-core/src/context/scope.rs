//! Where a context holds: the door between a task and whoever asks.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::mem::{ManuallyDrop, swap};
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use pin_project::{pin_project, pinned_drop};

use super::value::{Context, Rest};
use crate::clock::now;
use crate::deadline::Limit;

thread_local! {
    /// The context of whatever this thread polls now.
    static HERE: Here = const {
        Here {
            limit: Cell::new(Limit::NONE),
            unguarded: Cell::new(Limit::NONE),
            rest: RefCell::new(ManuallyDrop::new(Rest::new())),
        }
    };
}

/// The limits stand apart since every call reads one.
///
/// The rest is not dropped with the thread: what is left then is empty, and a thread-local that
/// needs no drop is read without asking whether it is still there. It is borrowed only while it
/// is cloned or swapped, never while foreign code runs.
struct Here {
    limit: Cell<Limit>,
    unguarded: Cell<Limit>,
    rest: RefCell<ManuallyDrop<Rest>>,
}

impl Here {
    fn context(&self) -> Context {
        let rest = Rest::clone(&self.rest.borrow());
        Context::from_parts(self.limit.get(), self.unguarded.get(), rest)
    }

    #[inline]
    fn exchange(&self, context: &mut Context) {
        let (limit, unguarded, rest) = context.parts();
        *limit = self.limit.replace(*limit);
        *unguarded = self.unguarded.replace(*unguarded);
        swap(&mut **self.rest.borrow_mut(), rest);
    }
}

impl Context {
    /// The context of the task that asks; an empty one outside every scope.
    ///
    /// A limit that has not started yet starts now: what one keeps must not start anew wherever
    /// it is looked at. And nobody guards it, wherever it is kept.
    #[must_use]
    pub fn current() -> Self {
        let context = Self::here().left_alone();
        if context.limit().is_open() { context.started(now()) } else { context }
    }

    /// The context of the task that asks, as it stands: for a layer that passes it on at once, so
    /// that a limit which has not started stays so.
    #[inline]
    #[must_use]
    pub fn here() -> Self {
        HERE.with(Here::context)
    }

    /// How much time the call has that is under way here: a look that needs no clock.
    #[inline]
    #[must_use]
    pub fn current_limit() -> Limit {
        HERE.with(|here| here.limit.get())
    }

    /// What a timeout has to enforce of it: see [`unguarded`](Self::unguarded).
    #[inline]
    #[must_use]
    pub fn current_unguarded() -> Limit {
        HERE.with(|here| here.unguarded.get())
    }

    /// Runs `f` with this context as the current one.
    ///
    /// This is what named futures do around each poll; [`scope`](Self::scope) does it for you.
    #[inline]
    pub fn enter<T>(&mut self, f: impl FnOnce() -> T) -> T {
        let _back = Back::swap(self);
        f()
    }

    /// A future that is polled, and dropped, with this context as the current one.
    #[inline]
    pub fn scope<F>(self, future: F) -> Scoped<F> {
        Scoped { context: self, future: Some(future) }
    }
}

/// Spawns a task that starts with the context of the one that spawns it.
///
/// Work that shall go on when the request is over starts with
/// [`without_deadline`](Context::without_deadline):
/// `tokio::spawn(Context::current().without_deadline().scope(work))`.
///
/// # Panics
/// When it is called outside a tokio runtime.
pub fn spawn<F>(future: F) -> tokio::task::JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    tokio::spawn(Context::current().scope(future))
}

/// A future with a context of its own: made by [`Context::scope`].
#[pin_project(PinnedDrop)]
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct Scoped<F> {
    context: Context,
    /// Empty only while it is dropped, which happens inside the scope as well.
    #[pin]
    future: Option<F>,
}

impl<F: Future> Future for Scoped<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<F::Output> {
        let this = self.project();
        match this.future.as_pin_mut() {
            Some(future) => this.context.enter(|| future.poll(cx)),
            None => Poll::Pending,
        }
    }
}

#[pinned_drop]
impl<F> PinnedDrop for Scoped<F> {
    fn drop(self: Pin<&mut Self>) {
        let mut this = self.project();
        this.context.enter(|| this.future.set(None));
    }
}

/// Swaps back, also when whoever runs inside panics.
struct Back<'a>(&'a mut Context);

impl<'a> Back<'a> {
    #[inline]
    fn swap(context: &'a mut Context) -> Self {
        HERE.with(|here| here.exchange(context));
        Self(context)
    }
}

impl Drop for Back<'_> {
    #[inline]
    fn drop(&mut self) {
        HERE.with(|here| here.exchange(self.0));
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::time::Duration;

    use tokio::task::yield_now;

    use super::*;
    use crate::deadline::Deadline;

    fn numbered(attempt: u32) -> Context {
        Context::new().with_attempt(attempt)
    }

    fn here() -> u32 {
        Context::current().attempt()
    }

    #[tokio::test]
    async fn requests_that_one_thread_serves_by_turns_never_see_each_others_context() {
        let request = |attempt| {
            numbered(attempt).scope(async move {
                for _ in 0..10 {
                    assert_eq!(here(), attempt);
                    yield_now().await;
                }
            })
        };
        tokio::join!(request(1), request(2));
        assert_eq!(here(), 0);
    }

    #[test]
    fn a_panic_inside_leaves_the_context_outside_as_it_was() {
        let mut outer = numbered(1);
        outer.enter(|| {
            let inside = || numbered(2).enter(|| panic!("inside"));
            catch_unwind(AssertUnwindSafe(inside)).unwrap_err();
            assert_eq!(here(), 1);
        });
    }

    #[test]
    fn a_future_is_dropped_inside_its_scope() {
        struct OnDrop(std::rc::Rc<Cell<u32>>);
        impl Drop for OnDrop {
            fn drop(&mut self) {
                self.0.set(here());
            }
        }
        let seen = std::rc::Rc::default();
        drop(numbered(7).scope(OnDrop(std::rc::Rc::clone(&seen))));
        assert_eq!(seen.get(), 7);
    }

    #[tokio::test(start_paused = true)]
    async fn a_limit_that_nobody_waited_for_starts_when_it_is_kept() {
        let limit = Duration::from_secs(2);
        let mut context = Context::new().with_limit(Limit::within(limit));
        let kept = context.enter(Context::current);
        let deadline = Deadline::after(now(), limit);
        crate::clock::sleep(Duration::from_secs(1)).await;
        assert_eq!(kept.deadline(), Some(deadline));
    }

    #[tokio::test]
    async fn a_spawned_task_carries_the_context_along() {
        let there = numbered(3).scope(async { spawn(async { here() }).await }).await;
        assert_eq!(there.unwrap(), 3);
    }

    fn until(seconds: u64) -> Limit {
        Limit::until(Deadline::after(now(), Duration::from_secs(seconds)))
    }

    #[test]
    fn a_copy_that_is_kept_is_not_guarded_and_one_that_is_passed_on_at_once_is() {
        let limit = until(3);
        let mut guarded = Context::new().with_limit(limit).guarded();
        guarded.enter(|| {
            let (kept, passed_on) = (Context::current(), Context::here());
            assert_eq!((kept.limit(), kept.unguarded()), (limit, limit));
            assert_eq!((passed_on.limit(), passed_on.unguarded()), (limit, Limit::NONE));
        });
    }

    #[test]
    fn a_scope_gives_both_limits_back() {
        let looks = || (Context::current_limit(), Context::current_unguarded());
        let (outer, inner) = (until(9), until(3));
        Context::new().with_limit(outer).enter(|| {
            let mut guarded = Context::here().with_limit(inner).guarded();
            assert_eq!(guarded.enter(looks), (inner, Limit::NONE));
            assert_eq!(looks(), (outer, outer));
            assert_eq!((guarded.limit(), guarded.unguarded()), (inner, Limit::NONE));
        });
        assert_eq!(looks(), (Limit::NONE, Limit::NONE));
    }

    #[tokio::test]
    async fn s_to_2_nobody_guards_a_task_that_was_spawned() {
        let limit = until(3);
        let guarded = Context::new().with_limit(limit).guarded();
        let there = guarded.scope(async { spawn(async { Context::current_unguarded() }).await });
        assert_eq!(there.await.unwrap(), limit);
    }
}
