//! Idle timeouts through their public names.

mod bodies;
mod settings;

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::channel::{Channel, Sender};
use ms_core::clock::sleep;
use ms_core::registry::Registry;
use ms_core::rejection::{BoxError, Rejectable};
use ms_core::testing::reading::value;
use tower::{Service, service_fn};

use super::{BODIES, STALLED};

type Chunks = Channel<Bytes, BoxError>;

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Sends one byte after each of the pauses, in seconds.
fn drips(pauses: &'static [u64]) -> Chunks {
    let (mut sender, body): (Sender<Bytes, BoxError>, _) = Channel::new(1);
    tokio::spawn(async move {
        for &pause in pauses {
            sleep(seconds(pause)).await;
            let _ = sender.send_data(Bytes::from_static(b".")).await;
        }
    });
    body
}

fn server(
    pauses: &'static [u64],
) -> impl Service<Request<()>, Response = Response<Chunks>, Error = BoxError, Future: Send> + Clone
{
    service_fn(move |_: Request<()>| async move { Ok(Response::new(drips(pauses))) })
}

fn count(registry: &Registry, outcome: &str) -> f64 {
    value(registry, BODIES.name(), &[("outcome", outcome)]).unwrap()
}

fn is_stalled<T>(result: &Result<T, BoxError>) -> bool {
    let rejection = result.as_ref().err().and_then(Rejectable::as_rejection);
    rejection.is_some_and(|rejection| rejection.is(&STALLED))
}
