//! Peers that refuse, go away and hang up.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use h2::server::{self, SendResponse};
use h2::{Reason, RecvStream};
use http::{Request, Response};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// What the body of every request holds.
pub(crate) const ORDER: &str = "two books";

/// Settings as they are by default.
const SETTINGS: [u8; 9] = [0, 0, 0, 4, 0, 0, 0, 0, 0];

/// No stream was or will be looked at, and nothing is wrong.
const GOAWAY: [u8; 17] = [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/// Where nobody listens.
pub(crate) async fn nobody() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

/// A peer that reads a request, over any protocol, and resets the connection.
pub(crate) async fn hanging_up() -> SocketAddr {
    serve(|mut socket| async move {
        read_order(&mut socket).await;
        socket.set_zero_linger().unwrap();
    })
    .await
}

/// A peer that reads a request over HTTP/2, and says that it goes away without having looked at it.
pub(crate) async fn going_away() -> SocketAddr {
    serve(|mut socket| async move {
        socket.write_all(&SETTINGS).await.unwrap();
        read_order(&mut socket).await;
        socket.write_all(&GOAWAY).await.unwrap();
        while socket.read_u8().await.is_ok() {}
    })
    .await
}

/// A peer that reads requests over HTTP/2 and resets the streams of the first ones, for these
/// reasons; it answers those that come after, and tells what it has read.
pub(crate) async fn resetting<const N: usize>(reasons: [Reason; N]) -> (SocketAddr, Seen) {
    let (seen, told) = unbounded_channel();
    let reasons = Arc::new(Mutex::new(reasons.into_iter()));
    let address = serve(move |socket| {
        let (reasons, seen) = (Arc::clone(&reasons), seen.clone());
        async move {
            let mut connection = server::handshake(socket).await.unwrap();
            while let Some(Ok((request, respond))) = connection.accept().await {
                let reset = reasons.lock().unwrap().next();
                tokio::spawn(answer(request, respond, reset, seen.clone()));
            }
        }
    })
    .await;
    (address, told)
}

pub(crate) type Seen = UnboundedReceiver<Request<Bytes>>;

async fn answer(
    request: Request<RecvStream>,
    mut respond: SendResponse<Bytes>,
    reset: Option<Reason>,
    seen: UnboundedSender<Request<Bytes>>,
) {
    let (head, mut body) = request.into_parts();
    let mut content = Vec::new();
    while let Some(Ok(data)) = body.data().await {
        body.flow_control().release_capacity(data.len()).unwrap();
        content.extend_from_slice(&data);
    }
    seen.send(Request::from_parts(head, content.into())).unwrap();
    match reset {
        Some(reason) => respond.send_reset(reason),
        None => drop(respond.send_response(Response::new(()), true)),
    }
}

/// Gives every connection to `serve`.
async fn serve<F, Fut>(serve: F) -> SocketAddr
where
    F: Fn(TcpStream) -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(serve(socket));
        }
    });
    address
}

async fn read_order(socket: &mut TcpStream) {
    let mut read = Vec::new();
    while !String::from_utf8_lossy(&read).contains(ORDER) {
        assert_ne!(socket.read_buf(&mut read).await.unwrap(), 0, "the client went away");
    }
}
