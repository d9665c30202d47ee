//! The error design: one generic layer, and four kinds of services around which it fits.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test whose help fails, fails")]

use std::error::Error as StdError;
use std::fmt;
use std::future::{Ready, ready};
use std::io;
use std::task::{Context, Poll};

use ms_core::error::{Error, ErrorLayer};
use ms_core::rejectable;
use ms_core::rejection::{BoxError, Reason, Rejectable, Rejection};
use tower::{Layer, Service, ServiceBuilder, ServiceExt, service_fn};

const OPEN: Reason = Reason::unavailable("circuit_breaker", "circuit_open").text("it is open");

/// A layer as policies write it: it asks only for an error that can hold a rejection.
#[derive(Clone)]
struct Refuse;

#[derive(Clone)]
struct RefuseService<S>(S);

impl<S> Layer<S> for Refuse {
    type Service = RefuseService<S>;

    fn layer(&self, inner: S) -> RefuseService<S> {
        RefuseService(inner)
    }
}

impl<S> Service<()> for RefuseService<S>
where
    S: Service<()>,
    S::Error: Rejectable,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Ready<Result<S::Response, S::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, (): ()) -> Self::Future {
        ready(Err(Rejection::new(&OPEN, "users").into()))
    }
}

/// What a layer further out sees of the refusal of one further in.
async fn seen<S>(service: S) -> S::Error
where
    S: Service<(), Response = ()>,
    S::Error: Rejectable,
{
    let error = ServiceBuilder::new().layer(Refuse).service(service).oneshot(()).await;
    let Err(error) = error else { unreachable!("it refuses every call") };
    assert!(error.as_rejection().is_some_and(|rejection| rejection.is(&OPEN)));
    error
}

#[derive(Debug)]
enum UserError {
    NotFound,
    Rejected(Rejection),
}
rejectable!(UserError::Rejected);

#[derive(Debug)]
struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("broken")
    }
}

impl StdError for Broken {}

#[tokio::test]
async fn a_box_gets_a_rejection_and_shows_it() {
    let error: BoxError = seen(service_fn(|()| ready(Ok::<_, BoxError>(())))).await;
    assert!(error.is::<Rejection>());
}

#[tokio::test]
async fn a_box_around_a_box_still_shows_it() {
    #[derive(Debug)]
    struct Wrapped(BoxError);
    impl fmt::Display for Wrapped {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("wrapped")
        }
    }
    impl StdError for Wrapped {
        fn source(&self) -> Option<&(dyn StdError + 'static)> {
            Some(&*self.0)
        }
    }
    let inner = seen(service_fn(|()| ready(Ok::<_, BoxError>(())))).await;
    let outer: BoxError = Box::new(Wrapped(inner));
    assert!(outer.as_rejection().is_some());
}

#[test]
fn an_io_error_around_a_rejection_still_shows_it() {
    let error = io::Error::other(Rejection::new(&OPEN, "users"));
    assert!(BoxError::from(error).as_rejection().is_some());
}

#[tokio::test]
async fn an_enum_of_the_user_gets_a_rejection_and_shows_it() {
    let error = seen(service_fn(|()| ready(Ok::<_, UserError>(())))).await;
    assert!(matches!(error, UserError::Rejected(_)));
    assert!(UserError::NotFound.as_rejection().is_none());
}

#[tokio::test]
async fn any_other_error_gets_one_by_the_error_layer() {
    let client = service_fn(|()| ready(Err::<(), _>(Broken)));
    let error: Error<Broken> = seen(ErrorLayer.layer(client)).await;
    assert_eq!(error.to_string(), "rejected by circuit_breaker `users`: it is open");
    assert_eq!(error.source().unwrap().to_string(), "circuit_breaker `users`: it is open");
}

#[tokio::test]
async fn s_14_the_error_of_the_service_passes_through_the_layers_as_it_is() {
    let client = service_fn(|()| ready(Err::<(), _>(Broken)));
    let error = ErrorLayer.layer(client).oneshot(()).await.unwrap_err();
    assert!(error.as_rejection().is_none());
    assert!(matches!(error, Error::Service(Broken)));
}

#[cfg(feature = "tonic-0_14")]
mod status {
    use std::time::Duration;

    use tonic_0_14::{Code, Status};

    use super::*;

    /// What a generated client sees of an error of its transport.
    async fn status_of<E: Into<BoxError>>(error: E) -> Status {
        let error = std::cell::Cell::new(Some(error));
        let client = service_fn(|()| ready(Err::<(), _>(error.take().unwrap())));
        ErrorLayer::status().layer(client).oneshot(()).await.unwrap_err()
    }

    #[tokio::test]
    async fn a_status_gets_a_rejection_and_shows_it() {
        let status = seen(service_fn(|()| ready(Ok::<_, Status>(())))).await;
        assert_eq!((status.code(), status.message()), (Code::Unavailable, "it is open"));
    }

    #[tokio::test]
    async fn a_wait_becomes_a_pushback() {
        let wait = Duration::from_micros(1500);
        let status = Status::from(Rejection::new(&OPEN, "users").retry_after(wait));
        assert_eq!(status.metadata().get("grpc-retry-pushback-ms").unwrap(), "2");
    }

    #[tokio::test]
    async fn a_status_that_was_refused_does_not_tell_the_peer_who_refused() {
        let headers = Status::from(Rejection::new(&OPEN, "users")).into_http::<String>();
        assert!(!format!("{headers:?}").contains("users"));
    }

    #[tokio::test]
    async fn a_transport_error_becomes_a_status_with_that_error_behind_it() {
        let status = status_of(Broken).await;
        assert_eq!(status.code(), Code::Unknown);
        assert!(status.source().is_some_and(|source| source.is::<Broken>()));
    }

    #[tokio::test]
    async fn an_error_of_connecting_is_unavailable() {
        let status = status_of(io::Error::from(io::ErrorKind::ConnectionRefused)).await;
        assert_eq!(status.code(), Code::Unavailable);
    }

    #[tokio::test]
    async fn a_status_that_is_inside_stays_what_it_is() {
        assert_eq!(status_of(Status::not_found("no")).await.code(), Code::NotFound);
    }

    #[tokio::test]
    async fn a_rejection_that_is_inside_stays_what_it_is() {
        let held = Error::<Broken>::Rejected(Rejection::new(&OPEN, "users"));
        for status in [status_of(Rejection::new(&OPEN, "users")).await, status_of(held).await] {
            assert_eq!(status.code(), Code::Unavailable);
            assert!(status.as_rejection().is_some_and(|rejection| rejection.is(&OPEN)));
        }
    }
}
