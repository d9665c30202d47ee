//! A policy of one's own: a layer that refuses strangers, counts what it does, and is observable
//! like ours. Run it with `cargo run --bin custom_policy`; CONTRIBUTING.md walks through it.

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, ready};

use ms_core::availability::{Availability, Available};
use ms_core::clock::Instant;
use ms_core::context::Context;
use ms_core::lease::Leases;
use ms_core::name::Name;
use ms_core::principal::Principal;
use ms_core::registry::{Anew, Keeper, Metric, Policy, Readings, Registry, Voice};
use ms_core::rejection::{BoxError, Reason, Rejectable, Rejection};
use ms_core::tally::{Outcome, Tally, Ticket};
use pin_project::pin_project;
use tower::{Layer, Service, ServiceExt, service_fn};

/// Why it refuses. Our own side is at fault, which is the default: the peer was never called.
const STRANGER: Reason = Reason::forbidden("greet", "stranger").text("we have not met");

const CALLS: Metric = Metric::new("example.greet.calls", "{call}", "Calls by how they ended.");

/// How a call ends.
#[derive(Debug, Clone, Copy)]
enum CallOutcome {
    Completed,
    Refused,
    Cancelled,
}

impl Outcome for CallOutcome {
    const ALL: &'static [(Self, &'static str)] = &[
        (Self::Completed, "completed"),
        (Self::Refused, "refused"),
        (Self::Cancelled, "cancelled"),
    ];
    /// How a call ends that is dropped before anything was said of it.
    const ABANDONED: Self = Self::Cancelled;

    fn index(self) -> usize {
        self as usize
    }
}

/// What all services of one layer share, as the registry sees it.
#[derive(Debug)]
struct Handle {
    leases: Leases<Voice, Tally<CallOutcome>>,
}

impl Handle {
    fn new(voice: Voice) -> Self {
        Self { leases: Leases::striped(voice) }
    }

    /// What a call holds until it is over.
    fn ticket(&self) -> Ticket<Voice, CallOutcome> {
        Ticket::new(self.leases.take())
    }
}

impl Policy for Handle {
    fn voice(&self) -> &Voice {
        self.leases.shared()
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("refuses strangers")
    }

    fn read(&self, out: &mut dyn Readings) {
        Tally::read(&self.leases, &CALLS, None, out);
    }
}

impl Anew for Handle {
    fn anew(&self, voice: Voice) -> Self {
        Self::new(voice)
    }
}

/// The layer. The `Keeper` knows about names, registries and isolation.
#[derive(Debug, Clone)]
struct GreetLayer {
    keeper: Keeper<Handle>,
}

impl GreetLayer {
    fn named(name: impl Into<Name>) -> Self {
        Self { keeper: Keeper::new("greet", name, Handle::new) }
    }

    #[cfg(test)]
    fn registry(self, registry: &Registry) -> Self {
        Self { keeper: self.keeper.registry(registry) }
    }
}

impl<S> Layer<S> for GreetLayer {
    type Service = Greet<S>;

    fn layer(&self, inner: S) -> Greet<S> {
        Greet { inner, handle: self.keeper.lend() }
    }
}

/// The service.
#[derive(Debug, Clone)]
struct Greet<S> {
    inner: S,
    handle: Arc<Handle>,
}

impl<S, Req> Service<Req> for Greet<S>
where
    S: Service<Req>,
    S::Error: Rejectable,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Greeting<S::Future>;

    fn poll_ready(&mut self, cx: &mut TaskContext<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Req) -> Self::Future {
        // The ticket first: should the inner `call` panic, the call is counted all the same.
        let ticket = self.handle.ticket();
        let fate = match Context::here().principal() {
            Some(_) => Fate::Admitted(self.inner.call(request)),
            None => Fate::Refused,
        };
        Greeting { fate, ticket }
    }
}

impl<S: Available> Available for Greet<S> {
    fn availability(&self, now: Instant) -> Availability {
        self.inner.availability(now)
    }
}

/// The response future: named, pinned, and without a box.
#[pin_project]
#[derive(Debug)]
struct Greeting<F> {
    #[pin]
    fate: Fate<F>,
    ticket: Ticket<Voice, CallOutcome>,
}

#[pin_project(project = FateProj)]
#[derive(Debug)]
enum Fate<F> {
    Admitted(#[pin] F),
    Refused,
}

impl<F, Res, Err> Future for Greeting<F>
where
    F: Future<Output = Result<Res, Err>>,
    Err: Rejectable,
{
    type Output = Result<Res, Err>;

    fn poll(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let (outcome, result) = match this.fate.project() {
            FateProj::Admitted(future) => (CallOutcome::Completed, ready!(future.poll(cx))),
            FateProj::Refused => {
                let Some(voice) = this.ticket.shared() else { return Poll::Pending };
                (CallOutcome::Refused, Err(Rejection::new(&STRANGER, voice.name()).into()))
            }
        };
        this.ticket.end(outcome);
        Poll::Ready(result)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    let house = service_fn(|(): ()| async { Ok::<_, BoxError>("come in") });
    let house = GreetLayer::named("front door").layer(house);

    if let Err(error) = house.clone().oneshot(()).await {
        println!("nobody: {error}");
    }
    let guest = Context::new().with_principal(Principal::new("guest", "handshake"));
    println!("guest:  {}", guest.scope(house.clone().oneshot(())).await?);
    println!("\n{}", ms_telemetry::metrics::text(Registry::global()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use ms_core::testing::laws;
    use ms_core::testing::probe::{Answer, Probe};
    use ms_core::testing::reading::value;

    use super::*;

    fn known() -> Context {
        Context::new().with_principal(Principal::new("guest", "handshake"))
    }

    /// The laws are asked as somebody who is known: they ask for answers.
    #[tokio::test(start_paused = true)]
    async fn it_keeps_the_laws() {
        known().scope(laws::check(|| GreetLayer::named("door"))).await;
    }

    #[tokio::test]
    async fn a_stranger_is_refused_and_counted_and_never_reaches_the_house() {
        let registry = Registry::new();
        // Kept in a variable: a policy whose last holder is gone is not read any more.
        let layer = GreetLayer::named("door").registry(&registry);
        let (probe, handle) = Probe::<u32, u32, Rejection>::with_error(Answer::ready);

        let refused = layer.layer(probe).oneshot(7).await.unwrap_err();

        assert!(refused.is(&STRANGER));
        assert_eq!(handle.seen().calls, 0);
        assert_eq!(value(&registry, CALLS.name(), &[("outcome", "refused")]), Some(1.0));
    }
}
