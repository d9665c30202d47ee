//! The page itself.

use std::collections::BTreeMap;
use std::fmt::Write;

use ms_core::registry::{Distribution, Reading, Registry, Value};

use super::name::{kind, name, plain, quoted};

/// Every number of every living policy, in the text format of Prometheus (version 0.0.4).
#[must_use]
pub fn text(registry: &Registry) -> String {
    let mut families: BTreeMap<String, Vec<Reading>> = BTreeMap::new();
    for reading in registry.readings() {
        families.entry(name(reading.metric, &reading.value)).or_default().push(reading);
    }
    let mut page = String::new();
    for (name, readings) in &families {
        family(&mut page, name, readings);
    }
    page
}

fn family(page: &mut String, name: &str, readings: &[Reading]) {
    let Some(first) = readings.first() else { return };
    let help = first.metric.help().replace('\\', r"\\").replace('\n', r"\n");
    line(page, format_args!("# HELP {name} {help}"));
    line(page, format_args!("# TYPE {name} {}", kind(&first.value)));
    for reading in readings {
        let labels = labels(reading);
        match &reading.value {
            Value::Counter(count) => line(page, format_args!("{name}{{{labels}}} {count}")),
            Value::Gauge(number) => line(page, format_args!("{name}{{{labels}}} {number}")),
            Value::Histogram(spread) => histogram(page, name, &labels, spread),
        }
    }
}

fn histogram(page: &mut String, name: &str, labels: &str, spread: &Distribution) {
    for (bound, count) in spread.buckets() {
        let bound = if bound.is_infinite() { "+Inf".to_owned() } else { bound.to_string() };
        line(page, format_args!("{name}_bucket{{{labels},le=\"{bound}\"}} {count}"));
    }
    line(page, format_args!("{name}_sum{{{labels}}} {}", spread.sum));
    line(page, format_args!("{name}_count{{{labels}}} {}", spread.count()));
}

fn labels(reading: &Reading) -> String {
    let mut labels = format!("resilience_policy_name=\"{}\"", quoted(&reading.name));
    for (key, value) in &reading.labels {
        labels.push_str(&format!(",{}=\"{}\"", plain(key), quoted(value)));
    }
    labels
}

fn line(page: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string does not fail.
    let _ = writeln!(page, "{text}");
}

#[cfg(test)]
mod tests {
    use std::fmt;
    use std::sync::Arc;
    use std::time::Duration;

    use ms_core::registry::{Histogram, Metric, Policy, Readings, Voice};

    use super::*;

    const WAIT: Metric = Metric::new("test.wait.duration", "s", "How long\nit took.");
    const STATE: Metric = Metric::new("test.state", "{state}", "Which state.");

    struct Door {
        voice: Voice,
        waits: Histogram,
    }

    impl Policy for Door {
        fn voice(&self) -> &Voice {
            &self.voice
        }

        fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("open")
        }

        fn read(&self, out: &mut dyn Readings) {
            out.gauge(&STATE, &[("state", "open")], 1.0);
            out.histogram(&WAIT, &[], &self.waits.read());
        }
    }

    fn door(registry: &Registry, name: &str) -> Arc<Door> {
        registry
            .register("door", name, |voice| Arc::new(Door { voice, waits: Histogram::default() }))
    }

    #[test]
    fn the_series_of_one_metric_stand_together_below_one_head() {
        let registry = Registry::new();
        let _doors = (door(&registry, "front"), door(&registry, "back \"door\""));
        let page = text(&registry);
        let states: Vec<_> = page.lines().filter(|line| line.contains("test_state")).collect();
        assert_eq!(
            states,
            [
                "# HELP test_state Which state.",
                "# TYPE test_state gauge",
                r#"test_state{resilience_policy_name="back \"door\"",state="open"} 1"#,
                r#"test_state{resilience_policy_name="front",state="open"} 1"#,
            ]
        );
    }

    #[test]
    fn a_histogram_has_all_its_buckets_a_sum_and_a_count() {
        let registry = Registry::new();
        door(&registry, "gone");
        let front = door(&registry, "front");
        front.waits.record(Duration::from_millis(30));
        let page = text(&registry);
        let name = "test_wait_duration_seconds";
        let label = r#"resilience_policy_name="front""#;
        for line in [
            format!("# HELP {name} How long\\nit took."),
            format!("{name}_bucket{{{label},le=\"0.025\"}} 0"),
            format!("{name}_bucket{{{label},le=\"0.05\"}} 1"),
            format!("{name}_bucket{{{label},le=\"+Inf\"}} 1"),
            format!("{name}_sum{{{label}}} 0.03"),
            format!("{name}_count{{{label}}} 1"),
        ] {
            assert!(page.lines().any(|have| have == line), "{line} is missing in\n{page}");
        }
        assert!(!page.contains("gone"));
    }
}
