//! How a client connects.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::http::Uri;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpSocket, TcpStream};
use tower::Service;

use super::script::Script;

/// Connects to the server, or where nobody listens if that is what the next act says.
///
/// A connector for the client of hyper-util, and for a channel of tonic.
#[derive(Debug, Clone)]
pub(crate) struct Dial {
    script: Arc<Script>,
    open: SocketAddr,
    closed: Arc<ClosedPort>,
}

impl Dial {
    pub(super) fn new(script: Arc<Script>, open: SocketAddr) -> Self {
        Self { script, open, closed: Arc::new(ClosedPort::new()) }
    }
}

impl Service<Uri> for Dial {
    type Response = TokioIo<TcpStream>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<TokioIo<TcpStream>>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let refuses = self.script.refuses();
        let address = if refuses { self.closed.address } else { self.open };
        Box::pin(async move {
            let socket = TcpStream::connect(address).await?;
            socket.set_nodelay(true)?;
            Ok(TokioIo::new(socket))
        })
    }
}

/// A port that is taken, so that nobody else gets it, and on which nobody listens.
#[derive(Debug)]
struct ClosedPort {
    address: SocketAddr,
    _taken: TcpSocket,
}

impl ClosedPort {
    fn new() -> Self {
        let taken = TcpSocket::new_v4().expect("a socket");
        taken.bind(SocketAddr::from(([127, 0, 0, 1], 0))).expect("a free port");
        Self { address: taken.local_addr().expect("it is bound"), _taken: taken }
    }
}
