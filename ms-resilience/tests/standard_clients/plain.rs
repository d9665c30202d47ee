//! A function that speaks over a socket of its own.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tower::{Layer, ServiceExt, service_fn};

use crate::support::fault_server::{Act, FaultServer};
use crate::{ORDER, Told, standard, told};

/// The status of the answer to one request.
async fn speak(address: String, method: &'static str) -> io::Result<u16> {
    let mut socket = TcpStream::connect(&address).await?;
    let request = format!(
        "{method} /orders HTTP/1.1\r\nhost: {address}\r\ncontent-length: {}\r\n\r\n{ORDER}",
        ORDER.len()
    );
    socket.write_all(request.as_bytes()).await?;
    let mut head = [0; 12];
    socket.read_exact(&mut head).await?;
    let status = std::str::from_utf8(&head[9..]).ok().and_then(|status| status.parse().ok());
    status.ok_or_else(|| io::Error::other("no status"))
}

async fn ask(server: FaultServer, method: &'static str) -> (Told, FaultServer) {
    let address = server.uri("/").authority().unwrap().to_string();
    let client = service_fn(move |method| speak(address.clone(), method));
    let stack = standard().plain(|method: &&str| *method == "PUT").layer(client);
    let told = stack.oneshot(method).await.map_err(|error| error.to_string());
    (told, server)
}

#[tokio::test]
async fn what_a_predicate_calls_safe_is_sent_again_and_nothing_else() {
    for act in [Act::ResetAfterReading, Act::Hang] {
        let put = told(act, |server| ask(server, "PUT")).await;
        assert_eq!(put, (Ok(200), 2), "{act:?}");
        let (post, arrived) = told(act, |server| ask(server, "POST")).await;
        assert!(post.is_err(), "{act:?}: {post:?}");
        assert_eq!(arrived, 1, "{act:?}");
    }
}
