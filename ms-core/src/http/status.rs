//! Rejections and transport errors as `tonic::Status`.
//!
//! ```
//! use ms_core::rejection::{Reason, Rejectable, Rejection};
//! use tonic_0_14::{Code, Status};
//!
//! const FULL: Reason = Reason::exhausted("bulkhead", "bulkhead_full");
//!
//! let status = Status::from(Rejection::new(&FULL, "orders"));
//! assert_eq!(status.code(), Code::ResourceExhausted);
//! assert!(status.as_rejection().is_some_and(|rejection| rejection.is(&FULL)));
//! ```
//!
//! A generated client passes on a `Status` and wraps any other error:
//! [`ErrorLayer::status`](crate::error::ErrorLayer::status) stands between it and a channel.

use std::error::Error as StdError;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use pin_project::pin_project;
use tonic_0_14::metadata::MetadataMap;
use tonic_0_14::{Code, ConnectError, Status};
use tower_layer::Layer;
use tower_service::Service;

use crate::error::ErrorLayer;
use crate::http::headers::GRPC_RETRY_PUSHBACK_MS;
use crate::http::respond::status::grpc_code;
use crate::http::retry_after::Pushback;
use crate::rejection::rejectable::{Rejectable, chain, find};
use crate::rejection::value::{BoxError, Rejection};

/// The code by the [`Kind`](crate::rejection::Kind), the text of the reason, the wait as
/// `grpc-retry-pushback-ms`; the rejection itself is the source and never leaves the process.
impl From<Rejection> for Status {
    fn from(rejection: Rejection) -> Self {
        let mut status = refused(&rejection);
        status.set_source(Arc::new(rejection));
        status
    }
}

/// Finds a rejection anywhere in the chain of sources.
impl Rejectable for Status {
    fn as_rejection(&self) -> Option<&Rejection> {
        find(self)
    }
}

impl ErrorLayer {
    /// Makes any error of a transport a `tonic::Status`, which generated clients pass on.
    ///
    /// A status or a rejection that is inside stays what it is; an error of connecting becomes
    /// `UNAVAILABLE`, and what is not known `UNKNOWN`. The error is the source.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use ms_core::error::ErrorLayer;
    /// use std::io::{Error, ErrorKind};
    /// use tonic_0_14::Code;
    /// use tower::{Layer, ServiceExt, service_fn};
    ///
    /// let channel = service_fn(|_: ()| async {
    ///     Err::<(), _>(Error::from(ErrorKind::ConnectionRefused))
    /// });
    /// let status = ErrorLayer::status().layer(channel).oneshot(()).await.unwrap_err();
    /// assert_eq!(status.code(), Code::Unavailable);
    /// # }
    /// ```
    #[must_use]
    pub const fn status() -> StatusLayer {
        StatusLayer
    }
}

/// Makes the error of a service a `tonic::Status`: [`ErrorLayer::status`].
#[derive(Debug, Clone, Copy, Default)]
pub struct StatusLayer;

impl<S> Layer<S> for StatusLayer {
    type Service = StatusService<S>;

    fn layer(&self, inner: S) -> StatusService<S> {
        StatusService { inner }
    }
}

/// The service of [`StatusLayer`].
#[derive(Debug, Clone)]
pub struct StatusService<S> {
    inner: S,
}

impl<S, Req> Service<Req> for StatusService<S>
where
    S: Service<Req>,
    S::Error: Into<BoxError>,
{
    type Response = S::Response;
    type Error = Status;
    type Future = StatusResponseFuture<S::Future>;

    #[inline]
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Status>> {
        self.inner.poll_ready(cx).map_err(|error| status(error.into()))
    }

    #[inline]
    fn call(&mut self, request: Req) -> Self::Future {
        StatusResponseFuture { future: self.inner.call(request) }
    }
}

/// The response future of [`StatusService`].
#[pin_project]
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct StatusResponseFuture<F> {
    #[pin]
    future: F,
}

impl<F, Res, Err> Future for StatusResponseFuture<F>
where
    F: Future<Output = Result<Res, Err>>,
    Err: Into<BoxError>,
{
    type Output = Result<Res, Status>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let polled = ready!(self.project().future.poll(cx));
        Poll::Ready(polled.map_err(|error| status(error.into())))
    }
}

#[cold]
fn status(error: BoxError) -> Status {
    let error = match error.downcast::<Rejection>() {
        Ok(rejection) => return (*rejection).into(),
        Err(error) => error,
    };
    if error.is::<Status>() {
        return Status::from_error(error);
    }
    let known = find(&*error).map(refused);
    let known = known.or_else(|| {
        is_of_connecting(&*error).then(|| Status::new(Code::Unavailable, error.to_string()))
    });
    match known {
        None => Status::from_error(error),
        Some(mut status) => {
            status.set_source(Arc::from(error));
            status
        }
    }
}

fn refused(rejection: &Rejection) -> Status {
    let reason = rejection.reason();
    let code = Code::from_i32(grpc_code(reason.kind()).number().into());
    let mut headers = rejection.headers().cloned().unwrap_or_default();
    if let Some(wait) = rejection.wait() {
        headers.insert(GRPC_RETRY_PUSHBACK_MS, Pushback::format(wait).into());
    }
    Status::with_metadata(code, reason.description(), MetadataMap::from_headers(headers))
}

/// A status that is inside goes first: it was made by somebody who knew more.
fn is_of_connecting(error: &(dyn StdError + 'static)) -> bool {
    let connecting = |error: &io::Error| {
        matches!(
            error.kind(),
            io::ErrorKind::ConnectionRefused
                | io::ErrorKind::ConnectionReset
                | io::ErrorKind::ConnectionAborted
                | io::ErrorKind::NotConnected
                | io::ErrorKind::BrokenPipe
                | io::ErrorKind::HostUnreachable
                | io::ErrorKind::NetworkUnreachable
                | io::ErrorKind::AddrNotAvailable
                | io::ErrorKind::TimedOut
        )
    };
    !chain(error).any(|error| error.is::<Status>())
        && chain(error)
            .any(|error| error.is::<ConnectError>() || error.downcast_ref().is_some_and(connecting))
}
