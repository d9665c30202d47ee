//! What somebody reads who looks at a policy.

use super::histogram::Distribution;
use super::metric::Metric;
use crate::name::Name;

/// A label of one series: only closed sets of values, never what a request brought.
pub type Label<'a> = (&'static str, &'a str);

/// Where a policy writes its numbers when somebody looks.
pub trait Readings {
    /// A count that only grows.
    fn counter(&mut self, metric: &'static Metric, labels: &[Label<'_>], value: u64);

    /// A number as it is now.
    fn gauge(&mut self, metric: &'static Metric, labels: &[Label<'_>], value: f64);

    /// How waits or delays are spread.
    fn histogram(&mut self, metric: &'static Metric, labels: &[Label<'_>], value: &Distribution);
}

/// One number of one policy, at the moment of looking.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Reading {
    /// The kind of the policy, like `timeout`.
    pub kind: &'static str,
    /// The name of the policy.
    pub name: Name,
    /// What the number means.
    pub metric: &'static Metric,
    /// Which of the metric's series.
    pub labels: Vec<(&'static str, String)>,
    /// The number.
    pub value: Value,
}

impl Reading {
    /// Whether it belongs to `metric` and bears each of `labels`.
    #[must_use]
    pub fn is(&self, metric: &str, labels: &[Label<'_>]) -> bool {
        let bears = |(key, value): &Label<'_>| {
            self.labels.iter().any(|(have, text)| have == key && text == value)
        };
        self.metric.name() == metric && labels.iter().all(bears)
    }
}

/// The number in a [`Reading`].
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A count that only grows.
    Counter(u64),
    /// A number as it is now.
    Gauge(f64),
    /// How waits or delays are spread.
    Histogram(Distribution),
}
