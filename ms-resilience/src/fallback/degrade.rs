//! How an answer says that it is not the one that was asked for.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

/// What a degraded answer says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Degraded {
    /// Who gave it: `value`, `function`, `service`, `cache`, `queue`.
    pub by: &'static str,
    /// What was wrong: the code of a rejection such as `circuit_open`, `failure`, `not_ready`, or
    /// `refreshing` where another call was under way to find out.
    pub reason: &'static str,
    /// How old it is, if it was kept from before.
    pub age: Option<Duration>,
}

impl Degraded {
    pub(super) const fn new(by: &'static str, reason: &'static str) -> Self {
        Self { by, reason, age: None }
    }

    pub(super) const fn aged(self, age: Duration) -> Self {
        Self { age: Some(age), ..self }
    }
}

/// A response that can say that it is degraded.
///
/// HTTP responses say it in a header and an extension. Numbers, text and collections have no place
/// for it and stay as they are. For a type of your own it takes a few lines; or tell the layer how
/// to mark it, or that it is [not to be](super::FallbackLayer::unmarked).
///
/// ```
/// use ms_resilience::fallback::{Degrade, Degraded};
///
/// struct Users {
///     names: Vec<String>,
///     is_stale: bool,
/// }
///
/// impl Degrade for Users {
///     fn degrade(&mut self, degraded: &Degraded) {
///         self.is_stale = degraded.age.is_some();
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot say that it is degraded",
    label = "the response of the wrapped service",
    note = "implement `Degrade` for it, or tell the layer what to do: \
            `.mark(|response: &mut {Self}, degraded: &Degraded| …)` or `.unmarked()`"
)]
pub trait Degrade {
    /// Takes note that it is degraded.
    fn degrade(&mut self, degraded: &Degraded);

    /// Takes note that it was kept from before, for so long as was asked for.
    fn age(&mut self, age: Duration) {
        let _ = age;
    }
}

macro_rules! no_place_for_it {
    ($([$($param:ident),*] $type:ty;)*) => {$(
        impl<$($param),*> Degrade for $type {
            fn degrade(&mut self, _: &Degraded) {}
        }
    )*};
}

no_place_for_it! {
    [] (); [] bool; [] char; [] String; [] &'static str; [] Cow<'static, str>;
    [] u8; [] u16; [] u32; [] u64; [] u128; [] usize;
    [] i8; [] i16; [] i32; [] i64; [] i128; [] isize; [] f32; [] f64;
    [T] Vec<T>; [T] VecDeque<T>; [T] Arc<T>; [T] BTreeSet<T>; [K, V] BTreeMap<K, V>;
    [T, H] HashSet<T, H>; [K, V, H] HashMap<K, V, H>; [A, B] (A, B); [A, B, C] (A, B, C);
}

impl<T: Degrade> Degrade for Option<T> {
    fn degrade(&mut self, degraded: &Degraded) {
        if let Some(inside) = self {
            inside.degrade(degraded);
        }
    }

    fn age(&mut self, age: Duration) {
        if let Some(inside) = self {
            inside.age(age);
        }
    }
}

impl<T: Degrade> Degrade for Box<T> {
    fn degrade(&mut self, degraded: &Degraded) {
        (**self).degrade(degraded);
    }

    fn age(&mut self, age: Duration) {
        (**self).age(age);
    }
}

/// Marks the answers of a fallback.
///
/// Closures `Fn(&mut Res, &Degraded)` do.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not mark a `{Res}` as degraded",
    note = "implement `Degrade` for `{Res}`, or tell the layer what to do: \
            `.mark(|response: &mut {Res}, degraded: &Degraded| …)` or `.unmarked()`"
)]
pub trait Mark<Res>: Clone {
    /// Marks `response`.
    fn mark(&self, response: &mut Res, degraded: &Degraded);

    /// Says how old `response` is, which is no older than was asked for.
    fn age(&self, response: &mut Res, age: Duration) {
        let _ = (response, age);
    }
}

impl<F, Res> Mark<Res> for F
where
    F: Fn(&mut Res, &Degraded) + Clone,
{
    fn mark(&self, response: &mut Res, degraded: &Degraded) {
        self(response, degraded);
    }
}

/// The response says it as its type [can](Degrade): the default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Marked;

impl<Res: Degrade> Mark<Res> for Marked {
    fn mark(&self, response: &mut Res, degraded: &Degraded) {
        response.degrade(degraded);
    }

    fn age(&self, response: &mut Res, age: Duration) {
        response.age(age);
    }
}

/// Responses stay as they are; the answers are counted all the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unmarked;

impl<Res> Mark<Res> for Unmarked {
    fn mark(&self, _: &mut Res, _: &Degraded) {}
}
