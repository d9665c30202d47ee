//! A server that fails by a script, over real sockets, and remembers all that it was sent.
//!
//! ```text
//! let acts = [Act::Refuse, Act::ResetAfterReading, Act::Answer("done")];
//! let server = FaultServer::start(acts).await;
//! let client = server.client();
//! …
//! assert_eq!(server.received().len(), 2);
//! ```
//!
//! Every connection takes the next act, as it is accepted, and the last act is repeated. A client
//! of the server opens a connection for every request, by HTTP/1.1 or HTTP/2; so should any other.
//!
//! What it received is known before the client is told anything: whoever has an answer or an error
//! sees all that came before it.

#![allow(dead_code, unused_imports, reason = "each test uses some of it")]
#![allow(clippy::expect_used, reason = "a test whose help fails, fails")]

mod act;
mod answer;
mod body;
mod dial;
mod received;
mod script;
mod server;

pub(crate) use act::Act;
pub(crate) use dial::Dial;
pub(crate) use received::Received;
pub(crate) use server::FaultServer;
