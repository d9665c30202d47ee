//! One constructor for each kind of fallback.

use std::future::Future;
use std::hash::Hash;

use ms_core::name::Name;

use super::answer::Kind;
use super::cache::{CacheLayer, Copies};
use super::failed::Failed;
use super::function::Function;
use super::layer::FallbackLayer;
use super::other::Other;
use super::queue::{Queue, Queued, Receipt, Store};
use super::requests::{Cloned, Unkept};
use super::value::Value;

impl<T: Clone + Send + Sync + 'static> FallbackLayer<Value<T>> {
    /// Answers with `value`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// use ms_core::rejection::BoxError;
    /// use ms_resilience::fallback::FallbackLayer;
    /// use tower::{Layer, ServiceExt, service_fn};
    ///
    /// let broken = service_fn(|_: u32| async { Err::<Vec<String>, BoxError>("refused".into()) });
    /// let users = FallbackLayer::value("users", Vec::new()).layer(broken);
    /// assert!(users.oneshot(7).await.unwrap().is_empty());
    /// # }
    /// ```
    pub fn value(name: impl Into<Name>, value: T) -> Self {
        Self::asking(name.into(), Value::new(value), Unkept)
    }
}

impl<F, Req, Res, Err> FallbackLayer<Function<F, Req, Res, Err>, Cloned>
where
    F: Send + Sync + 'static,
    Req: 'static,
    Res: 'static,
    Err: 'static,
{
    /// Answers by a function of the request and of what went wrong, which returns a future.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// use ms_core::rejection::BoxError;
    /// use ms_resilience::fallback::FallbackLayer;
    /// use tower::{Layer, ServiceExt, service_fn};
    ///
    /// let broken = service_fn(|_: u32| async { Err::<String, BoxError>("refused".into()) });
    /// let layer = FallbackLayer::with("users", |id, failed| async move {
    ///     Ok(format!("user {id} ({})", failed.reason()))
    /// });
    /// assert_eq!(layer.layer(broken).oneshot(7).await.unwrap(), "user 7 (failure)");
    /// # }
    /// ```
    pub fn with<Fut>(name: impl Into<Name>, function: F) -> Self
    where
        F: Fn(Req, Failed<Res, Err>) -> Fut,
        Fut: Future<Output = Result<Res, Err>>,
    {
        Self::asking(name.into(), Function::new(function), Cloned)
    }
}

impl<S: Send + 'static, K> FallbackLayer<Other<S>, K> {
    /// Answers by another service.
    ///
    /// `requests` say how a request is sent a second time, and whether that does no harm: one that
    /// may have been worked on already goes to the other service only if it is safe. A circuit
    /// that is open, a readiness that fails, a connection that is refused leave no doubt.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// use ms_core::{rejection::BoxError, repeat::Plain};
    /// use ms_resilience::fallback::FallbackLayer;
    /// use tower::{Layer, ServiceExt, service_fn};
    ///
    /// let broken = service_fn(|_: u32| async { Err::<u32, BoxError>("refused".into()) });
    /// let replica = service_fn(|id: u32| async move { Ok::<u32, BoxError>(id * 2) });
    /// let reads = Plain::new(|_: &u32| true);
    /// let users = FallbackLayer::service("users", replica, reads).layer(broken);
    /// assert_eq!(users.oneshot(7).await.unwrap(), 14);
    /// # }
    /// ```
    pub fn service(name: impl Into<Name>, service: S, requests: K) -> Self {
        Self::asking(name.into(), Other::new(service), requests)
    }
}

impl<St, C, F> FallbackLayer<Queued<St, C, F>, Cloned>
where
    St: Store,
    C: Clone + Send + Sync + 'static,
    F: Send + Sync + 'static,
{
    /// Puts the request into `queue`, and answers at once with what `answer` makes of the receipt:
    /// see [`queue`](super::queue).
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// use ms_core::rejection::BoxError;
    /// use ms_resilience::fallback::FallbackLayer;
    /// use ms_resilience::fallback::queue::{Codec, MemoryStore, Queue, QueueConfig};
    /// use tower::{Layer, ServiceExt, service_fn};
    ///
    /// let codec = Codec::new(
    ///     |order: &String| Ok::<_, BoxError>(order.clone().into_bytes()),
    ///     |entry: &[u8]| String::from_utf8(entry.to_vec()),
    /// );
    /// let queue = Queue::new("orders", MemoryStore, codec, &QueueConfig::default()).unwrap();
    /// let layer = FallbackLayer::queued("orders", &queue, |receipt| {
    ///     format!("taken down as number {}", receipt.id)
    /// });
    ///
    /// let broken = service_fn(|_: String| async { Err::<String, BoxError>("refused".into()) });
    /// let answer = layer.layer(broken).oneshot("two books".to_owned()).await.unwrap();
    /// assert_eq!(answer, "taken down as number 0");
    /// assert_eq!(queue.snapshot().waiting, 1);
    /// # }
    /// ```
    pub fn queued<Res>(name: impl Into<Name>, queue: &Queue<St, C>, answer: F) -> Self
    where
        F: Fn(Receipt) -> Res,
    {
        Self::asking(name.into(), Queued::new(queue.clone(), answer), Cloned)
    }
}

impl FallbackLayer<()> {
    /// Answers with the last good answer to the same request, of which `key` says what is the same:
    /// see [`cache`](super::cache). Answers are cloned.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// use ms_core::rejection::BoxError;
    /// use ms_resilience::fallback::FallbackLayer;
    /// use std::sync::atomic::{AtomicU32, Ordering};
    /// use tower::{Layer, ServiceExt, service_fn};
    ///
    /// let asked = AtomicU32::new(0);
    /// let flaky = service_fn(|id: u32| {
    ///     let is_first = asked.fetch_add(1, Ordering::Relaxed) == 0;
    ///     async move { if is_first { Ok(format!("user {id}")) } else { Err("refused".into()) } }
    /// });
    /// let layer = FallbackLayer::cached("users", |id: &u32| Some(*id));
    /// let users = layer.layer(flaky);
    ///
    /// assert_eq!(users.clone().oneshot(7).await.unwrap(), "user 7");
    /// assert_eq!(users.clone().oneshot(7).await.unwrap(), "user 7"); // that of before
    /// let error: BoxError = users.oneshot(8).await.unwrap_err();
    /// # }
    /// ```
    pub fn cached<F, Req, Key, Res>(
        name: impl Into<Name>,
        key: F,
    ) -> CacheLayer<F, Key, Res, Copies>
    where
        F: Fn(&Req) -> Option<Key>,
        Key: Hash + Eq + Send + Sync + 'static,
        Res: Clone + Send + Sync + 'static,
    {
        CacheLayer::build(name.into(), Copies::SHALLOW, key)
    }

    /// The same for answers that are kept as `keep` says.
    pub fn cached_as<F, Req, Key, K, T>(
        name: impl Into<Name>,
        keep: K,
        key: F,
    ) -> CacheLayer<F, Key, T, K>
    where
        F: Fn(&Req) -> Option<Key>,
        Key: Hash + Eq + Send + Sync + 'static,
        T: Send + Sync + 'static,
    {
        CacheLayer::build(name.into(), keep, key)
    }
}

impl<A: Kind, K> FallbackLayer<A, K> {
    /// Answers by `answer`, a kind of your own: see [`Answer`](super::Answer). Of requests is kept
    /// what `requests` say: [`Unkept`](super::Unkept) where it has no use for them.
    pub fn by(name: impl Into<Name>, answer: A, requests: K) -> Self {
        Self::asking(name.into(), answer, requests)
    }
}
