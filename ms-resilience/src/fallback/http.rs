//! How a response over HTTP says that it is degraded.

use std::time::Duration;

use http::header::AGE;
use http::{HeaderName, HeaderValue, Response};

use super::degrade::{Degrade, Degraded};

/// Who gave a degraded answer: `value`, `function`, `service`, `cache` or `queue`.
pub const X_DEGRADED: HeaderName = HeaderName::from_static("x-degraded");

/// The header [`X_DEGRADED`], the extension [`Degraded`], and `Age` where it was kept.
impl<B> Degrade for Response<B> {
    fn degrade(&mut self, degraded: &Degraded) {
        self.headers_mut().insert(X_DEGRADED, HeaderValue::from_static(degraded.by));
        self.extensions_mut().insert(*degraded);
        if let Some(age) = degraded.age {
            self.age(age);
        }
    }

    /// To what it was old when it came, the time is added since.
    fn age(&mut self, age: Duration) {
        let before = self.headers().get(AGE).and_then(|age| age.to_str().ok()?.parse().ok());
        let seconds = before.unwrap_or(0_u64).saturating_add(age.as_secs());
        self.headers_mut().insert(AGE, HeaderValue::from(seconds));
    }
}

impl Degrade for bytes::Bytes {
    fn degrade(&mut self, _: &Degraded) {}
}
