//! Responses over HTTP, kept as they go by.

mod kept;
mod not_kept;

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::channel::{Channel, Sender};
use http_body_util::{BodyExt, Full};
use ms_core::http::classify::Http;
use ms_core::rejection::BoxError;
use tower::{Layer, Service, service_fn};

use super::super::super::FallbackLayer;
use super::super::{Bodies, Cache, CacheConfig, CachedBody};

type Live = http_body_util::combinators::BoxBody<Bytes, BoxError>;
type Answered = Result<Response<CachedBody<Live>>, BoxError>;

fn full(data: &'static str) -> Live {
    Full::from(data).map_err(|never: Infallible| match never {}).boxed()
}

fn channel() -> (Sender<Bytes, BoxError>, Live) {
    let (sender, body) = Channel::new(4);
    (sender, body.boxed())
}

/// A service that gives what is put in, and 503 when nothing is there, behind a cache.
struct Stand {
    next: Arc<Mutex<Vec<Response<Live>>>>,
    call: Box<dyn FnMut() -> Pin<Box<dyn Future<Output = Answered>>>>,
    cache: Cache,
}

fn stand(config: &CacheConfig) -> Stand {
    let next: Arc<Mutex<Vec<Response<Live>>>> = Arc::default();
    let given = Arc::clone(&next);
    let inner = service_fn(move |_: Request<()>| {
        let unavailable = || {
            let status = StatusCode::SERVICE_UNAVAILABLE;
            Response::builder().status(status).body(full("out of order")).unwrap()
        };
        let response = given.lock().unwrap().pop().unwrap_or_else(unavailable);
        async move { Ok::<_, BoxError>(response) }
    });
    let key = |request: &Request<()>| Some(request.uri().path().to_owned());
    let layer = FallbackLayer::cached_as("pages", Bodies::up_to(20), key).classify(Http);
    let layer = layer.config(config).unwrap();
    let mut service = layer.layer(inner);
    let call = move || -> Pin<Box<dyn Future<Output = Answered>>> {
        Box::pin(service.call(Request::new(())))
    };
    Stand { next, call: Box::new(call), cache: layer.handle() }
}

impl Stand {
    fn new() -> Self {
        stand(&CacheConfig::default())
    }

    fn put(&self, response: Response<Live>) {
        self.next.lock().unwrap().push(response);
    }

    async fn call(&mut self) -> Response<CachedBody<Live>> {
        (self.call)().await.unwrap()
    }

    /// Calls, and reads all.
    async fn read(&mut self) -> (StatusCode, String) {
        let response = self.call().await;
        let status = response.status();
        let data = response.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(data.to_vec()).unwrap())
    }

    fn entries(&self) -> usize {
        self.cache.snapshot().entries
    }
}

fn found(text: &str) -> (StatusCode, String) {
    (StatusCode::OK, text.to_owned())
}
