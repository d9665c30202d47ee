//! The server itself.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::http::{Request, Uri};
use http_body::Body;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::client::legacy::{Builder, Client};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::{JoinHandle, JoinSet};

use super::act::Act;
use super::answer::answer;
use super::dial::Dial;
use super::received::Received;
use super::script::Script;

/// A server that fails by a script. It ends when it is dropped.
#[derive(Debug)]
pub(crate) struct FaultServer {
    address: SocketAddr,
    dial: Dial,
    received: watch::Receiver<Vec<Received>>,
    accepting: JoinHandle<()>,
}

impl FaultServer {
    pub(crate) async fn start(acts: impl IntoIterator<Item = Act>) -> Self {
        let script = Arc::new(Script::new(acts));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let dial = Dial::new(Arc::clone(&script), address);
        let (tell, received) = watch::channel(Vec::new());
        let accepting = tokio::spawn(accept(listener, script, tell));
        Self { address, dial, received, accepting }
    }

    pub(crate) fn uri(&self, path: &str) -> Uri {
        format!("http://{}{path}", self.address).parse().expect("a path")
    }

    /// How a client other than [`client`](Self::client) connects.
    pub(crate) fn dial(&self) -> Dial {
        self.dial.clone()
    }

    /// A client for HTTP/1.1, which opens a connection for every request and repeats none itself.
    pub(crate) fn client<B>(&self) -> Client<Dial, B>
    where
        B: Body<Data: Send> + Send,
    {
        builder().build(self.dial())
    }

    /// The same for HTTP/2.
    pub(crate) fn http2_client<B>(&self) -> Client<Dial, B>
    where
        B: Body<Data: Send> + Send,
    {
        builder().http2_only(true).build(self.dial())
    }

    /// All requests that arrived, in the order in which they came to their end.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.borrow().clone()
    }

    /// Waits until so many requests have arrived.
    pub(crate) async fn has_received(&self, requests: usize) {
        let enough = |received: &Vec<Received>| received.len() >= requests;
        self.received.clone().wait_for(enough).await.expect("the server runs");
    }
}

impl Drop for FaultServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Connections that are still open end with this, when the server does.
async fn accept(listener: TcpListener, script: Arc<Script>, tell: watch::Sender<Vec<Received>>) {
    let (tell, mut connections) = (Arc::new(tell), JoinSet::new());
    while let Ok((socket, _)) = listener.accept().await {
        let act = script.next();
        assert_ne!(act, Act::Refuse, "only a client that connects by `Dial` can be refused");
        connections.spawn(serve(socket, act, Arc::clone(&tell)));
    }
}

async fn serve(socket: TcpStream, act: Act, tell: Arc<watch::Sender<Vec<Received>>>) {
    socket.set_nodelay(true).expect("the connection is open");
    if act.resets() {
        socket.set_zero_linger().expect("the connection is open");
    }
    if act == Act::ResetBeforeReading {
        let begins = socket.peek(&mut [0]).await;
        return drop(begins);
    }
    let cut = Arc::new(Notify::new());
    let service = service_fn(|request: Request<Incoming>| {
        // A task of its own: what came is told also when the client goes away.
        let reading = tokio::spawn(read(request, Arc::clone(&tell)));
        let cut = Arc::clone(&cut);
        async move {
            reading.await.expect("reading does not panic");
            Ok::<_, Infallible>(answer(act, cut).await)
        }
    });
    let mut http = auto::Builder::new(TokioExecutor::new());
    http.http1().keep_alive(false);
    tokio::select! {
        _ = http.serve_connection(TokioIo::new(socket), service) => {}
        () = cut.notified() => {}
    }
}

async fn read(request: Request<Incoming>, tell: Arc<watch::Sender<Vec<Received>>>) {
    let received = Received::read(request).await;
    tell.send_modify(|all| all.push(received));
}

fn builder() -> Builder {
    let mut builder = Client::builder(TokioExecutor::new());
    builder.pool_max_idle_per_host(0).retry_canceled_requests(false);
    builder
}
