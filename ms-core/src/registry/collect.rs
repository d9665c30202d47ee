//! How the numbers of a policy become a list.

use super::histogram::Distribution;
use super::metric::Metric;
use super::policy::Policy;
use super::readings::{Label, Reading, Readings, Value};
use crate::name::Name;

/// What `policy` says under the name `number`, or else its own: one [`Reading`] per series.
pub(super) fn collect(policy: &dyn Policy, number: Option<&Name>, into: &mut Vec<Reading>) {
    let voice = policy.voice();
    let name = number.unwrap_or_else(|| voice.name());
    policy.read(&mut Collector { kind: voice.kind(), name, into });
}

struct Collector<'a> {
    kind: &'static str,
    name: &'a Name,
    into: &'a mut Vec<Reading>,
}

impl Collector<'_> {
    fn push(&mut self, metric: &'static Metric, labels: &[Label<'_>], value: Value) {
        self.into.push(Reading {
            kind: self.kind,
            name: self.name.clone(),
            metric,
            labels: labels.iter().map(|&(key, value)| (key, value.to_owned())).collect(),
            value,
        });
    }
}

impl Readings for Collector<'_> {
    fn counter(&mut self, metric: &'static Metric, labels: &[Label<'_>], value: u64) {
        self.push(metric, labels, Value::Counter(value));
    }

    fn gauge(&mut self, metric: &'static Metric, labels: &[Label<'_>], value: f64) {
        self.push(metric, labels, Value::Gauge(value));
    }

    fn histogram(&mut self, metric: &'static Metric, labels: &[Label<'_>], value: &Distribution) {
        self.push(metric, labels, Value::Histogram(value.clone()));
    }
}
