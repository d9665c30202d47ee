//! Reads one number from a registry.

use crate::registry::{Label, Registry, Value};

/// What `metric` reads for the series that bear each of `labels`, or `None` if there is none.
///
/// Where several series fit it is their sum, and of a histogram how many values it holds.
///
/// ```
/// use ms_core::lease::Counter;
/// use ms_core::registry::{Metric, Policy, Readings, Registry, Voice};
/// use ms_core::testing::reading::value;
/// use std::{fmt, sync::Arc};
///
/// const CALLS: Metric = Metric::new("shop.calls", "{call}", "Calls by how they ended.");
///
/// struct Shop(Voice, Counter);
///
/// impl Policy for Shop {
///     fn voice(&self) -> &Voice {
///         &self.0
///     }
///     fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
///         f.write_str("open")
///     }
///     fn read(&self, out: &mut dyn Readings) {
///         out.counter(&CALLS, &[("outcome", "success")], self.1.get());
///     }
/// }
///
/// let registry = Registry::new();
/// let shop = registry.register("shop", "corner", |v| Arc::new(Shop(v, Counter::default())));
/// shop.1.count();
///
/// assert_eq!(value(&registry, "shop.calls", &[("outcome", "success")]), Some(1.0));
/// assert_eq!(value(&registry, "shop.calls", &[("outcome", "failure")]), None);
/// ```
#[must_use]
pub fn value(registry: &Registry, metric: &str, labels: &[Label<'_>]) -> Option<f64> {
    let readings = registry.readings();
    let fitting = readings.iter().filter(|reading| reading.is(metric, labels));
    fitting.map(|reading| number(&reading.value)).reduce(|sum, more| sum + more)
}

#[allow(clippy::cast_precision_loss, reason = "a test counts less than 2^53")]
fn number(value: &Value) -> f64 {
    match value {
        Value::Counter(count) => *count as f64,
        Value::Gauge(gauge) => *gauge,
        Value::Histogram(distribution) => distribution.count() as f64,
    }
}
