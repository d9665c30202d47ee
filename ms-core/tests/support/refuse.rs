//! A layer that refuses what the path of the request names.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{HeaderValue, Request, Uri, header};
use ms_core::rejection::{Reason, Rejectable, Rejection};
use tower::{Layer, Service};

static REASONS: [Reason; 7] = [
    Reason::unavailable("secret_policy", "unavailable").text("come \"back\" later, 100 %"),
    Reason::exhausted("secret_policy", "exhausted"),
    Reason::deadline("secret_policy", "deadline"),
    Reason::invalid("secret_policy", "invalid"),
    Reason::unauthenticated("secret_policy", "unauthenticated"),
    Reason::forbidden("secret_policy", "forbidden"),
    Reason::internal("secret_policy", "internal"),
];

#[derive(Debug, Clone)]
pub(crate) struct Refuse;

#[derive(Debug, Clone)]
pub(crate) struct RefuseService<S>(S);

impl<S> Layer<S> for Refuse {
    type Service = RefuseService<S>;

    fn layer(&self, inner: S) -> RefuseService<S> {
        RefuseService(inner)
    }
}

impl<S, B> Service<Request<B>> for RefuseService<S>
where
    S: Service<Request<B>>,
    S::Future: Send + 'static,
    S::Error: Rejectable,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        match rejection(request.uri()) {
            Some(rejection) => Box::pin(async { Err(rejection.into()) }),
            None => Box::pin(self.0.call(request)),
        }
    }
}

fn rejection(uri: &Uri) -> Option<Rejection> {
    let code = uri.path().rsplit('/').next()?;
    let reason = REASONS.iter().find(|reason| reason.code() == code)?;
    let rejection = Rejection::new(reason, "secret name")
        .caused_by("secret cause")
        .header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    let waits = matches!(code, "unavailable" | "exhausted");
    Some(if waits { rejection.retry_after(Duration::from_millis(1200)) } else { rejection })
}
