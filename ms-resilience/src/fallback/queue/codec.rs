//! How requests become bytes, and bytes requests.

use std::fmt;
use std::future::{Future, Ready, ready};

use ms_core::rejection::BoxError;

/// Makes bytes of a request that is to wait.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not make bytes of a `{Req}`",
    note = "`Codec::new(encode, decode)` does, with two functions of yours"
)]
pub trait Encode<Req>: Clone + Send + Sync + 'static {
    /// Gives the bytes. A request whose body streams takes a while.
    type Future: Future<Output = Result<Vec<u8>, BoxError>>;

    /// Makes bytes of `request`.
    fn encode(&self, request: Req) -> Self::Future;
}

/// Makes a request of bytes that waited.
pub trait Decode: Clone {
    /// The request.
    type Request;

    /// Makes a request of `entry`.
    ///
    /// # Errors
    /// When it cannot: the entry is set aside then.
    fn decode(&self, entry: &[u8]) -> Result<Self::Request, BoxError>;
}

/// Two functions that make bytes of a request, and a request of bytes.
///
/// ```
/// use ms_resilience::fallback::queue::{Codec, Decode};
///
/// let orders = Codec::new(
///     |order: &String| Ok::<_, std::convert::Infallible>(order.clone().into_bytes()),
///     |entry: &[u8]| String::from_utf8(entry.to_vec()),
/// );
/// assert_eq!(orders.decode(b"two books").unwrap(), "two books");
/// assert!(orders.decode(b"\xff").is_err());
/// ```
#[derive(Clone, Copy)]
pub struct Codec<E, D> {
    encode: E,
    decode: D,
}

impl<E, D> Codec<E, D> {
    /// A codec of two functions.
    pub const fn new<Req, Err, Fault>(encode: E, decode: D) -> Self
    where
        E: Fn(&Req) -> Result<Vec<u8>, Err>,
        D: Fn(&[u8]) -> Result<Req, Fault>,
    {
        Self { encode, decode }
    }
}

impl<E, D, Req, Err> Encode<Req> for Codec<E, D>
where
    E: Fn(&Req) -> Result<Vec<u8>, Err> + Clone + Send + Sync + 'static,
    D: Clone + Send + Sync + 'static,
    Err: Into<BoxError>,
{
    type Future = Ready<Result<Vec<u8>, BoxError>>;

    fn encode(&self, request: Req) -> Self::Future {
        ready((self.encode)(&request).map_err(Into::into))
    }
}

impl<E, D, Req, Err> Decode for Codec<E, D>
where
    E: Clone,
    D: Fn(&[u8]) -> Result<Req, Err> + Clone,
    Err: Into<BoxError>,
{
    type Request = Req;

    fn decode(&self, entry: &[u8]) -> Result<Req, BoxError> {
        (self.decode)(entry).map_err(Into::into)
    }
}

impl<E, D> fmt::Debug for Codec<E, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Codec").finish_non_exhaustive()
    }
}
