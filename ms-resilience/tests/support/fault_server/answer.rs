//! What is answered.

use std::future::pending;
use std::sync::Arc;

use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use ms_core::http::headers::GRPC_STATUS;
use tokio::sync::Notify;

use super::act::Act;
use super::body::{Piece, Pieces};

const UNAVAILABLE: HeaderValue = HeaderValue::from_static("14");

/// Answers a request that was read, or `cut`s its connection.
pub(super) async fn answer(act: Act, cut: Arc<Notify>) -> Response<Pieces> {
    match act {
        Act::Refuse | Act::ResetBeforeReading => unreachable!("nothing was read"),
        Act::ResetAfterReading => {
            cut.notify_one();
            pending().await
        }
        Act::Hang => pending().await,
        Act::Answer(body) => with_body(body, [Piece::Data(body.as_bytes())]),
        Act::Drip(body) => {
            let bytes = body.as_bytes().chunks(1);
            with_body(body, bytes.flat_map(|byte| [Piece::Data(byte), Piece::Flush]))
        }
        Act::Break(body) => {
            let half = &body.as_bytes()[..body.len() / 2];
            with_body(body, [Piece::Data(half), Piece::Flush, Piece::Cut(cut)])
        }
        Act::Busy(retry_after) => {
            let mut response = Response::new(Pieces::default());
            *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            let retry_after = HeaderValue::from_static(retry_after);
            response.headers_mut().insert(RETRY_AFTER, retry_after);
            response
        }
        Act::GrpcTrailers => {
            let trailers = HeaderMap::from_iter([(GRPC_STATUS, UNAVAILABLE)]);
            grpc(Pieces::new([Piece::Trailers(trailers)]))
        }
        Act::GrpcTrailersOnly => {
            let mut response = grpc(Pieces::default());
            response.headers_mut().insert(GRPC_STATUS, UNAVAILABLE);
            response
        }
    }
}

fn with_body(announced: &'static str, pieces: impl IntoIterator<Item = Piece>) -> Response<Pieces> {
    let mut response = Response::new(Pieces::new(pieces));
    response.headers_mut().insert(CONTENT_LENGTH, announced.len().into());
    response
}

fn grpc(body: Pieces) -> Response<Pieces> {
    let mut response = Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    response
}
