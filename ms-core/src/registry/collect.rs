//! How the numbers of a policy become a list.

use super::histogram::Distribution;
use super::metric::Metric;
use super::policy::Policy;
use super::readings::{Label, Reading, Readings, Value};

/// What `policy` says, one [`Reading`] per series.
pub(super) fn collect(policy: &dyn Policy, into: &mut Vec<Reading>) {
    policy.read(&mut Collector { policy, into });
}

struct Collector<'a> {
    policy: &'a dyn Policy,
    into: &'a mut Vec<Reading>,
}

impl Collector<'_> {
    fn push(&mut self, metric: &'static Metric, labels: &[Label<'_>], value: Value) {
        let voice = self.policy.voice();
        self.into.push(Reading {
            kind: voice.kind(),
            name: voice.name().clone(),
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
