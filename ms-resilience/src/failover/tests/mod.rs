//! Failovers through their public names, and their hearts.

mod attempts;
mod available;
mod budgets;
mod hearts;
mod lawful;
#[cfg(ms_loom)]
mod loom;
mod model;
mod moving;
mod observed;
mod readiness;
mod returning;
mod settings;
mod sticky;
#[cfg(not(ms_loom))]
mod stress;

use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use ms_core::availability::{Availability, Available};
use ms_core::clock::{Instant, later, now};
use ms_core::registry::Registry;
use ms_core::rejection::{Reason, Rejection};
use ms_core::repeat::Plain;
use ms_core::testing::probe::{Answer, Probe, ProbeFuture, ProbeHandle};
use ms_core::testing::reading::value;
use ms_core::verdict::{Failure, Verdict};
use tower::{Service, ServiceExt};

use super::{EndpointStanding, Failover, FailoverConfig, FailoverHandle};

/// What an endpoint says when something is wrong, and which endpoint it is.
#[derive(Debug)]
#[expect(dead_code, reason = "which it is, tests read in what `Debug` writes")]
enum Error {
    Broken(usize),
    /// The request certainly never left.
    NotSent(usize),
    /// Another endpoint would not mend it.
    Final(usize),
    /// It says nothing of the endpoint.
    Neutral(usize),
    Rejected(Rejection),
}
ms_core::rejectable!(Error::Rejected);

/// An answer that is a failure.
const BAD: u32 = 500;

/// What the policies of an endpoint say.
const FULL: Reason = Reason::unavailable("test", "full");
const FORBIDDEN: Reason = Reason::forbidden("test", "forbidden");

fn classify(outcome: Result<&u32, &Error>) -> Verdict {
    match outcome {
        Ok(&BAD) | Err(Error::Broken(_) | Error::Rejected(_)) => Failure::IF_SAFE.into(),
        Ok(_) => Verdict::Success,
        Err(Error::NotSent(_)) => Failure::NEVER_SENT.into(),
        Err(Error::Final(_)) => Failure::FINAL.into(),
        Err(Error::Neutral(_)) => Verdict::Neutral,
    }
}

type Script = Answer<u32, Error>;
type Handle = ProbeHandle<u32, u32, Error>;
type Requests = Plain<fn(&u32) -> bool>;
type Classifier = fn(Result<&u32, &Error>) -> Verdict;
type Users = Failover<Endpoint, Requests, Classifier>;

/// An endpoint that does as it is told, and says whether it is available as it is told.
#[derive(Clone)]
struct Endpoint {
    probe: Probe<u32, u32, Error>,
    availability: Arc<Mutex<Availability>>,
}

impl Available for Endpoint {
    fn availability(&self, now: Instant) -> Availability {
        match *self.availability.try_lock().expect("a test holds it that wants nobody to ask") {
            Availability::At(moment) => Availability::from_moment(moment, now),
            known => known,
        }
    }
}

impl Service<u32> for Endpoint {
    type Response = u32;
    type Error = Error;
    type Future = ProbeFuture<u32, u32, Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.probe.poll_ready(cx)
    }

    fn call(&mut self, request: u32) -> Self::Future {
        self.probe.call(request)
    }
}

/// A failover over endpoints that answer with their place, in a registry of its own. Even requests
/// may be sent twice.
struct Stand {
    registry: Registry,
    users: Users,
    handle: FailoverHandle,
    endpoints: Vec<Handle>,
    availability: Vec<Arc<Mutex<Availability>>>,
}

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Three endpoints and the defaults, but for a budget that pays for as much as a test needs.
fn stand() -> Stand {
    Stand::new(&config(), 3)
}

fn config() -> FailoverConfig {
    let budget = crate::budget::Funded::default().cap(1000.0).start(1000.0);
    FailoverConfig::default().budget(budget)
}

impl Stand {
    fn new(config: &FailoverConfig, endpoints: usize) -> Self {
        let registry = Registry::new();
        let (mut services, mut handles, mut availability) = (Vec::new(), Vec::new(), Vec::new());
        for index in 0..endpoints {
            let place = u32::try_from(index).unwrap();
            let (probe, handle) = Probe::with_error(move |_| Answer::ready(place));
            let open = Arc::new(Mutex::new(Availability::Now));
            availability.push(Arc::clone(&open));
            handles.push(handle);
            services.push(Endpoint { probe, availability: open });
        }
        let is_even: fn(&u32) -> bool = |request| request % 2 == 0;
        let users = Failover::new("users", config, services)
            .unwrap()
            .registry(&registry)
            .plain(is_even)
            .classify(classify as Classifier);
        let handle = users.handle();
        Self { registry, users, handle, endpoints: handles, availability }
    }

    /// From now on the endpoint says this to each request.
    fn says<F>(&self, index: usize, script: F)
    where
        F: Fn() -> Script + Send + Sync + 'static,
    {
        self.endpoints[index].respond(move |_| script());
    }

    /// From now on it fails.
    fn breaks(&self, index: usize) {
        self.says(index, move || Answer::result(Err(Error::Broken(index))));
    }

    /// From now on it answers with its place.
    fn works(&self, index: usize) {
        let place = u32::try_from(index).unwrap();
        self.says(index, move || Answer::ready(place));
    }

    fn shut(&self, index: usize, availability: Availability) {
        *self.availability[index].lock().unwrap() = availability;
    }

    /// It is not available for so long.
    fn shut_for(&self, index: usize, time: Duration) {
        self.shut(index, Availability::At(later(now(), time)));
    }

    /// Makes the call on a clone, as clients do.
    async fn call(&self, request: u32) -> Result<u32, Error> {
        self.users.clone().oneshot(request).await
    }

    /// What such a call gives, as it reads.
    async fn said(&self, request: u32) -> String {
        format!("{:?}", self.call(request).await)
    }

    /// How often each endpoint was called.
    fn calls(&self) -> Vec<usize> {
        self.endpoints.iter().map(|endpoint| endpoint.seen().calls).collect()
    }

    fn standing(&self, index: usize) -> EndpointStanding {
        self.handle.endpoints()[index].standing
    }

    /// How many calls ended like this.
    fn counted(&self, outcome: &str) -> f64 {
        value(&self.registry, "resilience.failover.calls", &[("outcome", outcome)]).unwrap()
    }
}
