//! How a response is kept, and given again.

use std::fmt;

/// How responses of one kind are kept.
///
/// [`Copies`] keeps clones, [`Bodies`](super::Bodies) responses over HTTP. A way of your own keeps
/// less, or in another form:
///
/// ```
/// use ms_resilience::fallback::cache::{Keep, Slot};
///
/// /// Keeps short texts.
/// #[derive(Clone)]
/// struct Short;
///
/// impl Keep<String> for Short {
///     type Kept = Box<str>;
///     type Response = String;
///
///     fn keep<S: Slot<Box<str>>>(&self, response: String, mut slot: S) -> String {
///         match response.len() {
///             0..=80 => slot.put(response.as_str().into(), response.len() as u64),
///             _ => slot.pass(),
///         }
///         response
///     }
///
///     fn pass(&self, response: String) -> String {
///         response
///     }
///
///     fn restore(&self, kept: &Box<str>) -> String {
///         kept.to_string()
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not know how a `{Res}` is kept",
    note = "`Copies` keeps what is `Clone + Send + Sync`, `Bodies` an `http::Response`"
)]
pub trait Keep<Res>: Clone {
    /// What is kept of a response.
    type Kept: Send + Sync + 'static;

    /// What the caller gets.
    type Response;

    /// Passes on a good `response`. What is to be kept of it goes into the `slot`, now or when it
    /// is complete; a slot that is dropped empty says that there was no answer after all.
    fn keep<S>(&self, response: Res, slot: S) -> Self::Response
    where
        S: Slot<Self::Kept> + Send + Sync + 'static;

    /// Passes on a response that is not to be kept.
    fn pass(&self, response: Res) -> Self::Response;

    /// Gives again what was kept.
    fn restore(&self, kept: &Self::Kept) -> Self::Response;
}

/// Where one response is kept.
pub trait Slot<Kept> {
    /// Keeps `kept`, which weighs so many bytes. Only the first counts.
    fn put(&mut self, kept: Kept, weight: u64);

    /// The response is good, and not one to be kept.
    fn pass(&mut self);
}

impl<Kept, S: Slot<Kept> + ?Sized> Slot<Kept> for Box<S> {
    fn put(&mut self, kept: Kept, weight: u64) {
        (**self).put(kept, weight);
    }

    fn pass(&mut self) {
        (**self).pass();
    }
}

/// Keeps clones. What one weighs is its own size, without what it points to, unless told
/// [otherwise](Self::weighed).
#[derive(Clone, Copy)]
pub struct Copies<F = ()> {
    weigh: F,
}

impl Copies {
    /// Clones that weigh their own size.
    pub(in super::super) const SHALLOW: Self = Self { weigh: () };
}

impl<F> Copies<F> {
    /// Clones that weigh as many bytes as `weigh` says.
    ///
    /// ```
    /// use ms_resilience::fallback::{FallbackLayer, cache::{CacheLayer, Copies}};
    ///
    /// let by_length = Copies::weighed(|page: &String| page.len() as u64);
    /// let key = |path: &String| Some(path.clone());
    /// let pages: CacheLayer<_, _, String, _> = FallbackLayer::cached_as("pages", by_length, key);
    /// assert_eq!(pages.handle().snapshot().weight, 0);
    /// ```
    pub const fn weighed(weigh: F) -> Self {
        Self { weigh }
    }
}

/// Says what a response weighs.
pub trait Weigh<Res>: Clone {
    /// In bytes.
    fn weigh(&self, response: &Res) -> u64;
}

impl<Res> Weigh<Res> for () {
    fn weigh(&self, response: &Res) -> u64 {
        size_of_val(response) as u64
    }
}

impl<F, Res> Weigh<Res> for F
where
    F: Fn(&Res) -> u64 + Clone,
{
    fn weigh(&self, response: &Res) -> u64 {
        self(response)
    }
}

impl<F, Res> Keep<Res> for Copies<F>
where
    F: Weigh<Res>,
    Res: Clone + Send + Sync + 'static,
{
    type Kept = Res;
    type Response = Res;

    fn keep<S: Slot<Res>>(&self, response: Res, mut slot: S) -> Res {
        let weight = self.weigh.weigh(&response);
        slot.put(response.clone(), weight);
        response
    }

    fn pass(&self, response: Res) -> Res {
        response
    }

    fn restore(&self, kept: &Res) -> Res {
        kept.clone()
    }
}

impl<F> fmt::Debug for Copies<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Copies").finish_non_exhaustive()
    }
}
