//! What can be a key.

use std::fmt::Display;
use std::hash::Hash;

/// By what calls are kept apart: a host, a tenant, a route. Implemented for whatever fits.
///
/// It is shown in names, `users/<key>`. One is made for each call, so what is cheap to make is
/// best: a number, an `Arc<str>`, an `http::HeaderValue` in a type that shows it.
///
/// ```
/// fn is_key<K: ms_resilience::keyed::Key>() {}
/// is_key::<u64>();
/// is_key::<std::sync::Arc<str>>();
/// is_key::<std::net::SocketAddr>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a key",
    note = "a key is `Hash + Eq + Clone + Display + Send + Sync + 'static`"
)]
pub trait Key: Hash + Eq + Clone + Display + Send + Sync + 'static {}

impl<K> Key for K where K: Hash + Eq + Clone + Display + Send + Sync + 'static {}
